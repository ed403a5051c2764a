import type { Table } from "../tables.mts";
import {
  COMMAND_NAMES,
  COMMANDS,
  CONTENDER_NAMES,
  CONTENDERS,
  FORMS,
  type CommandName,
  type Form,
} from "./contenders.mts";
import type { CommandRun, Commands } from "./measure.mts";
import { growthOf, ratios, runsOf, sizesOf, spreadOf, type Spread } from "./statistics.mts";

/** What a user waits for, as a multiple of what the engine takes with a provider that does nothing. */
export function commandTable({ runs }: Commands): Table {
  const contenders = CONTENDER_NAMES.filter((contender) => contender !== "floor");
  return {
    title: "What a command takes, as a multiple of the engine's floor: median, least and most of the rounds",
    head: ["instances", "command", "floor s", ...contenders.map((contender) => CONTENDERS[contender].title)],
    rows: rowsOf(runs, (instances, command) => {
      const floor = runsOf(runs, "floor", command, instances);
      return [
        shown(spreadOf(floor.map(({ seconds }) => seconds)), 1),
        ...contenders.map((contender) =>
          shown(spreadOf(ratios(runsOf(runs, contender, command, instances), floor)), 2),
        ),
      ];
    }),
  };
}

/** Where the time goes: seconds of processor by process, and the bytes that the engine writes. */
export function costTable({ runs }: Commands): Table {
  return {
    title: "Seconds of processor: CLI / program / provider; MB of state written",
    head: ["instances", "command", ...CONTENDER_NAMES.map((contender) => CONTENDERS[contender].title)],
    rows: rowsOf(runs, (instances, command) =>
      CONTENDER_NAMES.map((contender) => {
        const found = runsOf(runs, contender, command, instances);
        if (found.length === 0) return "";
        const cpu = (["cli", "program", "provider"] as const).map((role) =>
          spreadOf(found.map((run) => run.cpu[role])).median.toFixed(1),
        );
        return `${cpu.join(" / ")}; ${(spreadOf(found.map(({ written }) => written)).median / 1e6).toFixed(1)}`;
      }),
    ),
  };
}

/** What a small stack gains if Pulumi need not check the program's types. */
export function formTable({ runs }: Commands): Table {
  const columns = (Object.keys(FORMS) as Form[]).flatMap((form) =>
    (["floor", "package", "plugin"] as const).map((contender) => ({ form, contender })),
  );
  return {
    title: "Seconds of a command for one instance, by the form of the program: median, least and most",
    head: [
      "command",
      ...columns.map(({ form, contender }) => `${CONTENDERS[contender].title}, ${FORMS[form]}`),
    ],
    rows: COMMAND_NAMES.map((command) => [
      COMMANDS[command].title,
      ...columns.map(({ form, contender }) => {
        const seconds = runsOf(runs, contender, command, 1, form).map((run) => run.seconds);
        return shown(spreadOf(seconds), 2);
      }),
    ]),
  };
}

/** What is asked of RyzeAPI; the most of all rounds. */
export function requestTable({ runs }: Commands): Table {
  const contenders = ["package", "plugin", "plain"] as const;
  return {
    title: "Requests with the account's token + with instances' tokens, of which answered with 429",
    head: ["instances", "command", ...contenders.map((contender) => CONTENDERS[contender].title)],
    rows: rowsOf(runs, (instances, command) =>
      contenders.map((contender) => {
        const requests = runsOf(runs, contender, command, instances).map((run) => run.requests);
        if (requests.length === 0) return "";
        const most = (key: "account" | "instance" | "limited") =>
          Math.max(...requests.map((counts) => counts[key]));
        return `${most("account")} + ${most("instance")}, ${most("limited")} × 429`;
      }),
    ),
  };
}

/** How the time of a command grows with the fleet, and whose the growth is: that of the floor is the engine's. */
export function growthTable({ runs }: Commands): Table {
  const sizes = sizesOf(runs);
  return {
    title: "Growth: ms = a + b · N + c · N², fitted to the medians; in brackets the largest deviation",
    head: ["command", ...CONTENDER_NAMES.map((contender) => CONTENDERS[contender].title)],
    rows: COMMAND_NAMES.map((command) => [
      COMMANDS[command].title,
      ...CONTENDER_NAMES.map((contender) => {
        const growth = growthOf(
          sizes.map((size) => {
            const seconds = runsOf(runs, contender, command, size).map((run) => run.seconds);
            return { size, value: spreadOf(seconds).median };
          }),
        );
        if (growth === undefined) return "";
        const { constant, linear, square, off } = growth;
        const [a, b, c] = [constant * 1e3, linear * 1e3, square * 1e3];
        return `${a.toFixed(0)} + ${b.toFixed(1)} N + ${c.toFixed(3)} N² (${(off * 100).toFixed(0)} %)`;
      }),
    ]),
  };
}

function rowsOf(
  runs: readonly CommandRun[],
  cells: (instances: number, command: CommandName) => readonly string[],
): string[][] {
  return sizesOf(runs).flatMap((instances) =>
    COMMAND_NAMES.map((command) => [
      String(instances),
      COMMANDS[command].title,
      ...cells(instances, command),
    ]),
  );
}

function shown({ median, least, most }: Spread, digits: number): string {
  if (Number.isNaN(median)) return "";
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}
