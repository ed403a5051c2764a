import { describe, expect, test } from "vitest";
import { create, emulatorFor, failure, send } from "./helpers.mts";

const fullBody = {
  name: "full",
  token: "tok_full",
  proxyEnabled: true,
  proxyHost: "proxy.test",
  proxyPort: "1080",
  proxyProtocol: "socks5",
  proxyUsername: "user",
  proxyPassword: "secret-1",
  webhookEnabled: true,
  webhookURL: "https://app.test/wh",
  webhookAuthorization: "secret-2",
  webhookByEvents: true,
  webhookEvents: ["message.exchange"],
  webhookMediaBase64: true,
  websocketEnabled: true,
  websocketEvents: ["call.update"],
  websocketMediaBase64: true,
  autoRejectCalls: true,
  callRejectMessage: "No calls.",
  s3Enabled: true,
  s3Region: "us-east-1",
  s3Bucket: "media",
  s3AccessKey: "AKIA",
  s3SecretKey: "secret-3",
  s3Endpoint: "",
  s3PathPrefix: "media/",
};

const settings = {
  autoRejectCalls: true,
  callRejectMessage: "No calls.",
  ignoreGroupMessages: false,
  keepOnlineStatus: false,
  autoReadMessages: false,
  disableHistorySync: true,
  ignoreStatus: false,
};

describe("POST /api/instance/new", () => {
  test("needs a name only, and generates a token", async () => {
    const emulator = await emulatorFor();
    const reply = await send(emulator, "POST /api/instance/new", { name: "a" });
    expect(reply.status).toBe(201);
    const { instance } = reply.body as { instance: Record<string, unknown> };
    expect(reply.body).toEqual({ success: true, message: expect.any(String) as string, instance });
    expect(instance).toEqual({
      id: expect.any(String) as string,
      name: "a",
      token: expect.stringMatching(/^.{20,}$/) as string,
      status: "disconnected",
      numberJid: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
  });

  test("takes every block, echoes all of them without their secrets, and keeps everything", async () => {
    const emulator = await emulatorFor();
    const reply = await send(emulator, "POST /api/instance/new", fullBody);
    const proxy = {
      enabled: true,
      host: "proxy.test",
      port: "1080",
      protocol: "socks5",
      username: "user",
    };
    const webhook = {
      label: "default",
      enabled: true,
      url: "https://app.test/wh",
      byEvents: true,
      events: ["message.exchange"],
      mediaBase64: true,
    };
    const websocket = { enabled: true, events: ["call.update"], mediaBase64: true };
    const s3 = {
      enabled: true,
      region: "us-east-1",
      bucket: "media",
      accessKey: "AKIA",
      endpoint: "",
      pathPrefix: "media/",
    };
    const { instance } = reply.body as { instance: object };
    expect(instance).toMatchObject({ token: "tok_full", proxy, webhook, websocket, settings, s3 });
    expect(JSON.stringify(reply.body)).not.toContain("secret-");
    expect(emulator.instance("full")).toMatchObject({
      token: "tok_full",
      proxy: { ...proxy, password: "secret-1" },
      webhooks: { default: { ...webhook, authorization: "secret-2" } },
      websocket,
      settings,
      s3: { ...s3, secretKey: "secret-3" },
      createBody: fullBody,
    });
  });

  test("configures no block whose enabled flag is missing or false", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a", { webhookURL: "https://app.test", websocketEnabled: false, proxyHost: "h" });
    const view = emulator.instance("a");
    expect(view?.webhooks).toEqual({});
    expect(view?.websocket).toBeUndefined();
    expect(view?.proxy).toBeUndefined();
  });

  test.each([
    ["malformed JSON", "{", "Invalid request body"],
    ["no body", undefined, "Invalid request body"],
    ["a wrong type", { name: "a", proxyPort: 1080 }, "Invalid request body"],
    ["a blank name", { name: "  " }, "Instance name is required"],
    ["no name", {}, "Instance name is required"],
  ])("refuses %s", async (_case, body, message) => {
    const emulator = await emulatorFor();
    const reply = await send(emulator, "POST /api/instance/new", body);
    expect(reply).toMatchObject({ status: 400, body: failure(message) });
    expect(emulator.instanceNames()).toEqual([]);
  });

  test("takes null like a field that was left out", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a", { token: null, proxyHost: null, webhookEvents: null });
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test("refuses a name twice in one account, and allows it in another", async () => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1" }, { token: "acc_2" }] });
    await create(emulator, "a");
    expect((await send(emulator, "POST /api/instance/new", { name: "a" })).status).toBe(409);
    expect((await send(emulator, "POST /api/instance/new", { name: "A" })).status).toBe(201);
    const other = await send(emulator, "POST /api/instance/new", { name: "a" }, { token: "acc_2" });
    expect(other.status).toBe(201);
    expect(emulator.instanceNames("acc_2")).toEqual(["a"]);
  });

  test("refuses instances beyond the account's quota until one is deleted", async () => {
    const emulator = await emulatorFor({ quota: 1 });
    await create(emulator, "a");
    const refused = await send(emulator, "POST /api/instance/new", { name: "b" });
    expect(refused).toMatchObject({ status: 403, body: failure("Account instance quota exceeded") });
    await send(emulator, "DELETE /api/instance/delete/a");
    await create(emulator, "b");
    expect(emulator.instanceNames()).toEqual(["b"]);
  });

  test("keeps a quota per account", async () => {
    const emulator = await emulatorFor({ accounts: [{ token: "acc_1", quota: 0 }, { token: "acc_2" }] });
    expect((await send(emulator, "POST /api/instance/new", { name: "a" })).status).toBe(403);
    const other = await send(emulator, "POST /api/instance/new", { name: "a" }, { token: "acc_2" });
    expect(other.status).toBe(201);
  });
});

describe("GET /api/instance/list", () => {
  test("lists the account with all that the summary names", async () => {
    const emulator = await emulatorFor();
    await send(emulator, "POST /api/instance/new", fullBody);
    const reply = await send(emulator, "GET /api/instance/list");
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      success: true,
      message: "1 Instance found",
      meta: { total: 1 },
      instances: [
        {
          name: "full",
          status: "disconnected",
          token: "tok_full",
          numberJid: null,
          connection: { state: "disconnected", numberJid: null },
          profile: { name: "", pictureUrl: "", isBusiness: false, businessName: "" },
          webhook: { label: "default", enabled: true, authorization: "secret-2" },
          websocket: { enabled: true, events: ["call.update"], mediaBase64: true },
          chatwoot: { enabled: false },
          proxy: { enabled: true, host: "proxy.test" },
          settings,
          s3: { enabled: true, bucket: "media" },
        },
      ],
    });
    expect(JSON.stringify(reply.body)).not.toMatch(/secret-1|secret-3/);
  });

  test("counts in its message", async () => {
    const emulator = await emulatorFor();
    expect((await send(emulator, "GET /api/instance/list")).body).toMatchObject({
      message: "0 Instances found",
      instances: [],
    });
    await create(emulator, "a");
    await create(emulator, "b");
    expect((await send(emulator, "GET /api/instance/list")).body).toMatchObject({
      message: "2 Instances found",
    });
  });

  test.each([
    ["one", 200, ["one"]],
    ["two,one,none,two", 200, ["two", "one"]],
    ["none,nothing", 200, []],
    ["", 200, ["one", "two"]],
    ["ONE", 404, undefined],
  ])("filters by instanceName=%s", async (filter, status, names) => {
    const emulator = await emulatorFor();
    await create(emulator, "one");
    await create(emulator, "two");
    const reply = await send(emulator, `GET /api/instance/list?instanceName=${filter}`);
    expect(reply.status).toBe(status);
    const { instances } = reply.body as { instances?: { name: string }[] };
    expect(instances?.map(({ name }) => name)).toEqual(names);
    if (status === 404) expect(reply.body).toEqual(failure("Instance not found"));
  });

  test("shows an instance's own token only that instance, whatever the filter", async () => {
    const emulator = await emulatorFor();
    const token = await create(emulator, "one");
    await create(emulator, "two");
    const reply = await send(emulator, "GET /api/instance/list?instanceName=two", undefined, { token });
    expect(reply.body).toMatchObject({ message: "1 Instance found", instances: [{ name: "one" }] });
  });

  test("lists 2,000 instances with all their blocks", { timeout: 60_000 }, async () => {
    const emulator = await emulatorFor({ limits: false });
    for (let n = 0; n < 2000; n += 1) {
      await send(emulator, "POST /api/instance/new", { ...fullBody, name: `n${n}`, token: `t${n}` });
    }
    const { body } = await send(emulator, "GET /api/instance/list");
    const { instances } = body as { instances: object[] };
    expect(instances).toHaveLength(2000);
    expect(instances[1999]).toMatchObject({ name: "n1999", token: "t1999", s3: { bucket: "media" } });
  });
});

describe("connection", () => {
  test("connect answers with a QR code, or with a pairing code for a number", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const qr = await send(emulator, "GET /api/instance/connect/a");
    expect(qr).toMatchObject({
      status: 200,
      body: {
        success: true,
        message: "QR code generated",
        qrCode: expect.stringMatching(/^2@/) as string,
        qrCodeBase64: expect.stringMatching(/^data:image\/png;base64,/) as string,
        status: "qr",
      },
    });
    expect(emulator.instance("a")?.state).toBe("connecting");
    const pairing = await send(emulator, "GET /api/instance/connect/a?number=5511999999999");
    expect(pairing.body).toMatchObject({
      pairingCode: expect.stringMatching(/^[A-Z0-9]{4}-?[A-Z0-9]{4}$/) as string,
    });
  });

  test("connect leaves a connected instance connected", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    emulator.pair("a");
    const reply = await send(emulator, "GET /api/instance/connect/a");
    expect(reply).toMatchObject({ status: 200, body: { status: "connected" } });
    expect((await send(emulator, "GET /api/instance/list")).body).toMatchObject({
      instances: [
        {
          status: "connected",
          numberJid: "5511999999999@s.whatsapp.net",
          connection: { state: "connected", numberJid: "5511999999999@s.whatsapp.net" },
        },
      ],
    });
  });

  test("reconnect needs a saved session, which logout wipes", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    const noSession = failure("Instance has no saved session — call /connect first");
    expect(await send(emulator, "POST /api/instance/reconnect/a")).toMatchObject({
      status: 400,
      body: noSession,
    });
    emulator.patchInstance("a", { state: "connected" });
    emulator.patchInstance("a", { state: "disconnected" });
    const reply = await send(emulator, "POST /api/instance/reconnect/a", "ignored {");
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ success: true, message: "Reconnect initiated", status: "connecting" });
    expect(emulator.instance("a")?.state).toBe("connected");
    await send(emulator, "DELETE /api/instance/logout/a");
    expect((await send(emulator, "POST /api/instance/reconnect/a")).body).toEqual(noSession);
  });

  test.each(["connect", "reconnect"])("a proxy is in force after %s, and not before", async (way) => {
    const emulator = await emulatorFor();
    await create(emulator, "a", { proxyEnabled: true, proxyHost: "old.test", proxyPassword: "secret" });
    const inForce = () => emulator.instance("a")?.proxyInForce;
    expect(inForce()).toBeUndefined();
    emulator.pair("a");
    expect(inForce()).toMatchObject({ host: "old.test", password: "secret" });
    await send(emulator, "POST /api/instance/proxy/a", { enabled: true, host: "new.test" });
    expect(inForce()).toMatchObject({ host: "old.test" });
    emulator.patchInstance("a", { state: "disconnected" });
    const renew = `${way === "connect" ? "GET" : "POST"} /api/instance/${way}/a`;
    await send(emulator, renew);
    expect(inForce()).toMatchObject({ host: "new.test" });
    await send(emulator, "POST /api/instance/proxy/a", { enabled: false });
    expect(inForce()).toMatchObject({ host: "new.test" });
    emulator.patchInstance("a", { state: "disconnected" });
    await send(emulator, renew);
    expect(inForce()).toBeUndefined();
  });

  test("logout keeps the record and its token", async () => {
    const emulator = await emulatorFor();
    const token = await create(emulator, "a");
    for (let time = 0; time < 2; time += 1) {
      const reply = await send(emulator, "DELETE /api/instance/logout/a", undefined, { token });
      expect(reply.status).toBe(200);
      expect(reply.body).toEqual({
        success: true,
        message: "Instance logged out",
        instance: { status: "loggedout" },
      });
    }
    expect(emulator.instance("a")).toMatchObject({ token, state: "loggedout", numberJid: null });
  });

  test("delete removes the instance with its blocks and its token, once", async () => {
    const emulator = await emulatorFor();
    await send(emulator, "POST /api/instance/new", fullBody);
    emulator.patchInstance("full", { state: "connected" });
    const reply = await send(emulator, "DELETE /api/instance/delete/full");
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      success: true,
      message: "Instance deleted",
      instance: { status: "deleted" },
    });
    const again = await send(emulator, "DELETE /api/instance/delete/full");
    expect(again).toMatchObject({ status: 404, body: failure("Instance not found") });
    const withItsToken = await send(emulator, "GET /api/instance/list", undefined, { token: "tok_full" });
    expect(withItsToken).toMatchObject({ status: 401, body: failure("Invalid token") });
    await create(emulator, "full");
    expect(emulator.instance("full")?.proxy).toBeUndefined();
  });
});

test("names with slashes, spaces and percent signs are one path segment when encoded", async () => {
  const emulator = await emulatorFor();
  const names = ["a/b", "a b", "100%", "a%2Fb", "ü", "x".repeat(300)];
  for (const name of names) {
    const token = await create(emulator, name, { autoReadMessages: true });
    const path = `GET /api/instance/getSettings/${encodeURIComponent(name)}`;
    expect((await send(emulator, path, undefined, { token })).body).toMatchObject({
      settings: { autoReadMessages: true },
    });
  }
  expect(emulator.instanceNames()).toEqual(names);
});

test("a path that cannot be decoded is a client error", async () => {
  const emulator = await emulatorFor();
  expect((await send(emulator, "GET /api/instance/getSettings/%zz")).status).toBe(400);
});
