import { randomInt } from "node:crypto";

import fc from "fast-check";
import { expect, test } from "vitest";

import { readingTable, type Readings } from "../../emulator/readings.mts";
import { expected, KEYS } from "./expectations.mts";
import { findingsIn, onOwnClock, withScene } from "./probing.mts";

onOwnClock();

const COMBINATIONS = 100;
const SEED = Number(process.env["RYZEAPI_PROBE_SEED"] ?? randomInt(2 ** 31));

const anyReadings = fc.record(
  Object.fromEntries(KEYS.map((key) => [key, fc.constantFrom<unknown>(...readingTable[key].values)])),
) as fc.Arbitrary<Readings>;

test(
  `${COMBINATIONS} drawn combinations are found whole (RYZEAPI_PROBE_SEED=${SEED})`,
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(anyReadings, (readings) =>
        withScene({ readings }, async (scene) => {
          const found = findingsIn(await scene.report());
          expect(found).toEqual(Object.fromEntries(KEYS.map((key) => [key, expected(key, readings)])));
        }),
      ),
      { numRuns: COMBINATIONS, seed: SEED },
    );
  },
);
