import type { Target } from "../report.mts";
import {
  commonFloorSeconds,
  lateness,
  refusedPart,
  SIDE_BY_SIDE,
  type StackMeasurement,
  type Stacks,
} from "./measure.mts";

const OF_FLOOR = 1.1;
const REFUSED = 0.02;
const LATENESS = 1.25;

/** Compares what was measured with what stacks of one account are meant to keep. */
export function judgeStacks({ measurements, instances }: Stacks): Target[] {
  const created = measurements.filter(({ case: kind }) => kind === "create");
  return [
    worst("create: wall", `at most ${OF_FLOOR} of the common floor`, OF_FLOOR, created, (measurement) => {
      return Math.max(...measurement.seconds) / commonFloorSeconds(measurement, instances);
    }),
    worst("create: the last stack", `at most ${LATENESS} of the mean`, LATENESS, created, lateness),
    ...(["create", "refresh", "change"] as const).map((kind) =>
      worst(
        `${SIDE_BY_SIDE[kind]}: answered with 429`,
        `at most ${REFUSED} of all requests`,
        REFUSED,
        measurements.filter((measurement) => measurement.case === kind),
        refusedPart,
      ),
    ),
    worst("create: creations that were not refused", "one per instance", 1, created, (measurement) => {
      const { creates, limited } = measurement.requests;
      return (creates - limited) / (measurement.stacks * instances);
    }),
  ];
}

function worst(
  target: string,
  limit: string,
  most: number,
  measured: readonly StackMeasurement[],
  ratioOf: (measurement: StackMeasurement) => number,
): Target {
  const [found] = measured
    .map((measurement) => ({ stacks: measurement.stacks, ratio: ratioOf(measurement) }))
    .sort((left, right) => right.ratio - left.ratio);
  if (found === undefined) return { target, limit, measured: "", result: "not run" };
  return {
    target,
    limit,
    measured: `${found.stacks} stacks: ${found.ratio.toFixed(3)}`,
    result: found.ratio <= most ? "pass" : "FAIL",
  };
}
