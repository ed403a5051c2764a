import type { StateSize } from "../state-size.mts";
import type { Target } from "../report.mts";
import { COMMANDS, CONTENDERS, type CommandName, type ContenderName } from "./contenders.mts";
import type { Commands } from "./measure.mts";
import { ratios, runsOf, spreadOf } from "./statistics.mts";

const CHANGE_RATIO = 1.25;
const SMALL_RATIO = 1.15;
const ADDED_SHARE = 0.15;
const STATE_BYTES = 4096;
const PROVIDER_COPY_BYTES = 320;

/** The sizes of a fleet that is meant to feel instant. */
const SMALL = [1, 2];
const LARGE = 300;

/** What commands are meant to keep, beside the engine's floor of the same run. */
export function judgeCommands(commands: Commands): Target[] {
  return [
    within(commands, "package", "change", LARGE, "inputs", CHANGE_RATIO),
    within(commands, "plugin", "change", LARGE, "inputs", CHANGE_RATIO),
    ...SMALL.flatMap((instances) =>
      (["package", "plugin"] as const).flatMap((contender) =>
        (["preview", "unchanged", "change"] as const).map((command) =>
          within(commands, contender, command, instances, "floor", SMALL_RATIO),
        ),
      ),
    ),
    ...addedTo("package", commands.state.package),
    ...addedTo("plugin", commands.state.plugin),
  ];
}

function within(
  { runs }: Commands,
  contender: ContenderName,
  command: CommandName,
  instances: number,
  other: ContenderName,
  most: number,
): Target {
  const found = ratios(runsOf(runs, contender, command, instances), runsOf(runs, other, command, instances));
  const { median, least, most: largest } = spreadOf(found);
  return {
    target: `${COMMANDS[command].title}, ${instances} instances, ${CONTENDERS[contender].title}`,
    limit: `at most ${most} of: ${CONTENDERS[other].title}`,
    measured: found.length === 0 ? "" : `${median.toFixed(2)} (${least.toFixed(2)} to ${largest.toFixed(2)})`,
    result: found.length === 0 ? "not run" : median <= most ? "pass" : "FAIL",
  };
}

function addedTo(contender: ContenderName, state: StateSize | undefined): Target[] {
  if (state === undefined) return [];
  const { total, added, providerCopy } = state;
  const share = added / (total - added);
  const title = `state of one instance, all blocks, ${CONTENDERS[contender].title}`;
  return [
    {
      target: title,
      limit: `at most ${STATE_BYTES} bytes`,
      measured: `${total} bytes`,
      result: total <= STATE_BYTES ? "pass" : "FAIL",
    },
    {
      target: `${title}: \`__provider\``,
      limit: `at most ${PROVIDER_COPY_BYTES} bytes a copy`,
      measured: `${providerCopy} bytes`,
      result: providerCopy <= PROVIDER_COPY_BYTES ? "pass" : "FAIL",
    },
    {
      target: `${title}: what it adds`,
      limit: `at most ${ADDED_SHARE * 100} % of the engine's own and the bare inputs and outputs`,
      measured: `${(share * 100).toFixed(1)} % (${added} of ${total} bytes)`,
      result: share <= ADDED_SHARE ? "pass" : "FAIL",
    },
  ];
}
