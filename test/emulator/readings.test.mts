import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Emulator, Readings } from "./emulator.mts";
import { chatwootFor, create, emulatorFor, failure, send } from "./helpers.mts";
import { inLanguage } from "./language.mts";
import { defaultReadings, readingTable } from "./readings.mts";

// Those of connect are in connection.test.mts, those of the rate limit in limits.test.mts.

const blocks = {
  proxyEnabled: true,
  proxyHost: "proxy.test",
  proxyPort: "1080",
  proxyProtocol: "http",
  webhookEnabled: true,
  webhookURL: "https://app.test",
  websocketEnabled: true,
  ignoreStatus: true,
  s3Enabled: true,
  s3Bucket: "media",
};

async function withReadings(readings: Partial<Readings>): Promise<Emulator> {
  return emulatorFor({ readings });
}

async function createAnswer(emulator: Emulator, body: object = {}): Promise<Record<string, unknown>> {
  return (await send(emulator, "POST /api/instance/new", { name: "a", ...body })).body as Record<
    string,
    unknown
  >;
}

async function createdInstance(emulator: Emulator, body: object = {}): Promise<Record<string, unknown>> {
  return (await createAnswer(emulator, body))["instance"] as Record<string, unknown>;
}

async function listedInstance(emulator: Emulator): Promise<Record<string, unknown>> {
  const { body } = await send(emulator, "GET /api/instance/list");
  return (body as { instances: Record<string, unknown>[] }).instances[0] ?? {};
}

test("every reading names its section and two answers, the first of them the default", () => {
  const defaults: Record<string, unknown> = defaultReadings();
  for (const [key, { values, section, meaning }] of Object.entries(readingTable)) {
    expect(values.length, key).toBeGreaterThan(1);
    expect(section, key).toMatch(/^\d/);
    expect(meaning, key).not.toBe("");
    expect(defaults[key]).toBe(values[0]);
  }
});

describe("refusals=ok-false", () => {
  const refused = [
    ["POST /api/instance/new", { name: "a" }, "Instance already exists"],
    ["POST /api/instance/new", { name: " " }, "Instance name is required"],
    ["DELETE /api/instance/delete/none", undefined, "Instance not found"],
    ["GET /api/instance/list?instanceName=none", undefined, "Instance not found"],
    ["POST /api/instance/settings/a", {}, "At least one setting must be provided"],
    ["GET /api/events/getWebsocket/a", undefined, "WebSocket not configured for this instance"],
    ["GET /api/chatwoot/list/a", undefined, "no chatwoot integration for this instance"],
  ] as const;

  test.each(refused)("%s %j", async (request, body, message) => {
    const emulator = await withReadings({ refusals: "ok-false", chatwootErrors: "flat" });
    await create(emulator, "a");
    expect(await send(emulator, request, body)).toMatchObject({ status: 200, body: failure(message) });
    emulator.readings.refusals = "status";
    expect((await send(emulator, request, body)).status).toBeGreaterThanOrEqual(400);
  });

  test("holds for tokens, another instance's token and a missing bridge", async () => {
    const emulator = await withReadings({ refusals: "ok-false", bridge: "missing" });
    const token = await create(emulator, "a");
    await create(emulator, "b");
    const read = (path: string, sent: string | null) =>
      send(emulator, `GET /api/${path}`, undefined, { token: sent });
    for (const [reply, message] of [
      [await read("instance/getProxy/a", "wrong"), "Invalid token"],
      [await read("instance/getProxy/b", token), "Instance token does not match requested instance"],
      [await read("chatwoot/list/a", token), "integration gateway not configured"],
    ] as const) {
      expect(reply).toMatchObject({ status: 200, body: failure(message) });
    }
  });

  test("leaves the rate limit and unknown routes their status, and counts as a failed call", async () => {
    const emulator = await emulatorFor({
      limits: { global: 2 },
      readings: { refusals: "ok-false", failedCallsCount: false },
    });
    await send(emulator, "GET /api/instance/getProxy/none");
    const list = "GET /api/instance/list";
    const statuses: number[] = [];
    for (const request of [list, list, list]) statuses.push((await send(emulator, request)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await send(emulator, "GET /nowhere", undefined, { token: null })).status).toBe(404);
  });
});

describe("language", () => {
  test.each([
    ["en-other", "No instance has this name"],
    ["pt", "Instância não encontrada"],
    ["es", "Instancia no encontrada"],
  ] as const)("%s", async (language, message) => {
    const emulator = await withReadings({ language });
    expect(await send(emulator, "GET /api/instance/getProxy/none")).toMatchObject({
      status: 404,
      body: failure(message),
    });
    emulator.fault({ kind: "reject-block", block: "s3", message: "Instance has no bucket" });
    await create(emulator, "a");
    expect((await send(emulator, "POST /api/instance/s3/a", { enabled: true })).body).toEqual(
      failure("Instance has no bucket"),
    );
  });

  test("what varies in a text stays in it", () => {
    expect(inLanguage("Invalid event type: x", "es")).toBe("Tipo de evento no válido: x");
    expect(inLanguage("integration gateway not configured", "pt")).toBe(
      "gateway de integração não configurado",
    );
  });

  test("every text of a refusal is in every language", () => {
    const sources = globSync(["*.mts", "routes/*.mts"], { cwd: import.meta.dirname })
      .filter((file) => !file.endsWith(".test.mts"))
      .map((file) => readFileSync(join(import.meta.dirname, file), "utf8"));
    const found = sources.flatMap((source) =>
      [...source.matchAll(/ApiError\(\s*[^,()]+,\s*(["`])(.+?)\1/g)].map(([, , text = ""]) =>
        text.replaceAll(/\$\{.*?\}/g, "x"),
      ),
    );
    // One is put together of two that are found elsewhere.
    const texts = found.filter((text) => text !== "x. x").concat("Chatwoot is unreachable x");
    expect(texts).toContain("Instance has no saved session — call /connect first");
    expect(texts.length).toBeGreaterThan(30);
    for (const language of ["en-other", "pt", "es"] as const) {
      expect(texts.filter((text) => inLanguage(text, language) === text)).toEqual([]);
    }
  });
});

describe("create", () => {
  test("createStatus", async () => {
    const emulator = await withReadings({ createStatus: 200 });
    expect((await send(emulator, "POST /api/instance/new", { name: "a" })).status).toBe(200);
    emulator.readings.createStatus = 201;
    expect((await send(emulator, "POST /api/instance/new", { name: "b" })).status).toBe(201);
  });

  test.each(["full-in-instance", "full-top-level", "minimal"] as const)(
    "createEcho=%s",
    async (createEcho) => {
      const answer = await createAnswer(await withReadings({ createEcho }), blocks);
      const instance = answer["instance"] as Record<string, unknown>;
      const place = { "full-in-instance": instance, "full-top-level": answer, minimal: {} }[createEcho];
      for (const block of ["proxy", "webhook", "websocket", "settings", "s3"]) {
        expect(block in instance).toBe(place === instance);
        expect(block in answer).toBe(place === answer);
      }
      if (createEcho === "minimal")
        expect(Object.keys(instance).sort()).toEqual(["id", "name", "status", "token"]);
    },
  );

  test.each(["full-in-instance", "full-top-level", "minimal"] as const)(
    "createId, with createEcho=%s",
    async (createEcho) => {
      const emulator = await withReadings({ createEcho, createId: false });
      expect(await createdInstance(emulator)).not.toHaveProperty("id");
      emulator.readings.createId = true;
      const told = await createdInstance(emulator, { name: "b" });
      expect(told["id"]).toBe(emulator.instance("b")?.id);
    },
  );

  test.each(["instance", "top", "data", "data-instance"] as const)(
    "tokenPlace=%s, whatever the echo",
    async (tokenPlace) => {
      const emulator = await withReadings({ tokenPlace });
      for (const createEcho of readingTable.createEcho.values) {
        emulator.readings.createEcho = createEcho;
        const answer = await createAnswer(emulator, { ...blocks, name: createEcho });
        const { token } = emulator.instance(createEcho) ?? {};
        const echo = { websocket: { enabled: true } };
        const [inside, beside] = {
          "full-in-instance": [{ name: createEcho, ...echo }, {}],
          "full-top-level": [{ name: createEcho }, echo],
          minimal: [{ name: createEcho }, {}],
        }[createEcho];
        const whole = { ...inside, token };
        expect(answer).toMatchObject(
          {
            instance: { instance: whole, ...beside },
            top: { token, instance: inside, ...beside },
            data: { data: whole, ...beside },
            "data-instance": { data: { instance: whole, ...beside } },
          }[tokenPlace],
        );
        expect(JSON.stringify(answer).split(token ?? "").length).toBe(2);
        expect("instance" in answer).toBe(!tokenPlace.startsWith("data"));
      }
    },
  );

  test.each([
    ["omitted", undefined],
    ["null", null],
    ["disabled", { enabled: false }],
  ] as const)("absentBlocks=%s", async (absentBlocks, echo) => {
    const instance = await createdInstance(await withReadings({ absentBlocks }));
    for (const block of ["proxy", "webhook", "websocket", "chatwoot", "s3"]) {
      expect(instance[block]).toEqual(echo);
      expect(block in instance).toBe(echo !== undefined);
    }
    expect("settings" in instance).toBe(echo !== undefined);
  });

  test.each([
    ["disabled", { enabled: false }],
    ["absent", undefined],
  ] as const)("blockFailureShape=%s", async (blockFailureShape, echo) => {
    const emulator = await withReadings({ blockFailureShape });
    emulator.fault({ kind: "reject-block", block: "webhook", message: "no" });
    emulator.fault({ kind: "reject-block", block: "websocket", message: "no" });
    const instance = await createdInstance(emulator, blocks);
    expect(instance["webhook"]).toEqual(echo);
    expect(instance["websocket"]).toEqual(echo);
    expect("websocket" in instance).toBe(echo !== undefined);
    expect(instance["proxy"]).toMatchObject({ enabled: true });
  });

  test.each([
    ["proxy", "proxy"],
    ["settings", "settings"],
    ["s3", "S3"],
  ] as const)("inlineFailure of %s", async (block, spelled) => {
    const emulator = await withReadings({ inlineFailure: "abort" });
    emulator.fault({ kind: "reject-block", block, message: "no" });
    const aborted = await send(emulator, "POST /api/instance/new", { name: "a", ...blocks });
    expect(aborted).toMatchObject({
      status: 500,
      body: failure(`Failed to update ${spelled} configuration`),
    });
    expect(emulator.instanceNames()).toEqual([]);

    emulator.readings.inlineFailure = "continue";
    const instance = await createdInstance(emulator, blocks);
    const failed = block === "settings" ? { ignoreStatus: false } : { enabled: false };
    expect(instance[block]).toMatchObject(failed);
    expect(emulator.instance("a")?.webhooks["default"]?.enabled).toBe(true);
  });

  test.each([
    ["lower-case", " Café ", " café "],
    ["trimmed", " Café ", "Café"],
    ["nfc", " Cafe\u0301 ", " Caf\u00e9 "],
    ["as-sent", " Cafe\u0301 ", " Cafe\u0301 "],
  ] as const)("names=%s", async (names, sent, stored) => {
    const emulator = await withReadings({ names });
    expect(await createdInstance(emulator, { name: sent })).toMatchObject({ name: stored });
    expect(emulator.instanceNames()).toEqual([stored]);
    const statusOf = async (request: string, name: string) =>
      (await send(emulator, `${request}${encodeURIComponent(name)}`)).status;
    for (const request of ["GET /api/instance/getProxy/", "GET /api/instance/list?instanceName="]) {
      expect(await statusOf(request, stored)).toBe(200);
      expect(await statusOf(request, sent)).toBe(sent === stored ? 200 : 404);
    }
    expect((await send(emulator, "POST /api/instance/new", { name: sent })).status).toBe(409);
    expect(await statusOf("DELETE /api/instance/delete/", stored)).toBe(200);
  });

  test.each([
    ["orion_2-b", 201],
    ["o".repeat(100), 201],
    ["o".repeat(101), 400],
    ["órion", 400],
    ["orion 2", 400],
  ])("nameLimit=on: %s", async (name, status) => {
    const emulator = await withReadings({ nameLimit: "on" });
    expect((await send(emulator, "POST /api/instance/new", { name })).status).toBe(status);
    emulator.readings.nameLimit = "off";
    expect((await send(emulator, "POST /api/instance/new", { name: `${name}!` })).status).toBe(201);
  });

  test("duplicateName=400", async () => {
    const emulator = await withReadings({ duplicateName: 400 });
    await create(emulator, "a");
    expect(await send(emulator, "POST /api/instance/new", { name: "a" })).toMatchObject({
      status: 400,
      body: failure("Instance already exists"),
    });
  });

  test.each([409, 400] as const)("duplicateToken=%s", async (duplicateToken) => {
    const emulator = await withReadings({ duplicateToken });
    await create(emulator, "a", { token: "taken" });
    const reply = await send(emulator, "POST /api/instance/new", { name: "b", token: "taken" });
    expect(reply.status).toBe(duplicateToken);
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test.each([
    ["in-account", 201],
    ["everywhere", 409],
  ] as const)("uniqueToken=%s", async (uniqueToken, status) => {
    const accounts = [{ token: "acc_1" }, { token: "acc_2" }];
    const emulator = await emulatorFor({ accounts, readings: { uniqueToken } });
    await create(emulator, "a", { token: "taken" });
    const body = { name: "b", token: "taken" };
    const reply = await send(emulator, "POST /api/instance/new", body, { token: "acc_2" });
    expect(reply.status).toBe(status);
    expect((await send(emulator, "POST /api/instance/new", body)).status).toBe(409);
  });

  test.each([
    [true, 403],
    [false, 409],
  ] as const)("quotaBeforeDuplicate=%s", async (quotaBeforeDuplicate, status) => {
    const emulator = await emulatorFor({ quota: 1, readings: { quotaBeforeDuplicate } });
    await create(emulator, "a");
    expect((await send(emulator, "POST /api/instance/new", { name: "a" })).status).toBe(status);
  });
});

describe("list", () => {
  test("list", async () => {
    const emulator = await withReadings({});
    await create(emulator, "a", blocks);
    const full = await listedInstance(emulator);
    expect(full).toMatchObject({ proxy: { enabled: true }, settings: {}, s3: { enabled: true } });

    emulator.readings.list = "summary";
    const summary = await listedInstance(emulator);
    for (const block of ["proxy", "settings", "s3"]) expect(summary).not.toHaveProperty(block);
    expect(summary["webhook"]).toEqual(full["webhook"]);
    expect(Object.keys(summary["webhook"] as object)).toHaveLength(7);

    emulator.readings.list = "minimal";
    const minimal = await listedInstance(emulator);
    expect(minimal).not.toHaveProperty("proxy");
    expect([minimal["webhook"], minimal["websocket"], minimal["chatwoot"]]).toEqual([
      { enabled: true },
      { enabled: true },
      { enabled: false },
    ]);
  });

  test.each([
    ["array", []],
    ["null", null],
    ["absent", undefined],
  ] as const)("emptyList=%s", async (emptyList, instances) => {
    const emulator = await withReadings({ emptyList });
    const list = async (query = "") =>
      (await send(emulator, `GET /api/instance/list${query}`)).body as Record<string, unknown>;
    expect((await list())["instances"]).toEqual(instances);
    expect("instances" in (await list())).toBe(emptyList !== "absent");
    await create(emulator, "a");
    expect((await list("?instanceName=x,y"))["instances"]).toEqual(instances);
    expect(await list()).toMatchObject({ instances: [{ name: "a" }] });
  });

  test.each([
    ["clear", "Bearer secret"],
    ["null", null],
    ["masked", "********"],
    ["prefix", "Bea***"],
    ["encrypted", expect.stringMatching(/^[A-Za-z0-9+/]{20,}=*$/) as string],
    ["omitted", undefined],
  ] as const)("listAuthorization, listAccessKey and ownAuthorization=%s", async (hiding, shown) => {
    const emulator = await withReadings({ listAuthorization: hiding });
    const sent = "Bearer secret";
    await create(emulator, "a", { ...blocks, webhookAuthorization: sent, s3AccessKey: sent });
    const told = async () => {
      const { webhook, s3 } = (await listedInstance(emulator)) as Record<string, Record<string, unknown>>;
      const own = await send(emulator, "GET /api/events/getWebhook/a?label=default");
      return [webhook, s3, (own.body as { webhook: Record<string, unknown> }).webhook];
    };
    const hides = hiding !== "omitted";
    expect(await told()).toMatchObject([{}, { accessKey: sent }, { authorization: sent }]);
    expect((await told())[0]?.["authorization"]).toEqual(shown);
    expect("authorization" in ((await told())[0] ?? {})).toBe(hides);

    emulator.readings = { ...defaultReadings(), listAccessKey: hiding };
    expect(await told()).toMatchObject([{ authorization: sent }, {}, { authorization: sent }]);
    expect((await told())[1]?.["accessKey"]).toEqual(shown);
    expect("accessKey" in ((await told())[1] ?? {})).toBe(hides);
    expect((await send(emulator, "GET /api/instance/getS3/a")).body).toMatchObject({
      s3: { accessKey: sent },
    });

    if (hiding === "null") return; // there it says that there is none
    emulator.readings = { ...defaultReadings(), ownAuthorization: hiding };
    expect(await told()).toMatchObject([{ authorization: sent }, { accessKey: sent }, {}]);
    expect((await told())[2]?.["authorization"]).toEqual(shown);
    expect("authorization" in ((await told())[2] ?? {})).toBe(hides);
    expect(await told()).toEqual(await told());
    expect(emulator.instance("a")?.webhooks["default"]?.authorization).toBe(sent);
  });

  test("a webhook without an authorization has nothing to hide", async () => {
    const emulator = await withReadings({ listAuthorization: "masked", ownAuthorization: "masked" });
    await create(emulator, "a", blocks);
    expect(await listedInstance(emulator)).toMatchObject({ webhook: { authorization: null } });
  });

  test.each([
    [404, { status: 404, body: failure("Instance not found") }],
    ["404-other-words", { status: 404, body: failure("instância não encontrada") }],
    ["empty", { status: 200, body: { success: true, message: "0 Instances found", instances: [] } }],
  ] as const)("listAbsence=%s", async (listAbsence, answer) => {
    const emulator = await withReadings({ listAbsence });
    expect(await send(emulator, "GET /api/instance/list?instanceName=none")).toMatchObject(answer);
    expect((await send(emulator, "GET /api/instance/list?instanceName=a,b")).status).toBe(200);
  });

  test("listMeta", async () => {
    const emulator = await withReadings({ listMeta: false });
    expect((await send(emulator, "GET /api/instance/list")).body).not.toHaveProperty("meta");
    emulator.readings.listMeta = true;
    expect((await send(emulator, "GET /api/instance/list")).body).toMatchObject({ meta: { total: 0 } });
  });

  test.each([
    [true, "secret"],
    ["masked", "********"],
    [false, undefined],
  ] as const)("listToken=%s", async (listToken, shown) => {
    const emulator = await withReadings({ listToken });
    await create(emulator, "a", { token: "secret" });
    const item = await listedInstance(emulator);
    expect(item["token"]).toBe(shown);
    expect("token" in item).toBe(listToken !== false);
  });

  test.each([true, false])("listId and listTimes=%s", async (tells) => {
    const emulator = await withReadings({ listId: tells, listTimes: !tells });
    await create(emulator, "a");
    const item = await listedInstance(emulator);
    expect(item["id"]).toBe(tells ? emulator.instance("a")?.id : undefined);
    for (const [key, isThere] of Object.entries({ id: tells, createdAt: !tells, updatedAt: !tells })) {
      expect(key in item).toBe(isThere);
    }
  });

  test.each([
    [true, /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/],
    ["seconds", /^\d{4}-\d\d-\d\dT[\d:]{8}Z$/],
  ] as const)("listTimes=%s", async (listTimes, format) => {
    const emulator = await withReadings({ listTimes });
    await create(emulator, "a");
    const { createdAt, updatedAt } = await listedInstance(emulator);
    expect(createdAt).toMatch(format);
    expect(updatedAt).toMatch(format);
  });

  test.each([
    [0, ["d", "c", "b", "a"]],
    [1, ["d"]],
    [3, ["d", "c", "b"]],
  ] as const)("listCap=%s", async (listCap, shown) => {
    const emulator = await withReadings({ listCap });
    const tokens: string[] = [];
    for (const name of ["d", "c", "b", "a"]) tokens.push(await create(emulator, name));
    const names = async (query: string, token?: string) => {
      const { body } = await send(
        emulator,
        `GET /api/instance/list${query}`,
        undefined,
        token === undefined ? {} : { token },
      );
      return (body as { instances: { name: string }[] }).instances.map(({ name }) => name);
    };
    expect(await names("")).toEqual(shown);
    expect(await names("?instanceName=")).toEqual(shown);
    expect(await names("?instanceName=a")).toEqual(["a"]);
    expect(await names("?instanceName=a,b,c,d")).toEqual(["a", "b", "c", "d"]);
    expect(await names("", tokens[3])).toEqual(["a"]);
  });

  test.each([
    ["status", { enabled: true, status: "active" }],
    ["snake_case", { enabled: true, status: "active", chatwoot_account_id: 1, sign_messages: false }],
    ["camelCase", { enabled: true, status: "active", accountId: 1, signMessages: false }],
  ] as const)("chatwootSummary=%s", async (chatwootSummary, fields) => {
    const emulator = await withReadings({ chatwootSummary });
    await create(emulator, "a");
    emulator.patchInstance("a", { chatwoot: { apiToken: "hidden" } });
    const { chatwoot } = (await listedInstance(emulator)) as { chatwoot: object };
    expect(chatwoot).toMatchObject(fields);
    if (chatwootSummary === "status") expect(chatwoot).toEqual(fields);
    expect(JSON.stringify(chatwoot)).not.toContain("hidden");
  });

  test.each([
    ["connected", "open"],
    ["connecting", "qr"],
    ["disconnected", "closed"],
    ["loggedout", "logged_out"],
    ["banned", "temp_banned"],
  ] as const)("connectionStatus of %s", async (state, variant) => {
    const emulator = await withReadings({ connectionStatus: "variants" });
    await create(emulator, "a");
    emulator.patchInstance("a", { state });
    expect(await listedInstance(emulator)).toMatchObject({ status: variant, connection: { state: variant } });
    emulator.readings.connectionStatus = "documented";
    expect(await listedInstance(emulator)).toMatchObject({ status: state, connection: { state } });
  });
});

test.each([
  ["403-until-paired", 403, "This token has limited scope before the instance is connected"],
  ["400-until-paired", 400, "Instance is not connected to WhatsApp"],
] as const)("instanceTokenScope=%s", async (instanceTokenScope, status, message) => {
  const emulator = await withReadings({ instanceTokenScope });
  const token = await create(emulator, "a");
  await create(emulator, "b");
  const ask = (request: string, body?: object) => send(emulator, request, body, { token });
  const settings = { ignoreStatus: true };
  for (const refused of [
    await ask("GET /api/instance/getProxy/a"),
    await ask("POST /api/instance/settings/a", settings),
    await ask("GET /api/chatwoot/list/a"),
  ]) {
    expect(refused).toMatchObject({ status, body: failure(message) });
  }
  expect(emulator.instance("a")?.settings.ignoreStatus).toBe(false);
  expect((await ask("GET /api/instance/list")).status).toBe(200);
  expect((await ask("GET /api/instance/connect/a")).status).toBe(200);
  expect((await send(emulator, "POST /api/instance/settings/a", settings)).status).toBe(200);
  emulator.pair("a");
  expect((await ask("GET /api/instance/getProxy/a")).status).toBe(200);
  expect((await ask("GET /api/instance/getProxy/b")).body).toEqual(
    failure("Instance token does not match requested instance"),
  );
});

describe("neverSet=null", () => {
  const own = ["Proxy", "Settings", "S3"].map((block) => `GET /api/instance/get${block}/a`);
  const read = async (emulator: Emulator) => {
    const told: Record<string, unknown> = {};
    for (const request of own) Object.assign(told, (await send(emulator, request)).body);
    return told;
  };

  test("of an instance with nothing: null at the blocks' endpoints and in the list", async () => {
    const emulator = await withReadings({ neverSet: "null" });
    await create(emulator, "a");
    const nothing = { proxy: null, settings: null, s3: null };
    const summary = { webhook: null, websocket: null, chatwoot: null };
    expect(await read(emulator)).toMatchObject(nothing);
    expect(await listedInstance(emulator)).toMatchObject({ ...nothing, ...summary });
    emulator.readings.list = "minimal";
    expect(await listedInstance(emulator)).toMatchObject(summary);
  });

  test("of one with blocks that are off: as documented", async () => {
    const emulator = await withReadings({ neverSet: "null" });
    await create(emulator, "a");
    const off = { enabled: false };
    for (const route of ["instance/proxy", "instance/s3", "events/webhook", "events/websocket"]) {
      await send(emulator, `POST /api/${route}/a`, off);
    }
    await send(emulator, "POST /api/instance/settings/a", { ignoreStatus: true });
    const settings = { ignoreStatus: true, disableHistorySync: true };
    expect(await read(emulator)).toMatchObject({ proxy: off, settings, s3: off });
    const listed = await listedInstance(emulator);
    expect(listed).toMatchObject({ proxy: off, webhook: off, websocket: off, settings, s3: off });
  });
});

test.each([
  [404, { status: 404, body: failure("WebSocket not configured for this instance") }],
  ["null", { status: 200, body: { success: true, websocket: null } }],
] as const)("absentWebsocket=%s", async (absentWebsocket, answer) => {
  const emulator = await withReadings({ absentWebsocket });
  await create(emulator, "a");
  expect(await send(emulator, "GET /api/events/getWebsocket/a")).toMatchObject(answer);
  await send(emulator, "POST /api/events/websocket/a", { enabled: false });
  expect((await send(emulator, "GET /api/events/getWebsocket/a")).body).toMatchObject({
    websocket: { enabled: false },
  });
});

describe("urls", () => {
  test.each([
    ["as-sent", "HTTPS://User@Media.TEST/Path/", "HTTPS://User@Media.TEST/Path/"],
    ["bare", "HTTPS://User@Media.TEST/Path/", "https://User@media.test/Path"],
    ["bare", "https://media.test/", "https://media.test"],
    ["bare", "https://media.test/?q=/", "https://media.test/?q="],
    ["with-slash", "https://Media.test:9000", "https://media.test:9000/"],
    ["with-slash", "https://media.test/Path", "https://media.test/Path/"],
    ["with-slash", "https://media.test/p?q=A", "https://media.test/p?q=A"],
    ["with-slash", "no URL", "no URL"],
    ["with-slash", "", ""],
  ] as const)("%s: %s", async (urls, sent, kept) => {
    const emulator = await withReadings({ urls });
    await create(emulator, "a");
    const { body } = await send(emulator, "POST /api/events/webhook/a", { enabled: true, url: sent });
    expect(body).toMatchObject({ webhook: { url: kept } });
    await send(emulator, "POST /api/instance/s3/a", { enabled: true, endpoint: sent });
    expect(emulator.instance("a")?.s3?.endpoint).toBe(kept);
  });

  test("of Chatwoot: the slash is taken off in any case", async () => {
    const emulator = await withReadings({ urls: "with-slash" });
    const chatwoot = await chatwootFor();
    await create(emulator, "a");
    const chatwootBaseUrl = chatwoot.url.replace("http:", "HTTP:");
    const body = { chatwootBaseUrl, chatwootAccountId: 1, chatwootApiToken: "cw_demo" };
    await send(emulator, "POST /api/chatwoot/set/a", body);
    expect(emulator.instance("a")?.chatwoot?.baseUrl).toBe(chatwoot.url);
  });
});

describe("proxy and S3", () => {
  test.each(["replaced", "merged"] as const)("partialBlocks=%s", async (partialBlocks) => {
    const emulator = await withReadings({ partialBlocks });
    const proxy = { host: "h", port: "1", protocol: "http", username: "u", password: "p" };
    const s3 = { region: "r", bucket: "b", accessKey: "k", secretKey: "s", endpoint: "e", pathPrefix: "m/" };
    await create(emulator, "a");
    await send(emulator, "POST /api/instance/proxy/a", { enabled: true, ...proxy });
    await send(emulator, "POST /api/instance/s3/a", { enabled: true, ...s3 });
    await send(emulator, "POST /api/instance/proxy/a", { enabled: true, port: "2", username: null });
    await send(emulator, "POST /api/instance/s3/a", { enabled: true, region: "r2", pathPrefix: "" });
    const kept = (fields: object, change: object) =>
      partialBlocks === "merged"
        ? { enabled: true, ...fields, ...change }
        : { enabled: true, ...Object.fromEntries(Object.keys(fields).map((key) => [key, ""])), ...change };
    expect(emulator.instance("a")).toMatchObject({
      proxy: kept(proxy, { port: "2" }),
      s3: kept(s3, { region: "r2", pathPrefix: "" }),
    });
    await send(emulator, "POST /api/instance/proxy/a", { enabled: false });
    await send(emulator, "POST /api/instance/proxy/a", { enabled: true });
    expect(emulator.instance("a")?.proxy).toMatchObject({ host: "", password: "" });
  });

  test("proxyPostBody", async () => {
    const emulator = await withReadings({ proxyPostBody: "empty" });
    await create(emulator, "a");
    const { body } = await send(emulator, "POST /api/instance/proxy/a", { enabled: true, host: "h" });
    expect(body).not.toHaveProperty("proxy");
    expect(emulator.instance("a")?.proxy?.host).toBe("h");
  });

  test.each([
    [{ host: "" }, "Proxy host is required"],
    [{ port: "70000" }, "Invalid proxy port"],
    [{ protocol: "ftp" }, "Invalid proxy protocol"],
  ])("validateProxy: %j", async (change, message) => {
    const emulator = await withReadings({});
    await create(emulator, "a");
    const proxy = { enabled: true, host: "h", port: "1", protocol: "http", ...change };
    expect((await send(emulator, "POST /api/instance/proxy/a", proxy)).status).toBe(200);
    emulator.readings.validateProxy = "on";
    expect(await send(emulator, "POST /api/instance/proxy/a", proxy)).toMatchObject({
      status: 400,
      body: failure(message),
    });
    expect((await send(emulator, "POST /api/instance/proxy/a", { enabled: false })).status).toBe(200);
  });

  test("disabledProxy, disabledS3 and awsEndpoint", async () => {
    const emulator = await withReadings({
      disabledProxy: "empty-strings",
      disabledS3: "empty-strings",
      awsEndpoint: "null",
    });
    await create(emulator, "a");
    const read = async (path: string) => (await send(emulator, `GET /api/instance/${path}/a`)).body;
    expect(await read("getProxy")).toMatchObject({ proxy: { enabled: false, host: "", port: "" } });
    expect(await read("getS3")).toMatchObject({ s3: { enabled: false, region: "", endpoint: "" } });
    await send(emulator, "POST /api/instance/s3/a", { enabled: true, bucket: "b" });
    expect(await read("getS3")).toMatchObject({ s3: { enabled: true, bucket: "b", endpoint: null } });
    await send(emulator, "POST /api/instance/s3/a", { enabled: false });
    emulator.readings.disabledS3 = "nulls";
    expect(await read("getS3")).toMatchObject({ s3: { enabled: false, region: null, endpoint: null } });
  });
});

describe("events", () => {
  test("eventsStored", async () => {
    const emulator = await withReadings({ eventsStored: "expanded" });
    await create(emulator, "a", { webhookEnabled: true, websocketEnabled: true });
    expect(emulator.instance("a")?.webhooks["default"]?.events).toHaveLength(6);
    expect(emulator.instance("a")?.websocket?.events).toHaveLength(6);
    await send(emulator, "POST /api/events/websocket/a", { enabled: false });
    expect(emulator.instance("a")?.websocket?.events).toEqual([]);
  });

  test("validateEvents", async () => {
    const emulator = await withReadings({});
    await create(emulator, "a");
    const attempts: [string, object][] = [
      ["POST /api/events/webhook/a", { enabled: true, url: "no url" }],
      ["POST /api/events/webhook/a", { enabled: true, url: "http://app.test", events: ["nothing"] }],
      ["POST /api/events/websocket/a", { enabled: true, events: ["nothing"] }],
    ];
    for (const [route, body] of attempts) expect((await send(emulator, route, body)).status).toBe(200);
    emulator.readings.validateEvents = "on";
    for (const [route, body] of attempts) expect((await send(emulator, route, body)).status).toBe(400);
  });

  test.each(["cleared", "kept"] as const)("disabledWebhook=%s", async (disabledWebhook) => {
    const emulator = await withReadings({ disabledWebhook });
    const sent = { url: "http://a.test", authorization: "x", events: ["call.update"], mediaBase64: true };
    await create(emulator, "a");
    for (const body of [{ enabled: true, ...sent }, { enabled: false }]) {
      await send(emulator, "POST /api/events/webhook/a", body);
    }
    const cleared = { url: "", authorization: "", events: [], mediaBase64: false };
    const left = disabledWebhook === "kept" ? sent : cleared;
    expect(emulator.instance("a")?.webhooks["default"]).toMatchObject({ enabled: false, ...left });
    await send(emulator, "POST /api/events/webhook/a", { label: "new", enabled: false });
    expect(emulator.instance("a")?.webhooks["new"]).toMatchObject({ enabled: false, ...cleared });
  });

  test("absentAuthorization", async () => {
    const emulator = await withReadings({ absentAuthorization: "empty-string" });
    await create(emulator, "a");
    const { body } = await send(emulator, "POST /api/events/webhook/a", {
      enabled: true,
      url: "http://a.test",
    });
    expect(body).toMatchObject({ webhook: { authorization: "" } });
  });

  test("webhookLimitStatus and duplicateWebhook", async () => {
    const emulator = await withReadings({ webhookLimitStatus: 409, duplicateWebhook: "rejected" });
    await create(emulator, "a");
    const configure = async (label: string, url: string) =>
      (await send(emulator, "POST /api/events/webhook/a", { label, enabled: true, url })).status;
    expect(await configure("1", "http://1.test")).toBe(200);
    expect(await configure("1", "http://1.test")).toBe(200);
    expect(await configure("2", "http://1.test")).toBe(409);
    for (const n of ["2", "3"]) expect(await configure(n, `http://${n}.test`)).toBe(200);
    expect(await configure("4", "http://4.test")).toBe(409);
  });
});

describe("Chatwoot", () => {
  test.each([
    ["newer", "integration gateway not configured"],
    ["older", "integration gateway not configured (set BRIDGE_URL and BRIDGE_TOKEN)"],
  ] as const)("bridge missing, %s generation", async (chatwootGeneration, message) => {
    const emulator = await withReadings({ bridge: "missing", chatwootGeneration });
    const instance = await createdInstance(emulator, { chatwootEnabled: true });
    expect(instance["chatwoot"]).toEqual({ enabled: false });
    for (const route of ["POST /api/chatwoot/set", "GET /api/chatwoot/list", "DELETE /api/chatwoot/delete"]) {
      for (const name of ["a", "unknown"]) {
        const reply = await send(emulator, `${route}/${name}`);
        expect(reply).toMatchObject({ status: 503, body: failure(message) });
      }
    }
    expect((await send(emulator, "GET /api/chatwoot/list/a", undefined, { token: "wrong" })).status).toBe(
      401,
    );
  });

  test("chatwootGeneration=older: no token and no flags in its list, other dashes, inbox deleted", async () => {
    const emulator = await withReadings({ chatwootGeneration: "older" });
    const chatwoot = await chatwootFor();
    await create(emulator, "a");
    const body = { chatwootBaseUrl: chatwoot.url, chatwootAccountId: 1, chatwootApiToken: "cw_demo" };
    await send(emulator, "POST /api/chatwoot/set/a", body);
    const list = (await send(emulator, "GET /api/chatwoot/list/a")).body;
    expect(Object.keys(list as object).sort()).toEqual([
      "bridge_integration_id",
      "chatwoot_account_id",
      "chatwoot_base_url",
      "chatwoot_inbox_id",
      "chatwoot_inbox_name",
      "created_at",
      "instance_name",
      "last_error",
      "status",
    ]);
    const wrong = await send(emulator, "POST /api/chatwoot/set/a", { ...body, chatwootApiToken: "wrong" });
    expect(wrong.body).toMatchObject({
      error: { message: expect.stringContaining("rejected the API token — verify") as string },
    });
    await send(emulator, "DELETE /api/chatwoot/delete/a");
    expect(chatwoot.inboxes()).toEqual([]);
  });

  test("chatwootErrors=flat", async () => {
    const emulator = await withReadings({ chatwootErrors: "flat" });
    const reply = await send(emulator, "GET /api/chatwoot/list/a");
    expect(reply).toMatchObject({ status: 404, body: { error: "instance not found" } });
    expect((await send(emulator, "GET /api/instance/getProxy/a")).body).toEqual(
      failure("Instance not found"),
    );
  });

  test("chatwootUnreachable", async () => {
    const emulator = await withReadings({ chatwootUnreachable: 502 });
    await create(emulator, "a");
    const body = {
      chatwootBaseUrl: "http://127.0.0.1:1",
      chatwootAccountId: 1,
      chatwootApiToken: "x",
    };
    expect((await send(emulator, "POST /api/chatwoot/set/a", body)).status).toBe(502);
  });

  describe("an integration that is there", () => {
    async function integrated(readings: Partial<Readings>) {
      const emulator = await withReadings(readings);
      const chatwoot = await chatwootFor();
      await create(emulator, "a");
      const set = (change: object = {}) =>
        send(emulator, "POST /api/chatwoot/set/a", {
          chatwootBaseUrl: chatwoot.url,
          chatwootAccountId: 1,
          chatwootApiToken: "cw_demo",
          inboxName: "Support",
          ...change,
        });
      expect((await set()).status).toBe(201);
      const listed = async () => (await send(emulator, "GET /api/chatwoot/list/a")).body;
      return { emulator, chatwoot, set, listed };
    }

    test.each(["snake_case", "camelCase"] as const)(
      "inboxKnown and accountIdType, with chatwootSummary=%s",
      async (chatwootSummary) => {
        const { emulator, listed } = await integrated({
          inboxKnown: "after-sync",
          accountIdType: "string",
          chatwootSummary,
        });
        const snake = (id: number | null, name: string | null) => ({
          chatwoot_account_id: "1",
          chatwoot_inbox_id: id,
          chatwoot_inbox_name: name,
        });
        const camel = (id: number | null, name: string | null) => ({
          accountId: "1",
          inboxId: id,
          inboxName: name,
        });
        const inSummary = chatwootSummary === "camelCase" ? camel : snake;
        expect(await listed()).toMatchObject(snake(null, null));
        expect(await listedInstance(emulator)).toMatchObject({ chatwoot: inSummary(null, null) });
        emulator.patchInstance("a", { chatwoot: { synced: true } });
        expect(await listed()).toMatchObject(snake(1, "Support"));
        expect(await listedInstance(emulator)).toMatchObject({ chatwoot: inSummary(1, "Support") });
      },
    );

    test.each([
      ["empty-string", ""],
      ["null", null],
    ] as const)("healthyError=%s", async (healthyError, lastError) => {
      const { emulator, listed } = await integrated({ healthyError });
      expect(await listed()).toMatchObject({ status: "active", last_error: lastError });
      emulator.patchInstance("a", { chatwoot: { status: "error", lastError: "Token revoked" } });
      expect(await listed()).toMatchObject({ status: "error", last_error: "Token revoked" });
    });

    test.each([
      ["cleared", ""],
      ["kept", "Token revoked"],
    ] as const)("repairedError=%s", async (repairedError, lastError) => {
      const { emulator, set, listed } = await integrated({ repairedError });
      emulator.patchInstance("a", { chatwoot: { status: "error", lastError: "Token revoked" } });
      await set();
      expect(await listed()).toMatchObject({ status: "active", last_error: lastError });
    });

    test.each([
      ["same-inbox", 1],
      ["new-inbox", 2],
    ] as const)("secondSet=%s", async (secondSet, inboxes) => {
      const { chatwoot, set, listed } = await integrated({ secondSet });
      await set();
      expect(chatwoot.inboxes()).toHaveLength(inboxes);
      expect(await listed()).toMatchObject({ chatwoot_inbox_id: inboxes });
    });

    test("failedSet=recorded: Chatwoot's refusal is a status of the integration", async () => {
      const { emulator, set, listed } = await integrated({ failedSet: "recorded" });
      const reason = expect.stringContaining("rejected the API token") as string;
      expect(await set({ chatwootApiToken: "wrong", signMessages: true })).toMatchObject({
        status: 201,
        body: { instance: "a", status: "error", message: reason },
      });
      expect(await listed()).toMatchObject({
        status: "error",
        last_error: reason,
        chatwoot_inbox_id: 1,
        sign_messages: true,
      });
      emulator.fault({ kind: "reject-block", block: "chatwoot", message: "not now" });
      expect((await set()).body).toMatchObject({ status: "error", message: "not now" });
      expect((await set({ chatwootAccountId: 0 })).status).toBe(400);
      emulator.clearFaults();
      expect((await set({ chatwootAccountId: 0 })).status).toBe(400);
      expect((await set()).body).toMatchObject({ status: "active" });
      expect(await listed()).toMatchObject({ status: "active", last_error: "" });
    });
  });

  test.each(["absent", "recorded"] as const)("failedChatwoot=%s", async (failedChatwoot) => {
    const emulator = await withReadings({ failedChatwoot });
    await create(emulator, "a", {
      chatwootEnabled: true,
      chatwootBaseUrl: "http://127.0.0.1:1",
      chatwootAccountId: 1,
      chatwootApiToken: "x",
    });
    const recorded = failedChatwoot === "recorded";
    const list = await send(emulator, "GET /api/chatwoot/list/a");
    expect(list.status).toBe(recorded ? 200 : 404);
    const error = expect.stringContaining("unreachable") as string;
    if (recorded) expect(list.body).toMatchObject({ status: "error", last_error: error });
    expect((await listedInstance(emulator))["chatwoot"]).toEqual(
      recorded ? { enabled: false, status: "error", error } : { enabled: false },
    );
  });
});

test("the README's table is the table", () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8").replace(/ +\|/g, " |");
  for (const [key, { values, section, meaning }] of Object.entries(readingTable)) {
    const answers = values.map((value) => `\`${value}\``).join(", ");
    expect(readme).toContain(`| \`${key}\` | ${answers} | ${meaning} | ${section} |`);
  }
});
