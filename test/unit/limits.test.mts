import { describe, expect, test } from "vitest";

import type { Emulator, FaultRule } from "../emulator/emulator.mts";
import { everyBlock, without } from "../support/instance.mts";
import { checked, create, expectSettled, failureOf, lifecycleFor } from "../support/lifecycle.mts";
import { LIST, serviceFor, type TestService } from "../support/service.mts";

const SET_PROXY = "POST /api/instance/proxy/:instance";
const SET_SETTINGS = "POST /api/instance/settings/:instance";
const RECONNECT = "POST /api/instance/reconnect/:instance";

const seconds = (fromNow: number) => String(Math.floor(Date.now() / 1_000) + fromNow);
const usedUp = (resetIn: number) => ({
  "x-ratelimit-limit": "100",
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": seconds(resetIn),
});
const callsLeft = { ...usedUp(3_600), "x-ratelimit-remaining": "40" };

function tooMany(route: string, headers: Record<string, string>, times?: number): FaultRule {
  return {
    kind: "status",
    status: 429,
    message: "Too many requests",
    route,
    headers,
    ...(times && { times }),
  };
}

/** The times between the calls of a route, in milliseconds. */
function pausesOf(emulator: Emulator, route: string): number[] {
  const times = emulator
    .requests()
    .filter((request) => request.route === route)
    .map(({ time }) => Date.parse(time));
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

/** What is read of it is its place in the listing, and nothing else. */
const UNANSWERED = { name: "orion", status: "unconfirmed" };

/** Shortens the back-offs, and leaves a loaded machine its time to answer. */
const FACTOR = 0.03;
/** Timers and the emulator's clock both count whole milliseconds. */
const ROUNDING_MS = 2;

// Most of the time goes into waiting.
describe("a limit that is used up", { concurrent: true, timeout: 60_000 }, () => {
  test.for<[told: string, headers: () => Record<string, string>]>([
    ["Retry-After: 0", () => ({ "retry-after": "0" })],
    ["a reset that is past", () => usedUp(-3_600)],
    ["Retry-After: 0 and a reset that is past", () => ({ ...usedUp(-1), "retry-after": "0" })],
    ["no headers", () => ({})],
  ])(
    "with %s: every attempt waits longer than the one before, and there is an end",
    async ([, headers], { onTestFinished }) => {
      const { emulator } = await serviceFor({}, onTestFinished);
      emulator.fault(tooMany(LIST, headers()));
      const error = await failureOf(lifecycleFor(emulator, FACTOR).read("orion", UNANSWERED));
      expect(error.message).toContain("The limit was still used up after several waits");
      const pauses = pausesOf(emulator, LIST);
      expect(pauses).toHaveLength(10);
      pauses.forEach((pause, index) => {
        const least = Math.min(60_000, 1_000 * 2 ** index) * FACTOR;
        expect(pause).toBeGreaterThanOrEqual(least - ROUNDING_MS);
      });
    },
  );

  test.for<[told: string, headers: () => Record<string, string>, least: number]>([
    ["Retry-After", () => ({ "retry-after": "2" }), 2_000],
    ["Retry-After rather than a later reset", () => ({ ...usedUp(3_600), "retry-after": "2" }), 2_000],
    ["a reset that is to come", () => usedUp(3), 2_000],
  ])("that tells %s is waited out as told", async ([, headers, least], { onTestFinished }) => {
    const { emulator } = await serviceFor({}, onTestFinished);
    emulator.fault(tooMany(LIST, headers(), 1));
    const state = await lifecycleFor(emulator, FACTOR).read("orion", UNANSWERED);
    expect(state).toMatchObject({ state: UNANSWERED });
    const [pause] = pausesOf(emulator, LIST);
    expect(pause).toBeGreaterThanOrEqual(least - ROUNDING_MS);
  });

  test("takes nothing from the attempts that faults have, nor they from its own", async ({
    onTestFinished,
  }) => {
    const { emulator, routes } = await serviceFor({}, onTestFinished);
    for (const times of [5, 5]) {
      emulator.fault({ kind: "status", status: 502, route: LIST, times: 2 });
      emulator.fault(tooMany(LIST, {}, times));
    }
    await lifecycleFor(emulator, FACTOR).read("orion", UNANSWERED);
    // All of that, and the look at the name that follows the listing.
    expect(routes()).toHaveLength(4 + 10 + 2);
  });
});

/** An instance that was paired, with its blocks as declared. */
async function pairedInstance({ emulator, secrets, chatwootUrl }: TestService) {
  const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
  const state = await create(lifecycleFor(emulator), declared);
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  emulator.clearRequests();
  return { declared, state };
}

const throttlings: [title: string, headers: Record<string, string>][] = [
  ["that says that calls are left", callsLeft],
  ["without limit headers", {}],
  ["with Retry-After alone", { "retry-after": "60" }],
];

describe("a reconnection that WhatsApp throttles", () => {
  test.each(throttlings)(
    "by a 429 %s is a warning of the proxy after one attempt, and heals",
    async (_, headers) => {
      const service = await serviceFor({ readings: { list: "minimal" } });
      const { emulator, routes } = service;
      const { declared, state } = await pairedInstance(service);
      emulator.fault(tooMany(RECONNECT, headers));
      const changed = { ...declared, proxy: { ...declared.proxy, host: "other.example.com" } };
      const lifecycle = lifecycleFor(emulator);
      const throttled = await lifecycle.update("orion", state, checked(lifecycle, changed));
      expect(routes()).toEqual([SET_PROXY, RECONNECT]);
      expect(throttled["warnings"]).toEqual([
        expect.stringMatching(
          /^proxy .*WhatsApp throttles the reconnection.*Too many requests.*next `pulumi up`/,
        ),
      ]);
      expect(throttled).toMatchObject({
        observed: { proxy: { host: "other.example.com", error: expect.any(String) as string } },
      });

      // The same process goes on with the instance's token: its limit is not taken for used up.
      const fresh = await lifecycle.read("orion", throttled);
      expect(fresh?.state["warnings"]).toEqual(throttled["warnings"]);

      emulator.clearFaults();
      emulator.clearRequests();
      const next = lifecycleFor(emulator);
      const args = checked(next, changed);
      expect(next.diff(fresh?.state ?? {}, args)).toMatchObject({ changes: true, replaces: [] });
      const healed = await next.update("orion", fresh?.state ?? {}, args);
      expect(routes()).toEqual([SET_PROXY, RECONNECT]);
      expect(healed["warnings"]).toBeUndefined();
      await expectSettled(emulator, changed, healed);
    },
  );

  test.each(throttlings)(
    "by a 429 %s is a warning of a withdrawal as well, which the next up goes on with",
    async (_, headers) => {
      const service = await serviceFor();
      const { emulator, routes } = service;
      const { declared, state } = await pairedInstance(service);
      emulator.fault(tooMany(RECONNECT, headers));
      const others = without(declared, "proxy");
      const lifecycle = lifecycleFor(emulator);
      const throttled = await lifecycle.update("orion", state, checked(lifecycle, others));
      expect(routes()).toEqual([SET_PROXY, RECONNECT]);
      expect(throttled["warnings"]).toEqual([
        expect.stringMatching(/^proxy .* not finished.*next `pulumi up`/),
      ]);

      emulator.clearFaults();
      const next = lifecycleFor(emulator);
      const args = checked(next, others);
      expect(next.diff(throttled, args)).toMatchObject({ changes: true, replaces: [] });
      const done = await next.update("orion", throttled, args);
      expect(emulator.instance("orion")).toMatchObject({ state: "connected", proxy: { enabled: false } });
      await expectSettled(emulator, others, done);
    },
  );

  test("is told from a limit that is used up, which is waited out", async () => {
    const service = await serviceFor();
    const { emulator, routes } = service;
    const { declared, state } = await pairedInstance(service);
    emulator.fault(tooMany(RECONNECT, usedUp(1), 1));
    const changed = { ...declared, proxy: { ...declared.proxy, host: "other.example.com" } };
    const lifecycle = lifecycleFor(emulator);
    const updated = await lifecycle.update("orion", state, checked(lifecycle, changed));
    expect(routes()).toEqual([SET_PROXY, RECONNECT, RECONNECT]);
    await expectSettled(emulator, changed, updated);
  });
});

describe("a 429 elsewhere that says that calls are left", () => {
  test("is tried again, longer apart each time, and then a warning that blames nobody", async () => {
    const service = await serviceFor();
    const { emulator } = service;
    const { declared, state } = await pairedInstance(service);
    emulator.fault(tooMany(SET_SETTINGS, callsLeft));
    const changed = { ...declared, settings: { ...declared.settings, keepOnlineStatus: false } };
    const lifecycle = lifecycleFor(emulator, FACTOR);
    const throttled = await lifecycle.update("orion", state, checked(lifecycle, changed));
    const pauses = pausesOf(emulator, SET_SETTINGS);
    expect(pauses).toHaveLength(6);
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(1_000 * 2 ** index * FACTOR - ROUNDING_MS);
    });
    expect(throttled["warnings"]).toEqual([expect.stringMatching(/^settings .*Too many requests/)]);

    emulator.clearFaults();
    const healed = await lifecycle.update("orion", throttled, checked(lifecycle, changed));
    await expectSettled(emulator, changed, healed);
  });

  test("passes", async () => {
    const service = await serviceFor();
    const { emulator } = service;
    const { declared, state } = await pairedInstance(service);
    emulator.fault(tooMany(SET_SETTINGS, callsLeft, 3));
    const changed = { ...declared, settings: { ...declared.settings, keepOnlineStatus: false } };
    const lifecycle = lifecycleFor(emulator, FACTOR);
    await expectSettled(
      emulator,
      changed,
      await lifecycle.update("orion", state, checked(lifecycle, changed)),
    );
  });

  test("fails a call that is no block's without naming other users", async () => {
    const { emulator } = await serviceFor();
    emulator.fault(tooMany(LIST, callsLeft));
    const error = await failureOf(lifecycleFor(emulator, FACTOR).read("orion", UNANSWERED));
    expect(error.message).toMatch(/answered 429: Too many requests\. The limit of the token is not used up/);
    expect(error.message).not.toContain("another user");
  });

  test("is the limit for new instances where a creation is answered so, whichever limit the headers show", async () => {
    const { emulator, routes } = await serviceFor();
    const headers = { ...callsLeft, "x-ratelimit-reset": seconds(3) };
    emulator.fault(tooMany("POST /api/instance/new", headers, 1));
    await create(lifecycleFor(emulator, FACTOR), { name: "orion" });
    expect(routes().filter((route) => route === "POST /api/instance/new")).toHaveLength(2);
    expect(pausesOf(emulator, "POST /api/instance/new")[0]).toBeGreaterThanOrEqual(2_000 - ROUNDING_MS);
  });
});
