import { expect, test, vi } from "vitest";
import type { Emulator } from "./emulator.mts";
import { create, emulatorFor, failure, send, type Reply } from "./helpers.mts";

const list = "GET /api/instance/list";
const exceeded = { status: 429, body: failure("Rate limit exceeded. Try again later.") };

function limitHeaders(reply: Reply | undefined): (number | undefined)[] {
  return ["limit", "remaining", "reset"].map((name) => {
    const value = reply?.headers.get(`x-ratelimit-${name}`);
    return value == null ? undefined : Number(value);
  });
}

async function repeat(times: number, act: () => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let time = 0; time < times; time += 1) replies.push(await act());
  return replies;
}

function createAny(emulator: Emulator): Promise<Reply> {
  return send(emulator, "POST /api/instance/new", { name: crypto.randomUUID() });
}

test("the documented limits are 100 and 20 per minute; every answer says what is left", async () => {
  const emulator = await emulatorFor();
  const before = Math.floor(Date.now() / 1000);
  const [limit, remaining, reset] = limitHeaders(await send(emulator, list));
  expect([limit, remaining]).toEqual([100, 99]);
  expect(Number.isInteger(reset)).toBe(true);
  expect(reset).toBeGreaterThanOrEqual(before + 60);
  expect(reset).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 60);
  expect(limitHeaders(await createAny(emulator)).slice(0, 2)).toEqual([20, 19]);

  const replies = await repeat(100, () => send(emulator, list));
  expect(replies[98]).toMatchObject({ status: 200 });
  expect(limitHeaders(replies[98])[1]).toBe(0);
  expect(replies[99]).toMatchObject(exceeded);
  expect(limitHeaders(replies[99]).slice(0, 2)).toEqual([100, 0]);
  const creates = await repeat(20, () => createAny(emulator));
  expect(creates.map(({ status }) => status)).toEqual([...Array<number>(19).fill(201), 429]);
});

test("every token has a bucket of its own, wrong ones and instances included", async () => {
  const emulator = await emulatorFor({ limits: { global: 1 } });
  const token = await create(emulator, "a");
  for (const sent of [emulator.accountToken, token, "wrong", null]) {
    const [first, second] = await repeat(2, () => send(emulator, list, undefined, { token: sent }));
    expect(first?.status).not.toBe(429);
    expect(second).toMatchObject(exceeded);
  }
});

test("a refused request is not applied", async () => {
  const emulator = await emulatorFor({ limits: { create: 1 } });
  await createAny(emulator);
  expect(await createAny(emulator)).toMatchObject(exceeded);
  expect(emulator.instanceNames()).toHaveLength(1);
});

test("a new window opens after the reset that the headers name", async () => {
  const emulator = await emulatorFor({ limits: { global: 1 }, windowSeconds: 0.3 });
  await send(emulator, list);
  const refused = await send(emulator, list);
  expect(refused).toMatchObject(exceeded);
  const reset = limitHeaders(refused)[2] ?? 0;
  await vi.waitUntil(() => Date.now() >= reset * 1000, { timeout: 5000 });
  expect((await send(emulator, list)).status).toBe(200);
});

test("without limits nothing is refused, and the headers are still there", async () => {
  const emulator = await emulatorFor({ limits: false });
  const replies = await repeat(110, () => send(emulator, list));
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  expect(limitHeaders(replies[109])[1]).toBeGreaterThan(1_000_000);
});

test("reading createSharesGlobalBucket: creates use up the global limit too, or do not", async () => {
  const emulator = await emulatorFor({ limits: { global: 2 } });
  await repeat(2, () => createAny(emulator));
  expect(limitHeaders(await send(emulator, list))[1]).toBe(1);
  emulator.reset();
  emulator.readings.createSharesGlobalBucket = true;
  await createAny(emulator);
  expect(limitHeaders(await createAny(emulator)).slice(0, 2)).toEqual([2, 0]);
  expect(await send(emulator, list)).toMatchObject(exceeded);
  expect(await createAny(emulator)).toMatchObject(exceeded);
});

test("reading failedCallsCount: 4xx answers count, or do not", async () => {
  const emulator = await emulatorFor({ limits: { global: 3 } });
  const fail = () => send(emulator, "GET /api/instance/getProxy/none");
  expect(limitHeaders((await repeat(2, fail))[1])[1]).toBe(1);
  emulator.readings.failedCallsCount = false;
  expect(limitHeaders((await repeat(2, fail))[1])[1]).toBe(1);
  expect(limitHeaders(await send(emulator, list))[1]).toBe(0);
  expect(limitHeaders(await send(emulator, list)).slice(0, 2)).toEqual([3, 0]);
});

test("reading windowKind: windows start with the first request, or with the clock", async () => {
  const hour = 3600;
  const emulator = await emulatorFor({ windowSeconds: hour, readings: { windowKind: "aligned" } });
  expect((limitHeaders(await send(emulator, list))[2] ?? 1) % hour).toBe(0);
  emulator.reset();
  emulator.readings.windowKind = "fixed";
  const before = Math.floor(Date.now() / 1000);
  expect(limitHeaders(await send(emulator, list))[2]).toBeGreaterThanOrEqual(before + hour);
});

test("retryAfter: the seconds until the window ends, on a 429 alone", async () => {
  const emulator = await emulatorFor({ limits: { global: 1 }, readings: { retryAfter: true } });
  const [first, second] = await repeat(2, () => send(emulator, list));
  expect(first?.headers.has("retry-after")).toBe(false);
  expect(second).toMatchObject(exceeded);
  const seconds = Number(second?.headers.get("retry-after"));
  expect(Number.isInteger(seconds) && seconds > 0 && seconds <= 60).toBe(true);
  emulator.readings.retryAfter = false;
  expect((await send(emulator, list)).headers.has("retry-after")).toBe(false);
});
