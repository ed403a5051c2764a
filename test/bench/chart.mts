import {
  baselineWindows,
  CASES,
  floorSeconds,
  hadToWait,
  type Case,
  type Measurement,
} from "./measurement.mts";
import type { Picture, Point, Series } from "./picture.mts";
import type { Limits } from "./report.mts";

const PANELS = ["create", "refresh", "change", "destroy"] as const;

/** Time of each operation over the size of the fleet, under the limits. */
export function chartOfLimits({ fleets, window }: Limits): Picture {
  return {
    description: "Time of create, refresh, a change of one field and destroy over the number of instances",
    title: "Time of an operation under RyzeAPI's limits (20 creates, 100 calls a minute and token)",
    legend: [
      ["ours", "pulumi-ryzeapi", 24],
      ["baseline", "plain dynamic provider", 170],
      ["baseline computed", "the same, not run: the least that the limits allow", 366],
      ["floor", "least possible", 716],
    ],
    panels: PANELS.map((kind) => ({
      title: kind === "refresh" ? "refresh, listing complete" : CASES[kind],
      series: seriesOf(fleets, kind, window.factor),
    })),
    footnote:
      `Measured on the emulator with windows of ${window.seconds} s instead of a minute: times with waits in them are shown ` +
      `${window.factor} times as long, all others as they were.`,
    sizes: [1, 20, 100, 500, 2000],
    times: [
      [0.05, ""],
      [0.1, "0.1 s"],
      [1, "1 s"],
      [10, "10 s"],
      [60, "1 min"],
      [600, "10 min"],
      [3_600, "1 h"],
      [36_000, "10 h"],
    ],
  };
}

function seriesOf(fleets: readonly Measurement[], kind: Case, factor: number): Series[] {
  const ours = pointsOf(fleets, "pulumi-ryzeapi", kind, factor);
  const baseline = pointsOf(fleets, "baseline", kind, factor);
  const largest = baseline.at(-1);
  const beyond = ours
    .filter(({ instances }) => largest !== undefined && instances > largest.instances)
    .map(({ instances }) => ({ instances, seconds: (baselineWindows(kind, instances) - 1) * 60 }));
  const floor = ours
    .map(({ instances }) => ({ instances, seconds: floorSeconds(kind, instances) * factor }))
    .filter(({ seconds }) => seconds > 0);
  return [
    { style: "baseline computed", points: largest === undefined ? [] : [largest, ...beyond], hasDots: false },
    { style: "baseline", points: baseline, hasDots: true },
    { style: "ours", points: ours, hasDots: true },
    { style: "floor", points: floor, hasDots: false },
  ];
}

/** As with windows of a minute: what had to wait is lengthened as a whole, which counts the work in it too long. */
function pointsOf(
  fleets: readonly Measurement[],
  provider: Measurement["provider"],
  kind: Case,
  factor: number,
): Point[] {
  return fleets
    .filter((measurement) => measurement.provider === provider && measurement.case === kind)
    .map(({ instances, seconds, requests }) => {
      return { instances, seconds: hadToWait(requests) ? seconds * factor : seconds };
    });
}
