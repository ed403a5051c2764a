import type { Picture } from "../picture.mts";
import { COMMANDS, CONTENDERS } from "./contenders.mts";
import type { Commands } from "./measure.mts";
import { runsOf, sizesOf, spreadOf } from "./statistics.mts";

const STYLES = { plain: "baseline", package: "ours", plugin: "other", floor: "floor" } as const;
const DRAWN = ["plain", "package", "plugin", "floor"] as const;
const PANELS = ["create", "change", "unchanged", "refresh"] as const;

/** Time of each command over the size of the fleet, without limits. */
export function chartOfCommands({ runs }: Commands): Picture {
  const sizes = sizesOf(runs);
  return {
    description: "Time of four commands over the number of instances, with four providers",
    title: "Time of a command, with no limit in the way",
    legend: [
      [STYLES.package, CONTENDERS.package.title, 24],
      [STYLES.plugin, CONTENDERS.plugin.title, 170],
      [STYLES.plain, CONTENDERS.plain.title, 300],
      [STYLES.floor, "the engine with a provider that does nothing", 436],
    ],
    panels: PANELS.map((command) => ({
      title: COMMANDS[command].title,
      series: DRAWN.map((contender) => ({
        style: STYLES[contender],
        hasDots: contender !== "floor",
        points: sizes.flatMap((instances) => {
          const seconds = runsOf(runs, contender, command, instances).map((run) => run.seconds);
          return seconds.length === 0 ? [] : [{ instances, seconds: spreadOf(seconds).median }];
        }),
      })),
    })),
    footnote: "Medians. The engine's own share, which grows with the square of the fleet, is in every line.",
    sizes,
    times: [
      [1, "1 s"],
      [3, "3 s"],
      [10, "10 s"],
      [30, "30 s"],
      [100, "100 s"],
    ],
  };
}
