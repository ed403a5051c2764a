import { once } from "node:events";
import { request } from "node:http";
import { expect, test } from "vitest";
import { create, emulatorFor, failure, send } from "./helpers.mts";

test("GET /health tells the state without a token, and how long it has been so as Go does", async () => {
  const emulator = await emulatorFor({ limits: { global: 0 } });
  const { status, body, headers } = await send(emulator, "GET /health", undefined, { token: null });
  expect(status).toBe(200);
  expect(headers.has("x-ratelimit-limit")).toBe(false);
  expect(body).toEqual({
    status: "ok",
    service: "RyzeAPI",
    uptime: expect.stringMatching(/^(\d+h)?(\d+m)?\d+\.\d{3}s$/) as string,
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    checks: { db: "ok" },
  });
});

test("metrics are summed over the instances that are named", async () => {
  const emulator = await emulatorFor();
  const token = await create(emulator, "a");
  await create(emulator, "b");
  const read = (names: string, sent = emulator.accountToken) =>
    send(emulator, `GET /api/instance/metrics/${names}`, undefined, { token: sent });
  const reply = await read("a,b");
  expect(reply).toMatchObject({
    status: 200,
    body: {
      success: true,
      message: "Metrics retrieved successfully",
      metrics: { instance: "a,b", totalMessages: 0, messagesByType: {}, firstMessageAt: null },
    },
  });
  expect(Object.keys((reply.body as { metrics: object }).metrics)).toHaveLength(17);
  expect((await read("a", token)).status).toBe(200);
  expect((await read("b", token)).status).toBe(403);
  expect(await read("a,none")).toMatchObject({ status: 404, body: failure("Instance not found") });
  for (const names of ["", ",", "%20,"]) expect((await read(names)).status).toBe(400);
  expect((await read("a", "wrong")).status).toBe(401);
});

test("/ws answers what precedes an upgrade", async () => {
  const emulator = await emulatorFor();
  const token = await create(emulator, "a");
  const route = "POST /api/events/websocket/a";
  const off = `WebSocket is not enabled for this instance. Configure it first using ${route}`;
  const asked = await send(emulator, `GET /ws/a?token=${token}`, undefined, { token: null });
  expect(asked).toMatchObject({ status: 400, body: failure(off) });
  expect(asked.headers.get("x-ratelimit-limit")).toBe("100");
  expect(await statusOfUpgrade(emulator.url, token)).toBe(400);
  expect((await send(emulator, "GET /ws/a", undefined, { token: null })).status).toBe(401);
  expect((await send(emulator, "GET /ws/none")).status).toBe(404);
  await send(emulator, route, { enabled: true });
  expect((await send(emulator, "GET /ws/a")).status).toBe(426);
});

async function statusOfUpgrade(url: string, token: string): Promise<number | undefined> {
  const headers = { token, connection: "Upgrade", upgrade: "websocket" };
  const sent = request(`${url}/ws/a`, { headers }).end();
  const [response] = (await once(sent, "response")) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

test("a preflight names the headers that may be sent, allows no origin, and counts against no limit", async () => {
  const emulator = await emulatorFor({ limits: { global: 0 } });
  const headers = { origin: "https://app.test", "access-control-request-method": "POST" };
  const path = "OPTIONS /api/instance/settings/a";
  const reply = await send(emulator, path, undefined, { token: null, headers });
  expect(reply.status).toBe(204);
  expect(reply.headers.get("access-control-allow-headers")).toBe("Content-Type, Authorization, token");
  expect(reply.headers.has("access-control-allow-origin")).toBe(false);
  expect(reply.headers.has("access-control-allow-credentials")).toBe(false);
});
