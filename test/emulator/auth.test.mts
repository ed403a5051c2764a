import { describe, expect, test } from "vitest";
import { create, emulatorFor, failure, send } from "./helpers.mts";

const invalid = { status: 401, body: failure("Invalid token") };
const missing = {
  status: 401,
  body: failure("Missing token in header, Authorization header, or query parameter"),
};

const ofInstance = [
  "GET /api/instance/connect/",
  "POST /api/instance/reconnect/",
  "DELETE /api/instance/logout/",
  "POST /api/instance/settings/",
  "GET /api/instance/getSettings/",
  "POST /api/instance/s3/",
  "GET /api/instance/getS3/",
  "POST /api/instance/proxy/",
  "GET /api/instance/getProxy/",
  "POST /api/events/webhook/",
  "GET /api/events/getWebhook/",
  "GET /api/events/webhook/",
  "POST /api/events/websocket/",
  "GET /api/events/getWebsocket/",
  "POST /api/chatwoot/set/",
  "GET /api/chatwoot/list/",
  "DELETE /api/chatwoot/delete/",
];

describe.each(ofInstance)("%s:instance", (route) => {
  const notFound = route.includes("chatwoot") ? "instance not found" : "Instance not found";

  test("takes the account's token and the instance's own, and no other", async () => {
    const emulator = await emulatorFor();
    const own = await create(emulator, "a");
    const other = await create(emulator, "b");
    const refusals = [401, 403];
    expect(refusals).not.toContain((await send(emulator, `${route}a`)).status);
    expect(refusals).not.toContain((await send(emulator, `${route}a`, undefined, { token: own })).status);
    expect(await send(emulator, `${route}a`, undefined, { token: other })).toMatchObject({
      status: 403,
      body: failure("Instance token does not match requested instance"),
    });
    expect(await send(emulator, `${route}a`, undefined, { token: "wrong" })).toMatchObject(invalid);
    expect(await send(emulator, `${route}a`, undefined, { token: null })).toMatchObject(missing);
  });

  test("knows names of its account only, case-sensitively", async () => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
    await create(emulator, "a");
    for (const [path, token] of [
      [`${route}A`, "acc_1"],
      [`${route}a`, "acc_2"],
    ] as const) {
      const reply = await send(emulator, path, undefined, { token });
      expect(reply).toMatchObject({ status: 404, body: failure(notFound) });
    }
  });
});

test("creation takes the account's token only", async () => {
  const emulator = await emulatorFor();
  const token = await create(emulator, "a");
  const path = "POST /api/instance/new";
  expect(await send(emulator, path, { name: "b" }, { token })).toMatchObject(invalid);
  expect(await send(emulator, path, { name: "b" }, { token: "wrong" })).toMatchObject(invalid);
  expect(await send(emulator, path, { name: "b" }, { token: null })).toMatchObject(missing);
  expect(emulator.instanceNames()).toEqual(["a"]);
});

test("deletion takes the account's token only, and calls a missing one invalid", async () => {
  const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
  const token = await create(emulator, "a");
  const path = "DELETE /api/instance/delete/a";
  for (const refused of [token, "wrong", null]) {
    expect(await send(emulator, path, undefined, { token: refused })).toMatchObject(invalid);
  }
  expect((await send(emulator, path, undefined, { token: "acc_2" })).status).toBe(404);
  expect(emulator.instanceNames()).toEqual(["a"]);
});

test("a token travels as header, as bearer or in the query; the first of these counts", async () => {
  const emulator = await emulatorFor();
  const path = "GET /api/instance/list";
  const bearer = { authorization: "Bearer acc_demo" };
  const none = { token: null };
  expect((await send(emulator, path, undefined, { ...none, headers: bearer })).status).toBe(200);
  expect((await send(emulator, `${path}?token=acc_demo`, undefined, none)).status).toBe(200);
  expect((await send(emulator, path, undefined, { token: "wrong", headers: bearer })).status).toBe(401);
  const wrongBearer = { ...none, headers: { authorization: "Bearer wrong" } };
  expect((await send(emulator, `${path}?token=acc_demo`, undefined, wrongBearer)).status).toBe(401);
  const apikey = { ...none, headers: { apikey: "acc_demo" } };
  expect((await send(emulator, path, undefined, apikey)).status).toBe(401);
});

test("one token in two accounts means the instance that is asked for", async () => {
  const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
  await create(emulator, "a", { token: "shared" });
  await send(emulator, "POST /api/instance/new", { name: "b", token: "shared" }, { token: "acc_2" });
  for (const name of ["a", "b"]) {
    const path = `GET /api/instance/getProxy/${name}`;
    expect((await send(emulator, path, undefined, { token: "shared" })).status).toBe(200);
  }
});

test("an unknown path is a 404 in the same envelope", async () => {
  const emulator = await emulatorFor();
  expect(await send(emulator, "PUT /api/instance/new", {})).toMatchObject({
    status: 404,
    body: failure("Not found"),
  });
});
