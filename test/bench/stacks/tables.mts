import type { Table } from "../tables.mts";
import { commonFloorSeconds, lateness, refusedPart, SIDE_BY_SIDE, type Stacks } from "./measure.mts";

/** Every case with every number of stacks. */
export function stackTable({ measurements, instances }: Stacks): Table {
  return {
    title: `Stacks of ${instances} instances`,
    head: [
      "stacks",
      "case",
      "account",
      "instance",
      "429",
      "429 of all",
      "wall s",
      "of floor",
      "last of mean",
    ],
    rows: measurements.map((measurement) => {
      const { stacks, case: kind, requests, seconds } = measurement;
      const floor = commonFloorSeconds(measurement, instances);
      const wall = Math.max(...seconds);
      return [
        String(stacks),
        SIDE_BY_SIDE[kind],
        String(requests.account),
        String(requests.instance),
        String(requests.limited),
        refusedPart(measurement).toFixed(3),
        wall.toFixed(1),
        floor === 0 ? "" : (wall / floor).toFixed(3),
        lateness(measurement).toFixed(2),
      ];
    }),
  };
}
