import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { LimitedAccount, sleep, WINDOW_MS } from "./limited-account.mts";

const CREATIONS = 100;
const CREATIONS_PER_WINDOW = 20;
/** Who begins first, and when, differs in each. */
const ROUNDS = 4;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: WINDOW_MS * 1_000 + 7_000 });
  vi.spyOn(Math, "random").mockImplementation(drawn(1));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The same numbers in every run. */
function drawn(seed: number): () => number {
  let last = seed;
  return () => (last = (last * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

/** Stacks that begin within some seconds of each other; gives when each of them was done, in windows. */
async function side(account: LimitedAccount, stacks: number, calls = CREATIONS): Promise<number[]> {
  const start = Date.now();
  const ends: number[] = [];
  const one = async (_: unknown, index: number): Promise<void> => {
    await sleep(Math.random() * 1_500);
    await account.deploy(`stack-${index}`, calls);
    ends.push((Date.now() - start) / WINDOW_MS);
  };
  void Promise.all(Array.from({ length: stacks }, one));
  while (ends.length < stacks) await vi.advanceTimersByTimeAsync(1_000);
  return ends;
}

const latencies = {
  "at once": () => 20 + Math.random() * 40,
  soon: () => 150 + Math.random() * 500,
  slowly: () => 1_000 + Math.random() * 4_000,
};

// The clock is the test's own: a window passes in no time, and the same way in every run.
describe.each(["aligned", "fixed"] as const)("in windows that are %s", (windowKind) => {
  describe.each(Object.entries(latencies))("answered %s", (_, latency) => {
    test.each([4, 8])("%i stacks of 100 new instances take turns", async (stacks) => {
      const calls = stacks * CREATIONS;
      let refused = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const account = new LimitedAccount({ readings: { windowKind }, latency });
        const ends = await side(account, stacks);
        expect(account.counted.filter(({ isRefused }) => !isRefused)).toHaveLength(calls);
        refused += account.refused().length;
        const floor = calls / CREATIONS_PER_WINDOW - 1;
        expect(Math.max(...ends) / floor).toBeLessThanOrEqual(1.1);
        const mean = ends.reduce((sum, end) => sum + end, 0) / stacks;
        expect(Math.max(...ends) / mean).toBeLessThanOrEqual(1.25);
      }
      expect(refused / (ROUNDS * calls)).toBeLessThanOrEqual(0.02);
    });
  });
});

test("who is alone uses the limit up at once in every window", async () => {
  const account = new LimitedAccount({ readings: { windowKind: "aligned" } });
  await side(account, 1);
  expect(account.windowsOf("stack-0")).toEqual([20, 20, 20, 20, 20]);
  expect(account.refused()).toEqual([]);
});

test("who is left over uses what the others leave", async () => {
  const account = new LimitedAccount({ readings: { windowKind: "aligned" } });
  void Promise.all([1, 2, 3].map((index) => account.deploy(`short-${index}`, 20)));
  await side(account, 1, 100);
  // The first windows go to all four of them; the one that is left takes whole ones again.
  expect(account.windowsOf("stack-0").at(-2)).toBe(20);
});
