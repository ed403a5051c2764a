import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Emulator, RecordedRequest } from "./emulator.mts";
import { create, emulatorFor, failure, send, type Reply } from "./helpers.mts";

function control(emulator: Emulator, request: string, body?: unknown): Promise<Reply> {
  return send(emulator, request.replace(" ", " /__emulator"), body, { token: null });
}

describe("GET /__emulator/requests", () => {
  test("shows what was asked, by whom and how it ended, and no secret", async () => {
    const emulator = await emulatorFor();
    const token = await create(emulator, "a", { token: "secret-i", proxyPassword: "secret-p" });
    const path = "/api/instance/getProxy/a";
    await send(emulator, `GET ${path}?x=1&token=acc_demo`, undefined, { token: null });
    await send(emulator, `GET ${path}`, undefined, { token });
    await send(emulator, `GET ${path}`, undefined, { token: "secret-w" });
    await send(emulator, "GET /nowhere", undefined, { token: null });
    const { body, headers } = await control(emulator, "GET /requests");
    const time = expect.stringMatching(/Z$/) as string;
    const userAgent = expect.any(String) as string;
    const readProxy = "GET /api/instance/getProxy/:instance";
    const common = { method: "GET", path, query: "", route: readProxy, time, userAgent };
    const route = "POST /api/instance/new";
    expect(body).toEqual([
      { ...common, method: "POST", path: "/api/instance/new", token: "account", status: 201, route },
      { ...common, query: "x=1", token: "account", status: 200 },
      { ...common, token: "instance", instance: "a", status: 200 },
      { ...common, token: "invalid", status: 401 },
      { ...common, path: "/nowhere", token: "none", status: 404, route: "unknown" },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/secret|acc_demo/);
    expect(headers.has("x-ratelimit-limit")).toBe(false);
    expect(emulator.requests()[0]?.body).toEqual({ name: "a", token: "secret-i", proxyPassword: "secret-p" });
  });

  test("can be cleared", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    await control(emulator, "DELETE /requests");
    expect((await control(emulator, "GET /requests")).body).toEqual([]);
    await create(emulator, "b");
    emulator.clearRequests();
    expect(emulator.requests()).toEqual([] satisfies RecordedRequest[]);
  });
});

test("faults are ordered and cleared", async () => {
  const emulator = await emulatorFor();
  const rule = { kind: "status", status: 500, match: "^GET .*list$" };
  expect((await control(emulator, "POST /faults", rule)).status).toBe(200);
  expect((await send(emulator, "GET /api/instance/list")).status).toBe(500);
  await control(emulator, "DELETE /faults");
  expect((await send(emulator, "GET /api/instance/list")).status).toBe(200);
});

describe("PATCH /__emulator/instances/:name", () => {
  test("changes the connection, the token and every block", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a/b", {
      proxyEnabled: true,
      proxyHost: "proxy.test",
      websocketEnabled: true,
      s3Enabled: true,
    });
    const reply = await control(emulator, "PATCH /instances/a%2Fb", {
      state: "connected",
      numberJid: "551@s.whatsapp.net",
      token: "rotated",
      proxy: { port: "9" },
      webhooks: { default: { url: "https://drift.test" }, other: { enabled: false } },
      websocket: null,
      chatwoot: { status: "error", lastError: "Token revoked" },
      settings: { ignoreStatus: true },
      s3: { enabled: false },
    });
    expect(reply.status).toBe(200);
    expect(emulator.instance("a/b")).toMatchObject({
      state: "connected",
      numberJid: "551@s.whatsapp.net",
      token: "rotated",
      proxy: { enabled: true, host: "proxy.test", port: "9" },
      webhooks: {
        default: { label: "default", enabled: true, url: "https://drift.test" },
        other: { label: "other", enabled: false },
      },
      chatwoot: { status: "error", lastError: "Token revoked" },
      settings: { ignoreStatus: true, disableHistorySync: true },
      s3: { enabled: false },
    });
    expect(emulator.instance("a/b")?.websocket).toBeUndefined();
    const rotated = await send(emulator, "GET /api/instance/list", undefined, { token: "rotated" });
    expect(rotated.status).toBe(200);
    await control(emulator, "PATCH /instances/a%2Fb", { webhooks: { other: null } });
    expect(Object.keys(emulator.instance("a/b")?.webhooks ?? {})).toEqual(["default"]);
  });

  test("deletes", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    await control(emulator, "PATCH /instances/a", { deleted: true });
    expect(emulator.instanceNames()).toEqual([]);
  });

  test("finds the instance of one account by that account's token", async () => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
    await create(emulator, "a");
    await send(emulator, "POST /api/instance/new", { name: "a" }, { token: "acc_2" });
    await send(emulator, "PATCH /__emulator/instances/a", { state: "connected" }, { token: "acc_2" });
    expect(emulator.instance("a", "acc_1")?.state).toBe("disconnected");
    expect(emulator.instance("a", "acc_2")?.state).toBe("connected");
  });
});

describe("PATCH /__emulator/accounts", () => {
  test("renews the token of one account, and all else stays", async () => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1", quota: 1 }, { token: "acc_2" }] });
    const own = await create(emulator, "a");
    await send(emulator, "POST /api/instance/new", { name: "a" }, { token: "acc_2" });
    const before = emulator.instance("a", "acc_1");
    const renew = (token: string, renewed: string) =>
      send(emulator, "PATCH /__emulator/accounts", { token: renewed }, { token });
    expect((await renew("acc_1", "acc_new")).status).toBe(200);

    const list = (token: string) => send(emulator, "GET /api/instance/list", undefined, { token });
    expect(await list("acc_1")).toMatchObject({ status: 401, body: failure("Invalid token") });
    expect((await list("acc_new")).body).toMatchObject({ instances: [{ id: before?.id, token: own }] });
    expect((await list(own)).body).toMatchObject({ instances: [{ id: before?.id }] });
    const quota = await send(emulator, "POST /api/instance/new", { name: "b" }, { token: "acc_new" });
    expect(quota).toMatchObject({ status: 403, body: failure("Account instance quota exceeded") });
    expect(emulator.instance("a", "acc_new")).toEqual(before);
    expect(emulator.instance("a", "acc_2")?.id).not.toBe(before?.id);
    expect(emulator.accountToken).toBe("acc_new");
    expect(() => emulator.instance("a", "acc_1")).toThrow("no account with this token");

    expect((await renew("acc_2", "acc_1")).status).toBe(200);
    expect((await list("acc_1")).body).toMatchObject({
      instances: [{ id: emulator.instance("a", "acc_1")?.id }],
    });
    expect((await list("acc_2")).status).toBe(401);
    expect(emulator.requests().map(({ token }) => token)).toContain("invalid");
  });

  test("a request that is under way comes to its end", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const chatwoot = createServer((_request, response) => {
      if (emulator.accountToken === "acc_demo") emulator.renewAccountToken("acc_demo", "acc_new");
      response.end(JSON.stringify({ payload: [{ id: 1, name: "a" }] }));
    });
    await once(chatwoot.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => {
      chatwoot.close();
    });
    const chatwootBaseUrl = `http://127.0.0.1:${(chatwoot.address() as AddressInfo).port}`;
    const body = { chatwootBaseUrl, chatwootAccountId: 1, chatwootApiToken: "x" };
    expect((await send(emulator, "POST /api/chatwoot/set/a", body)).status).toBe(201);
    expect(emulator.instance("a", "acc_new")?.chatwoot?.status).toBe("active");
  });

  test("reset brings back the first tokens", async () => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
    emulator.renewAccountToken("acc_2", "acc_3");
    emulator.renewAccountToken("acc_1", "acc_2");
    emulator.reset();
    for (const [token, status] of [
      ["acc_1", 200],
      ["acc_2", 200],
      ["acc_3", 401],
    ] as const) {
      expect((await send(emulator, "GET /api/instance/list", undefined, { token })).status).toBe(status);
    }
  });

  test.each([
    ["acc_1", { token: "acc_2" }, "An account has this token already."],
    ["acc_1", { token: "" }, "must not be empty"],
    ["acc_1", { account: "acc_3" }, 'The body has to be {"token": "the new one"}.'],
    ["acc_3", { token: "acc_4" }, "no account with this token"],
    [null, { token: "acc_4" }, "no account with this token"],
  ])("%s %j is refused with a reason", async (token, body, message) => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
    const reply = await send(emulator, "PATCH /__emulator/accounts", body, { token });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject(failure(expect.stringContaining(message) as string));
    expect((await send(emulator, "GET /api/instance/list")).status).toBe(200);
  });
});

test("pair connects the instance of one account, with a number", async () => {
  const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
  for (const token of ["acc_1", "acc_2"]) {
    await send(emulator, "POST /api/instance/new", { name: "a" }, { token });
  }
  emulator.pair("a", "551@s.whatsapp.net", "acc_2");
  expect(emulator.instance("a", "acc_1")).toMatchObject({ state: "disconnected", numberJid: null });
  expect(emulator.instance("a", "acc_2")).toMatchObject({
    state: "connected",
    numberJid: "551@s.whatsapp.net",
  });
  emulator.pair("a");
  expect(emulator.instance("a")?.numberJid).toMatch(/^\d+@s\.whatsapp\.net$/);
  expect((await send(emulator, "POST /api/instance/reconnect/a")).status).toBe(200);
});

test("readings change at run time, one by one or as a whole", async () => {
  const emulator = await emulatorFor();
  const reply = await control(emulator, "PATCH /readings", { createStatus: "200", listToken: false });
  expect(reply.body).toMatchObject({ readings: { createStatus: 200, listToken: false, listMeta: true } });
  expect((await send(emulator, "POST /api/instance/new", { name: "a" })).status).toBe(200);
  emulator.readings = { ...emulator.readings, createStatus: 201 };
  expect((await send(emulator, "POST /api/instance/new", { name: "b" })).status).toBe(201);
});

test("reset brings back the state after the start", async () => {
  const emulator = await emulatorFor({ readings: { createStatus: 200 }, limits: { create: 1 } });
  await create(emulator, "a");
  emulator.readings.createStatus = 201;
  emulator.fault({ kind: "drop-before" });
  expect((await control(emulator, "POST /reset")).status).toBe(200);
  expect(emulator.instanceNames()).toEqual([]);
  expect(emulator.requests()).toEqual([]);
  expect((await send(emulator, "POST /api/instance/new", { name: "b" })).status).toBe(200);
});

test.each([
  ["PATCH /instances/none", { state: "connected" }, 'There is no instance "none" to patch.'],
  ["PATCH /readings", { nothing: 1 }, 'There is no reading "nothing".'],
  ["PATCH /readings", { createStatus: 202 }, "The reading createStatus accepts 201 or 200, not 202."],
  ["POST /faults", { kind: "explode" }, "This is no fault rule"],
  ["POST /faults", "{", "The body has to be a JSON object."],
  ["GET /anything", undefined, "There is no such control route"],
])("%s %j is refused with a reason", async (request, body, message) => {
  const emulator = await emulatorFor();
  const reply = await control(emulator, request, body);
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject(failure(expect.stringContaining(message) as string));
});

test("an unknown block field is refused", async () => {
  const emulator = await emulatorFor();
  await create(emulator, "a");
  expect(() => {
    emulator.patchInstance("a", { proxy: { hostname: "x" } as object });
  }).toThrow("hostname");
});

test("an account that does not exist is refused", async () => {
  const emulator = await emulatorFor();
  expect(() => emulator.instanceNames("acc_other")).toThrow("no account with this token");
});
