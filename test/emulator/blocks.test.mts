import { describe, expect, test } from "vitest";
import { create, emulatorFor, failure, send } from "./helpers.mts";

test.each([
  "POST /api/instance/settings/a",
  "POST /api/instance/s3/a",
  "POST /api/instance/proxy/a",
  "POST /api/events/webhook/a",
  "POST /api/events/websocket/a",
])("%s refuses malformed JSON and wrong types", async (route) => {
  const emulator = await emulatorFor();
  await create(emulator, "a");
  for (const body of ["{", "[]", undefined, { enabled: "yes", autoReadMessages: "yes" }]) {
    const reply = await send(emulator, route, body);
    expect(reply).toMatchObject({ status: 400, body: failure("Invalid request body") });
  }
});

describe("settings", () => {
  const defaults = {
    autoRejectCalls: false,
    callRejectMessage: "",
    ignoreGroupMessages: false,
    keepOnlineStatus: false,
    autoReadMessages: false,
    disableHistorySync: true,
    ignoreStatus: false,
  };

  test("start with the documented defaults and change field by field", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const read = await send(emulator, "GET /api/instance/getSettings/a");
    expect(read.body).toEqual({
      success: true,
      message: "Settings retrieved successfully",
      settings: defaults,
    });
    await send(emulator, "POST /api/instance/settings/a", { ignoreStatus: true });
    const reply = await send(emulator, "POST /api/instance/settings/a", { disableHistorySync: false });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      success: true,
      message: "Settings updated successfully",
      settings: { ...defaults, ignoreStatus: true, disableHistorySync: false },
    });
  });

  test("need at least one field", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    for (const body of [{}, { unknown: true }, { ignoreStatus: null }]) {
      const reply = await send(emulator, "POST /api/instance/settings/a", body);
      expect(reply).toMatchObject({ status: 400, body: failure("At least one setting must be provided") });
    }
  });

  test("keepOnlineStatus shows in the presence of a connected instance", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a", { keepOnlineStatus: true });
    const presence = async () => {
      const { body } = await send(emulator, "GET /api/instance/list");
      return (body as { instances: { connection: { presenceStatus: string } }[] }).instances[0]?.connection
        .presenceStatus;
    };
    expect(await presence()).toBe("unavailable");
    emulator.patchInstance("a", { state: "connected" });
    expect(await presence()).toBe("available");
  });
});

describe("S3", () => {
  const sent = {
    enabled: true,
    region: "us-east-1",
    bucket: "media",
    accessKey: "AKIA",
    secretKey: "hidden",
    endpoint: "https://minio.test",
    pathPrefix: "m/",
  };

  test("is stored and shown without its secret key", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const { secretKey, ...shown } = sent;
    const reply = await send(emulator, "POST /api/instance/s3/a", sent);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ success: true, message: "S3 configuration updated", s3: shown });
    const read = await send(emulator, "GET /api/instance/getS3/a");
    expect(read.body).toEqual({ success: true, s3: { ...shown, secretKey: null } });
    expect(emulator.instance("a")?.s3?.secretKey).toBe(secretKey);
  });

  test("forgets its credentials when disabled, and needs every field again", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    await send(emulator, "POST /api/instance/s3/a", sent);
    await send(emulator, "POST /api/instance/s3/a", { enabled: false });
    expect(emulator.instance("a")?.s3).toMatchObject({ enabled: false, accessKey: "", secretKey: "" });
    for (const field of [undefined, "region", "bucket", "accessKey", "secretKey"]) {
      const body = field === undefined ? { enabled: true } : { ...sent, [field]: undefined };
      expect(await send(emulator, "POST /api/instance/s3/a", body)).toMatchObject({
        status: 400,
        body: failure("Every field is required to enable S3 again"),
      });
    }
    const aws = { ...sent, endpoint: undefined, pathPrefix: undefined };
    expect((await send(emulator, "POST /api/instance/s3/a", aws)).status).toBe(200);
    expect(emulator.instance("a")?.s3).toMatchObject({ enabled: true, secretKey: "hidden", endpoint: "" });
  });
});

test("a patch makes an enabled webhook without a URL, and one with an event outside the six", async () => {
  const emulator = await emulatorFor({ readings: { validateEvents: "on" } });
  await create(emulator, "a");
  emulator.patchInstance("a", {
    webhooks: { default: { enabled: true }, later: { url: "https://app.test", events: ["poll.vote"] } },
  });
  const { body } = await send(emulator, "GET /api/events/getWebhook/a");
  expect(body).toMatchObject({
    webhooks: [
      { label: "default", enabled: true, url: "" },
      { label: "later", enabled: true, events: ["poll.vote"] },
    ],
  });
});

describe("proxy", () => {
  const sent = {
    enabled: true,
    host: "proxy.test",
    port: "1080",
    protocol: "socks5",
    username: "u",
    password: "hidden",
  };

  test("is stored and shown without its password", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const { password, ...shown } = sent;
    const reply = await send(emulator, "POST /api/instance/proxy/a", sent);
    expect(reply).toMatchObject({ status: 200, body: { success: true, proxy: shown } });
    const read = await send(emulator, "GET /api/instance/getProxy/a");
    expect(read.body).toEqual({
      success: true,
      message: "Proxy configuration retrieved successfully",
      proxy: shown,
    });
    expect(emulator.instance("a")?.proxy?.password).toBe(password);
  });

  test("is all null when there is none, or none any more", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const none = { enabled: false, host: null, port: null, protocol: null, username: null };
    const read = async () => (await send(emulator, "GET /api/instance/getProxy/a")).body;
    expect(await read()).toMatchObject({ proxy: none });
    await send(emulator, "POST /api/instance/proxy/a", sent);
    await send(emulator, "POST /api/instance/proxy/a", { enabled: false });
    expect(await read()).toMatchObject({ proxy: none });
    expect(emulator.instance("a")?.proxy?.password).toBe("");
  });

  test("takes its port as text only", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const reply = await send(emulator, "POST /api/instance/proxy/a", { ...sent, port: 1080 });
    expect(reply.status).toBe(400);
  });
});

describe("webhooks", () => {
  const sent = {
    label: "crm",
    enabled: true,
    url: "https://app.test/wh",
    authorization: "Bearer hidden",
    byEvents: true,
    events: ["message.exchange"],
    mediaBase64: true,
  };

  test("are stored by label, and read back with their authorization", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const reply = await send(emulator, "POST /api/events/webhook/a", sent);
    expect(reply).toMatchObject({ status: 200, body: { success: true, webhook: sent } });
    const read = await send(emulator, "GET /api/events/getWebhook/a?label=crm");
    expect(read).toMatchObject({ status: 200, body: { success: true, webhook: sent } });
    const unknown = await send(emulator, "GET /api/events/getWebhook/a?label=constructor");
    expect(unknown.status).toBe(404);
  });

  test("are listed alphabetically, under either spelling", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const path = "GET /api/events/getWebhook/a";
    expect((await send(emulator, path)).body).toMatchObject({ success: true, webhooks: [] });
    for (const label of ["b", "c", "a"]) await send(emulator, "POST /api/events/webhook/a", { label });
    for (const spelling of [path, "GET /api/events/webhook/a"]) {
      const { webhooks } = (await send(emulator, spelling)).body as { webhooks: { label: string }[] };
      expect(webhooks.map(({ label }) => label)).toEqual(["a", "b", "c"]);
    }
  });

  test("have the label default when none is given, also when reading", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    await send(emulator, "POST /api/events/webhook/a", { enabled: true, url: "https://app.test" });
    expect((await send(emulator, "GET /api/events/getWebhook/a?label=")).body).toMatchObject({
      webhook: {
        label: "default",
        enabled: true,
        url: "https://app.test",
        authorization: null,
        byEvents: false,
        events: [],
        mediaBase64: false,
      },
    });
  });

  test("are overwritten as a whole, and cleared but kept when disabled", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    await send(emulator, "POST /api/events/webhook/a", sent);
    await send(emulator, "POST /api/events/webhook/a", {
      label: "crm",
      enabled: true,
      url: "https://b.test",
    });
    expect(emulator.instance("a")?.webhooks["crm"]).toEqual({
      label: "crm",
      enabled: true,
      url: "https://b.test",
      authorization: "",
      byEvents: false,
      events: [],
      mediaBase64: false,
    });
    await send(emulator, "POST /api/events/webhook/a", sent);
    const reply = await send(emulator, "POST /api/events/webhook/a", { ...sent, enabled: false });
    expect(reply.body).toMatchObject({
      webhook: { label: "crm", enabled: false, url: "", authorization: null, events: [], mediaBase64: false },
    });
    expect(Object.keys(emulator.instance("a")?.webhooks ?? {})).toEqual(["crm"]);
  });

  test("can be enabled three at a time; disabled ones do not count", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const configure = (label: string, enabled = true) =>
      send(emulator, "POST /api/events/webhook/a", { ...sent, label, enabled });
    for (const label of ["1", "2", "3", "3"]) expect((await configure(label)).status).toBe(200);
    expect((await configure("4")).status).toBe(400);
    expect((await configure("4", false)).status).toBe(200);
    await configure("1", false);
    expect((await configure("4")).status).toBe(200);
  });
});

describe("websocket", () => {
  test("is 404 until it is configured, and all off when disabled", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const read = () => send(emulator, "GET /api/events/getWebsocket/a");
    expect(await read()).toMatchObject({
      status: 404,
      body: failure("WebSocket not configured for this instance"),
    });
    const websocket = { enabled: true, events: ["call.update"], mediaBase64: true };
    const reply = await send(emulator, "POST /api/events/websocket/a", websocket);
    expect(reply).toMatchObject({ status: 200, body: { success: true, websocket } });
    expect((await read()).body).toEqual({
      success: true,
      message: "WebSocket configuration retrieved",
      websocket,
    });
    await send(emulator, "POST /api/events/websocket/a", { ...websocket, enabled: false });
    expect((await read()).body).toEqual({
      success: true,
      message: "WebSocket configuration retrieved",
      websocket: { enabled: false, events: [], mediaBase64: false },
    });
  });
});
