import { describe, expect, test, vi } from "vitest";
import type { Emulator, FaultRule } from "./emulator.mts";
import { chatwootFor, create, emulatorFor, failure, send, type Reply } from "./helpers.mts";

const hour = 3_600_000;

function createA(emulator: Emulator, body: object = {}, token?: string): Promise<Reply> {
  return send(
    emulator,
    "POST /api/instance/new",
    { name: "a", ...body },
    token === undefined ? {} : { token },
  );
}

async function listed(emulator: Emulator): Promise<string[]> {
  const { body } = await send(emulator, "GET /api/instance/list");
  return (body as { instances: { name: string }[] }).instances.map(({ name }) => name);
}

function statuses(emulator: Emulator): number[] {
  return emulator.requests().map(({ status }) => status);
}

describe("when it lands", () => {
  test("right after the answer, before anything else is asked", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", times: 1 });
    const reply = await createA(emulator);
    expect(reply).toMatchObject({ status: 502, body: expect.stringMatching(/^<html>/) as string });
    expect(reply.headers.has("x-ratelimit-limit")).toBe(false);
    expect(await listed(emulator)).toEqual(["a"]);
    expect(statuses(emulator)).toEqual([502, 200]);
  });

  test("after so many further answers, whoever gets them", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", requests: 3, times: 1 });
    emulator.fault({ kind: "drop-before", route: "GET /health" });
    await createA(emulator);
    expect(await listed(emulator)).toEqual([]);
    expect((await send(emulator, "GET /api/instance/list", undefined, { token: null })).status).toBe(401);
    expect(emulator.instanceNames()).toEqual([]);
    await expect(send(emulator, "GET /health")).rejects.toThrow("fetch failed");
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test("after a time, and never earlier", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", ms: hour, instance: "a" });
    emulator.fault({ kind: "land-late", ms: 20, instance: "b" });
    await createA(emulator);
    const sent = performance.now();
    await createA(emulator, { name: "b" });
    await vi.waitUntil(() => emulator.instanceNames().length > 0, { interval: 1 });
    expect(performance.now() - sent).toBeGreaterThan(18);
    expect(emulator.instanceNames()).toEqual(["b"]);
  });

  test("a time that begins after so many answers", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", ms: 30, instance: "b" });
    emulator.fault({ kind: "land-late", requests: 1, ms: 1, instance: "a" });
    await createA(emulator, { name: "b" });
    await createA(emulator);
    await vi.waitUntil(() => emulator.instanceNames().length > 0, { interval: 1 });
    expect(emulator.instanceNames()).toEqual(["b"]);
    expect(await listed(emulator)).toEqual(["b"]);
    await vi.waitUntil(() => emulator.instanceNames().length > 1);
  });
});

describe("how it is answered", () => {
  test("as an error of any status", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", answer: "error", status: 500, message: "Busy" });
    expect(await createA(emulator)).toMatchObject({ status: 500, body: failure("Busy") });
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test("as a page of any status", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", status: 504 });
    expect(await createA(emulator)).toMatchObject({
      status: 504,
      body: expect.stringContaining("504") as string,
    });
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test("by a connection that is cut", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", answer: "drop", requests: 1 });
    await expect(createA(emulator)).rejects.toThrow("fetch failed");
    expect(await listed(emulator)).toEqual([]);
    expect(await listed(emulator)).toEqual(["a"]);
    expect(statuses(emulator)).toEqual([0, 200, 200]);
  });
});

describe("what lands", () => {
  test("the creation with its blocks, in the account that sent it", async () => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
    const chatwoot = await chatwootFor();
    emulator.fault({ kind: "land-late" });
    const proxy = { proxyEnabled: true, proxyHost: "proxy.test" };
    const inbox = {
      chatwootEnabled: true,
      chatwootBaseUrl: chatwoot.url,
      chatwootAccountId: 1,
      chatwootApiToken: "cw_demo",
    };
    await createA(emulator, { token: "own", ...proxy, ...inbox }, "acc_2");
    expect(emulator.instance("a", "acc_1")).toBeUndefined();
    expect(emulator.instance("a", "acc_2")).toMatchObject({ token: "own", proxy: { host: "proxy.test" } });
    await vi.waitUntil(() => emulator.instance("a", "acc_2")?.chatwoot?.status === "active");
  });

  test("nothing, where the name exists by then", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", requests: 1, times: 2 });
    await createA(emulator, { ignoreStatus: true });
    await createA(emulator, { ignoreStatus: true });
    emulator.patchInstance("a", { deleted: true });
    await create(emulator, "a");
    expect(emulator.instanceNames()).toEqual(["a"]);
    expect(emulator.instance("a")?.settings.ignoreStatus).toBe(false);
  });

  test("nothing, where the quota is reached by then", async () => {
    const emulator = await emulatorFor({ quota: 1 });
    emulator.fault({ kind: "land-late", requests: 1, times: 1 });
    await createA(emulator);
    await create(emulator, "b");
    expect(await listed(emulator)).toEqual(["b"]);
  });

  test("nothing with a token that may not create", async () => {
    const emulator = await emulatorFor();
    const token = await create(emulator, "b");
    emulator.fault({ kind: "land-late" });
    await createA(emulator, {}, token);
    await createA(emulator, {}, "wrong");
    expect(emulator.instanceNames()).toEqual(["b"]);
  });

  test("each of several attempts, of which the first makes the instance", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "land-late", requests: 2, after: 1, times: 3, instance: "a" });
    await create(emulator, "b");
    await create(emulator, "a");
    emulator.patchInstance("a", { deleted: true });
    for (const token of ["first", "second"]) {
      expect((await createA(emulator, { token })).status).toBe(502);
      expect(emulator.instanceNames()).toEqual(["b"]);
    }
    expect((await createA(emulator, { token: "third" })).status).toBe(502);
    expect((await createA(emulator, { token: "fourth" })).status).toBe(409);
    expect(emulator.instance("a")?.token).toBe("first");
  });
});

test("a reset forgets what has not landed, clearing the faults does not", async () => {
  const emulator = await emulatorFor();
  emulator.fault({ kind: "land-late", requests: 1 });
  await createA(emulator);
  emulator.clearFaults();
  await listed(emulator);
  expect(emulator.instanceNames()).toEqual(["a"]);

  emulator.fault({ kind: "land-late", requests: 1, instance: "b" });
  emulator.fault({ kind: "land-late", ms: 20, instance: "c" });
  for (const name of ["c", "b"]) await createA(emulator, { name });
  emulator.reset();
  emulator.fault({ kind: "land-late", ms: 30, instance: "d" });
  await createA(emulator, { name: "d" });
  await listed(emulator);
  await vi.waitUntil(() => emulator.instanceNames().includes("d"));
  expect(emulator.instanceNames()).toEqual(["d"]);
});

test("a landing that is under way ends with the emulator", async () => {
  const emulator = await emulatorFor({ readings: { failedChatwoot: "recorded" } });
  const chatwoot = await emulatorFor();
  chatwoot.fault({ kind: "delay", ms: hour });
  emulator.fault({ kind: "land-late" });
  const inbox = { chatwootBaseUrl: chatwoot.url, chatwootAccountId: 1, chatwootApiToken: "x" };
  await createA(emulator, { chatwootEnabled: true, ...inbox });
  await vi.waitUntil(() => chatwoot.requests().length > 0);
  await emulator.close();
});

test("only a creation can land late", async () => {
  const emulator = await emulatorFor();
  const order = (rule: FaultRule) => () => {
    emulator.fault(rule);
  };
  expect(order({ kind: "land-late", route: "POST /api/instance/s3/:instance" })).toThrow("can land late");
  expect(order({ kind: "land-late", route: "POST /api/instance/new" })).not.toThrow();
  expect(await listed(emulator)).toEqual([]);
});
