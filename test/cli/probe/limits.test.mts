import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, onTestFinished, test } from "vitest";

import { LimitUsedUpError } from "../../../cli/probe/pace.ts";
import { reportOf } from "../../../cli/probe/report.ts";
import { sweep } from "../../../cli/probe/sweep.ts";
import { send } from "../../emulator/helpers.mts";
import { CREATE } from "../../support/service.mts";
import { findingsIn, onOwnClock, sceneFor, type Scene } from "./probing.mts";

onOwnClock();

const MINUTE_MS = 60_000;

/** The most requests of one kind within any window of a minute that begins with one of them. */
function mostWithinAMinute({ emulator }: Scene, isMeant: (route: string) => boolean): number {
  const times = emulator
    .requests()
    .filter(({ route, token }) => token === "account" && isMeant(route))
    .map(({ time }) => Date.parse(time));
  return Math.max(
    ...times.map((start) => times.filter((time) => time >= start && time < start + MINUTE_MS).length),
  );
}

/** Somebody who uses the account's limit whenever the probe has waited, until so many calls are left. */
function hog(
  { emulator, surroundings: { clock } }: Scene,
  isThere: () => boolean,
  leaves = 0,
): Scene["surroundings"]["clock"] {
  return {
    now: clock.now,
    pause: async (milliseconds) => {
      await clock.pause(milliseconds);
      let left = isThere() ? Infinity : 0;
      while (left > leaves) {
        const { headers } = await send(emulator, "GET /api/instance/list?instanceName=a,b");
        left = Number(headers.get("x-ratelimit-remaining"));
      }
    },
  };
}

describe("of the documented limits", () => {
  test("no more than half is used within a minute", async () => {
    const scene = await sceneFor();
    const { endedBy } = await scene.probe();
    expect(endedBy).toBeUndefined();
    expect(mostWithinAMinute(scene, (route) => route !== CREATE)).toBeLessThanOrEqual(50);
    expect(mostWithinAMinute(scene, (route) => route === CREATE)).toBeLessThanOrEqual(10);
  });

  test.each([-3_600_000, 3_600_000])("the probe's own clock may be %i ms off", async (off) => {
    const scene = await sceneFor();
    const started = Date.now();
    const { clock } = scene.surroundings;
    const { endedBy, evidence } = await scene.probe(
      {},
      { clock: { ...clock, now: () => clock.now() + off } },
    );
    expect(endedBy).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(3 * MINUTE_MS);
    expect(mostWithinAMinute(scene, (route) => route !== CREATE)).toBeLessThanOrEqual(50);
    const { service } = reportOf({ ...(await scene.probe({ write: false })), evidence }, scene.order.account);
    expect(service.clockAheadSeconds).toBe(-off / 1_000);
  });
});

describe("a limit that others use up", () => {
  const SMALL = { global: 12, create: 4 };

  test("in every other window is waited out, and everything is asked", async () => {
    const scene = await sceneFor({ limits: { global: 40, create: 8 } }, ["orion"]);
    let pauses = 0;
    const clock = hog(scene, () => (pauses += 1) % 2 === 0);
    const outcome = await scene.probe({}, { clock });
    expect(outcome.endedBy).toBeUndefined();
    expect(outcome.left).toEqual({ instances: [], inboxes: [] });
    expect(scene.emulator.instanceNames()).toEqual(["orion"]);
    expect(scene.notices.join("\n")).toMatch(/Waiting \d+ s for the next window/);
  });

  test("for good ends the probe, which tells what is left, and a sweep finds it", async () => {
    const scene = await sceneFor({ limits: SMALL }, ["orion"]);
    const clock = hog(scene, () => scene.emulator.instanceNames().length > 1);
    const outcome = await scene.probe({}, { clock });
    expect(outcome.endedBy).toBeInstanceOf(LimitUsedUpError);
    expect(outcome.left.instances).not.toEqual([]);
    const report = reportOf(outcome, scene.order.account);
    expect(report.complete).toBe(false);
    expect(findingsIn(report)).toMatchObject({
      refusals: { reading: "status" },
      createStatus: { reading: 201 },
    });

    const { account, ledgers, chatwoot } = scene.order;
    const { left } = await sweep(account, ledgers, chatwoot, scene.surroundings);
    expect(left.instances).toEqual([]);
    expect(scene.emulator.instanceNames()).toEqual(["orion"]);
  });

  test("to half in every window ends the probe as well, for it has one call in each", async () => {
    const scene = await sceneFor({ limits: SMALL }, ["orion"]);
    const clock = hog(scene, () => true, SMALL.global / 2);
    const started = Date.now();
    const outcome = await scene.probe({}, { clock });
    expect(outcome.endedBy).toBeInstanceOf(LimitUsedUpError);
    expect(outcome.left).toEqual({ instances: [], inboxes: [] });
    expect(Date.now() - started).toBeLessThan(40 * MINUTE_MS);
    expect(scene.emulator.instanceNames()).toEqual(["orion"]);
  });

  test.each([true, false])("shows whether a 429 carries Retry-After: %s", async (retryAfter) => {
    const scene = await sceneFor({ limits: SMALL, readings: { retryAfter } }, ["orion"]);
    for (let used = 0; used < SMALL.global; used += 1) await send(scene.emulator, "GET /api/instance/list");
    const findings = findingsIn(await scene.report({ write: false, chatwoot: undefined }));
    expect(findings["retryAfter"]).toEqual({ reading: retryAfter });
  });
});

test("without limits in the answers it pauses before each call", async () => {
  const scene = await sceneFor();
  const silent = createServer((_request, response) => response.end('{"success": true, "instances": []}'));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const pauses: number[] = [];
  const { clock } = scene.surroundings;
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds);
    await clock.pause(milliseconds);
  };
  const order = { account: { token: "acc_demo", endpoint }, write: false, chatwoot: undefined };
  const { evidence } = await scene.probe(order, { clock: { ...clock, pause } });
  const asked = evidence.journal.filter(({ sentWith }) => sentWith === "account");
  expect(pauses).toEqual(asked.slice(1).map(() => 1_200));
});
