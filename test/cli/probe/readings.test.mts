import { describe, expect, test } from "vitest";

import { defaultReadings, readingTable, type Readings } from "../../emulator/readings.mts";
import { expected, KEYS } from "./expectations.mts";
import { findingsIn, onOwnClock, sceneFor } from "./probing.mts";

onOwnClock();

/** What makes the values of a reading visible, where its own default alone does not. */
const VISIBLE_WITH: Partial<Record<keyof Readings, Partial<Readings>>> = {
  blockFailureShape: { validateEvents: "on" },
  inlineFailure: { validateProxy: "on" },
  repairedError: { failedSet: "recorded" },
};

const single = KEYS.flatMap((key) =>
  readingTable[key].values.map((value): [string, keyof Readings, Partial<Readings>] => [
    `${key}: ${String(value)}`,
    key,
    { ...VISIBLE_WITH[key], [key]: value },
  ]),
);

describe("every value of every reading is found", () => {
  test.each(single)("%s", async (_title, _key, readings) => {
    const scene = await sceneFor({ readings });
    const all = { ...defaultReadings(), ...readings };
    const report = await scene.report();
    expect(report.complete).toBe(true);
    expect(findingsIn(report)).toEqual(Object.fromEntries(KEYS.map((key) => [key, expected(key, all)])));
  });
});
