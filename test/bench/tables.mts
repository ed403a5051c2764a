import { baselineRequests, baselineWindows, CASES, floorSeconds, type Measurement } from "./measurement.mts";
import type { Limits, Target } from "./report.mts";
import { WINDOW_SECONDS } from "./service.mts";

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function targetTable(targets: readonly Target[]): Table {
  return {
    title: "Targets",
    head: ["what", "target", "measured", ""],
    rows: targets.map(({ target, limit, measured, result }) => [target, limit, measured, result]),
  };
}

/** Every case beside the baseline's; where that was not run, what its requests and the limits make of it. */
export function fleetTable({ fleets }: Limits): Table {
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
export function growthTable({ fleets }: Limits): Table {
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
