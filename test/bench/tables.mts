import { baselineRequests, baselineWindows, CASES, floorSeconds, type Measurement } from "./measurement.mts";
import type { Report } from "./report.mts";
import { WINDOW_SECONDS } from "./service.mts";

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The targets first. */
export function tablesOf(report: Report): [Table, ...Table[]] {
  return [targetTable(report), fleetTable(report), growthTable(report), cliTable(report), stateTable(report)];
}

function targetTable({ targets }: Report): Table {
  return {
    title: "Targets",
    head: ["what", "target", "measured", ""],
    rows: targets.map(({ target, limit, measured, result }) => [target, limit, measured, result]),
  };
}

/** Every case beside the baseline's; where that was not run, what its requests and the limits make of it. */
function fleetTable({ fleets }: Report): Table {
  const ours = fleets.filter(({ provider }) => provider === "pulumi-ryzeapi");
  return {
    title: "Fleets",
    head: [
      "instances",
      "case",
      "account",
      "instance",
      "429",
      "wall s",
      "of floor",
      "baseline account",
      "429",
      "wall s",
      "ratio",
    ],
    rows: ours.map((measurement) => {
      const { instances, case: kind, requests, seconds } = measurement;
      const floor = floorSeconds(kind, instances);
      return [
        String(instances),
        CASES[kind],
        String(requests.account),
        String(requests.instance),
        String(requests.limited),
        seconds.toFixed(1),
        floor === 0 ? "" : (seconds / floor).toFixed(3),
        ...besideBaseline(fleets, measurement),
      ];
    }),
  };
}

function besideBaseline(
  fleets: readonly Measurement[],
  { instances, case: kind, seconds }: Measurement,
): string[] {
  // Whatever the listing tells, the baseline reads everything.
  const same = kind === "refreshSummary" || kind === "refreshMinimal" ? "refresh" : kind;
  const found = fleets.find((other) => {
    return other.provider === "baseline" && other.instances === instances && other.case === same;
  });
  if (found === undefined) {
    const floor = (baselineWindows(kind, instances) - 1) * WINDOW_SECONDS;
    return [`${baselineRequests(kind, instances)} (not run)`, "", floor === 0 ? "" : `at least ${floor}`, ""];
  }
  return [
    String(found.requests.account),
    String(found.requests.limited),
    found.seconds.toFixed(1),
    (seconds / found.seconds).toFixed(2),
  ];
}

/** How requests, time and memory grow. */
function growthTable({ fleets }: Report): Table {
  const ours = fleets.filter(({ provider }) => provider === "pulumi-ryzeapi");
  const kinds = [...new Set(ours.map((measurement) => measurement.case))];
  const sizes = [...new Set(ours.map(({ instances }) => instances))];
  return {
    title: "Growth: requests per instance / ms per instance / peak memory in MiB",
    head: ["case", ...sizes.map((size) => `${size}`)],
    rows: kinds.map((kind) => [
      CASES[kind],
      ...sizes.map((size) => {
        const found = ours.find(({ case: measured, instances }) => measured === kind && instances === size);
        if (found === undefined) return "";
        const { requests, seconds, peakMiB } = found;
        const perInstance = (requests.account + requests.instance) / size;
        return `${perInstance.toFixed(2)} / ${((seconds / size) * 1_000).toFixed(0)} / ${peakMiB ?? "?"}`;
      }),
    ]),
  };
}

function cliTable({ cli, startUp }: Report): Table {
  const ours = cli.commands.filter(({ provider }) => provider === "pulumi-ryzeapi");
  return {
    title:
      `Pulumi CLI ${cli.version}, ${ours[0]?.instances ?? 0} instances (start of a provider: ` +
      `${startUp.provider} ms, of an empty one: ${startUp.empty} ms, median difference of ${startUp.pairs} pairs: ` +
      `${startUp.difference} ms)`,
    head: ["command", "account", "instance", "429", "wall s", "baseline account", "429", "wall s", "ratio"],
    rows: ours.map(({ command, requests, seconds }) => {
      const other = cli.commands.find((found) => found.provider === "baseline" && found.command === command);
      return [
        command,
        String(requests.account),
        String(requests.instance),
        String(requests.limited),
        seconds.toFixed(1),
        String(other?.requests.account ?? ""),
        String(other?.requests.limited ?? ""),
        other?.seconds.toFixed(1) ?? "",
        other === undefined ? "" : (seconds / other.seconds).toFixed(2),
      ];
    }),
  };
}

function stateTable({ cli }: Report): Table {
  return {
    title: "Bytes of state of one instance with all blocks, secrets encrypted",
    head: ["provider", "total", "`__provider`, each of 2", "engine's own", "inputs", "outputs"],
    rows: Object.entries(cli.state).map(([provider, { total, providerCopy, engine, inputs, outputs }]) =>
      [provider, total, providerCopy, engine, inputs, outputs].map(String),
    ),
  };
}

/** For a terminal: columns under each other. */
export function asText({ title, head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [title, line(head), ...rows.map(line), ""].join("\n");
}

export function asMarkdown({ head, rows }: Table): string {
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** For what only some readers look at: closed until it is opened. */
export function foldedMarkdown(table: Table): string {
  return `<details><summary>${table.title}</summary>\n\n${asMarkdown(table)}\n\n</details>`;
}
