import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { LimitKind } from "../../provider/ryzeapi/limiter.ts";
import { LimitedAccount, sleep, WINDOW_MS } from "./limited-account.mts";

const LIMITS = { creates: 20, calls: 100 } as const;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: WINDOW_MS * 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Somebody else's calls in every window until the end: spread over it, all at its start, or all late in it. */
async function production(
  account: LimitedAccount,
  kind: LimitKind,
  calls: number,
  when: "spread" | "at the start" | "late",
  isOver: () => boolean,
): Promise<void> {
  const pause = when === "spread" ? (0.9 * WINDOW_MS) / calls : 20;
  while (!isOver()) {
    await sleep(when === "late" ? 0.9 * WINDOW_MS : 1);
    for (let call = 0; call < calls; call += 1) {
      void account.call("production", kind);
      await sleep(pause);
    }
    await sleep(WINDOW_MS - (Date.now() % WINDOW_MS));
  }
}

async function untilDone(work: Promise<unknown>): Promise<void> {
  const done = { yet: false };
  void work.then(() => (done.yet = true));
  while (!done.yet) await vi.advanceTimersByTimeAsync(1_000);
}

describe.each(["creates", "calls"] as const)("of %s", (kind) => {
  test.each([1, 30, 50, 99, 100])("%i percent is what one process takes of every window", async (share) => {
    const account = new LimitedAccount({ readings: { windowKind: "aligned" } });
    const ours = Math.ceil((LIMITS[kind] * share) / 100);
    await untilDone(account.deploy("stack", 3 * ours, { kind, share }));
    expect(account.refused()).toEqual([]);
    expect(account.windowsOf("stack")).toEqual([ours, ours, ours]);
  });

  test.each(["spread", "at the start", "late"] as const)(
    "half of it leaves the rest to calls that come %s: none is ever refused",
    async (when) => {
      const account = new LimitedAccount({ readings: { windowKind: "aligned" } });
      let isOver = false;
      const work = account.deploy("stack", 200, { kind, share: 50 }).then(() => (isOver = true));
      await untilDone(
        Promise.all([work, production(account, kind, 0.45 * LIMITS[kind], when, () => isOver)]),
      );
      expect(account.windowsOf("production").length).toBeGreaterThan(2);
      expect(account.refused()).toEqual([]);
    },
  );

  test.each(["spread", "at the start", "late"] as const)(
    "so does half of it for four stacks together: %s",
    async (when) => {
      const account = new LimitedAccount({ readings: { windowKind: "aligned" } });
      let isOver = false;
      const deploy = (_: unknown, index: number) => account.deploy(`stack-${index}`, 50, { kind, share: 50 });
      const work = Promise.all(Array.from({ length: 4 }, deploy)).then(() => (isOver = true));
      await untilDone(
        Promise.all([work, production(account, kind, 0.45 * LIMITS[kind], when, () => isOver)]),
      );
      expect(account.refused("production")).toEqual([]);
    },
  );
});
