import { describe, expect, test, vi } from "vitest";
import type { Emulator, FaultRule } from "./emulator.mts";
import { chatwootFor, create, emulatorFor, failure, send } from "./helpers.mts";

const list = "GET /api/instance/list";

function statuses(emulator: Emulator): number[] {
  return emulator.requests().map(({ status }) => status);
}

describe("scope", () => {
  const broken: FaultRule = { kind: "status", status: 500 };

  async function answers(emulator: Emulator, ...requests: string[]): Promise<number[]> {
    const replies: number[] = [];
    for (const request of requests) replies.push((await send(emulator, request)).status);
    return replies;
  }

  test("a route template, a regular expression or everything", async () => {
    const emulator = await emulatorFor();
    const proxy = "GET /api/instance/getProxy/a";
    await create(emulator, "a");
    emulator.fault({ ...broken, route: "GET /api/instance/getProxy/:instance" });
    expect(await answers(emulator, list, proxy)).toEqual([200, 500]);
    emulator.clearFaults();
    emulator.fault({ ...broken, match: /^GET .*\/list$/g });
    expect(await answers(emulator, `${list}?instanceName=a`, list, proxy)).toEqual([500, 500, 200]);
    emulator.fault(broken);
    expect(await answers(emulator, list, proxy, "GET /health")).toEqual([500, 500, 500]);
  });

  test("an instance: in the path, the create body or the filter", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "b");
    emulator.fault({ ...broken, instance: "a" });
    expect((await send(emulator, "POST /api/instance/new", { name: "a" })).status).toBe(500);
    expect((await send(emulator, "POST /api/instance/new", { name: "c" })).status).toBe(201);
    expect(await answers(emulator, "GET /api/instance/getS3/a", "GET /api/instance/getS3/b", list)).toEqual([
      500, 200, 200,
    ]);
    expect(await answers(emulator, `${list}?instanceName=a`, `${list}?instanceName=b`)).toEqual([500, 200]);
  });

  test("the label of a webhook", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    emulator.fault({ ...broken, when: "after", label: "default" });
    emulator.fault({ ...broken, status: 503, label: "crm" });
    const set = async (body: object) =>
      (await send(emulator, "POST /api/events/webhook/a", { enabled: true, url: "http://x.test", ...body }))
        .status;
    expect([await set({}), await set({ label: "default" }), await set({ label: "" })]).toEqual([
      500, 500, 500,
    ]);
    expect([await set({ label: "crm" }), await set({ label: "other" })]).toEqual([503, 200]);
    expect(Object.keys(emulator.instance("a")?.webhooks ?? {}).sort()).toEqual(["default", "other"]);
    const read = "GET /api/events/getWebhook/a";
    expect(await answers(emulator, `${read}?label=`, `${read}?label=crm`, read)).toEqual([500, 503, 200]);
    expect(await answers(emulator, list)).toEqual([200]);
  });

  test("times and after", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ ...broken, route: list, after: 1, times: 2 });
    expect(await answers(emulator, list, list, list, list)).toEqual([200, 500, 500, 200]);
  });

  test("one rule strikes at a time, in the order they were given", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ ...broken, times: 1 });
    emulator.fault({ ...broken, status: 503, times: 1 });
    expect(await answers(emulator, list, list, list)).toEqual([500, 503, 200]);
  });

  test("a rule that makes no sense is refused", async () => {
    const emulator = await emulatorFor();
    const add = (rule: object) => () => {
      emulator.fault(rule as FaultRule);
    };
    expect(add({ kind: "explode" })).toThrow("This is no fault rule");
    expect(add({ kind: "drop-after", time: 1 })).toThrow("time");
    expect(add({ kind: "drop-after", match: "(" })).toThrow("match");
  });
});

test("edit-json changes, adds and removes what one JSON Pointer names", async () => {
  const emulator = await emulatorFor();
  await create(emulator, "a/b");
  const strike = async (path: string, value?: unknown) => {
    emulator.fault({
      kind: "edit-json",
      path,
      times: 1,
      ...(value === undefined ? {} : { value }),
    } as FaultRule);
    const { body } = await send(emulator, list);
    return body as { instances: Record<string, unknown>[] };
  };
  expect(await strike("/instances/0/name", null)).toMatchObject({ instances: [{ name: null }] });
  expect(await strike("/instances/-", { name: null })).toMatchObject({
    instances: [{ name: "a/b" }, { name: null }],
  });
  expect((await strike("/instances/0/name")).instances[0]).not.toHaveProperty("name");
  expect(await strike("/a~1b", 1)).toHaveProperty("a/b", 1);
  expect(await strike("/nothing/here", 1)).toEqual((await send(emulator, list)).body);
});

test("a refusal may come as 200 with success: false, once and before anything was applied", async () => {
  const emulator = await emulatorFor();
  const message = "Instance not found";
  emulator.fault({ kind: "status", status: 200, message, route: "POST /api/instance/new", times: 1 });
  const refused = await send(emulator, "POST /api/instance/new", { name: "a" });
  expect(refused).toMatchObject({ status: 200, body: failure(message) });
  expect(emulator.instanceNames()).toEqual([]);
  await create(emulator, "a");
});

describe("dropped connections", () => {
  test("drop-before applies nothing", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "drop-before", times: 1 });
    await expect(send(emulator, "POST /api/instance/new", { name: "a" })).rejects.toThrow("fetch failed");
    expect(emulator.instanceNames()).toEqual([]);
    expect(statuses(emulator)).toEqual([0]);
  });

  test("drop-after applies everything", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "drop-after", times: 1 });
    await expect(send(emulator, "POST /api/instance/new", { name: "a" })).rejects.toThrow("fetch failed");
    expect(emulator.instanceNames()).toEqual(["a"]);
    expect(statuses(emulator)).toEqual([0]);
    expect((await send(emulator, list)).headers.get("x-ratelimit-remaining")).toBe("99");
  });
});

describe("delays", () => {
  const hour = 3_600_000;

  async function abandoned(emulator: Emulator, when: "before" | "after", check: () => Promise<void>) {
    emulator.fault({ kind: "delay", ms: hour, when, times: 1 });
    const client = new AbortController();
    const pending = send(emulator, "POST /api/instance/new", { name: "a" }, { signal: client.signal });
    await vi.waitFor(() => {
      expect(emulator.requests()).toHaveLength(1);
    });
    await check();
    client.abort();
    await expect(pending).rejects.toThrow("abort");
    expect(emulator.requests()[0]?.status).toBe(0);
  }

  test("before applying", async () => {
    const emulator = await emulatorFor();
    await abandoned(emulator, "before", async () => {
      expect((await send(emulator, list)).body).toMatchObject({ instances: [] });
    });
  });

  test("after applying", async () => {
    const emulator = await emulatorFor();
    await abandoned(emulator, "after", () =>
      vi.waitFor(() => {
        expect(emulator.instanceNames()).toEqual(["a"]);
      }),
    );
  });

  test("precede another fault, and a short one lets the request through", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "delay", ms: 1 });
    emulator.fault({ kind: "delay", ms: 1, when: "after" });
    emulator.fault({ kind: "status", status: 503, times: 1 });
    expect((await send(emulator, list)).status).toBe(503);
    expect((await send(emulator, list)).status).toBe(200);
  });

  test("latencyMs and a fault's delay end when the emulator closes", async () => {
    const emulator = await emulatorFor({ latencyMs: hour });
    const pending = expect(send(emulator, list)).rejects.toThrow("fetch failed");
    await vi.waitFor(() => {
      expect(emulator.requests()).toHaveLength(1);
    });
    await emulator.close();
    await pending;
  });
});

describe("other answers", () => {
  test.each([
    ["before", []],
    ["after", ["a"]],
  ] as const)("status, %s applying", async (when, names) => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "status", status: 503, message: "Down", when, times: 1 });
    const reply = await send(emulator, "POST /api/instance/new", { name: "a" });
    expect(reply).toMatchObject({ status: 503, body: failure("Down") });
    expect(reply.headers.has("x-ratelimit-limit")).toBe(false);
    expect(emulator.instanceNames()).toEqual(names);
    expect(statuses(emulator)).toEqual([503]);
  });

  test("status with headers", async () => {
    const emulator = await emulatorFor();
    emulator.fault({
      kind: "status",
      status: 429,
      headers: { "Retry-After": "3", "X-RateLimit-Remaining": "0" },
    });
    const { status, headers } = await send(emulator, list);
    expect([status, headers.get("retry-after"), headers.get("x-ratelimit-remaining")]).toEqual([
      429,
      "3",
      "0",
    ]);
  });

  test("status 429 of one route, which is no limit of the account", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    emulator.pair("a");
    emulator.fault({
      kind: "status",
      route: "POST /api/instance/reconnect/:instance",
      status: 429,
      message: "WhatsApp is throttling",
      headers: { "Retry-After": "0", "X-RateLimit-Remaining": "57" },
    });
    const { status, headers, body } = await send(emulator, "POST /api/instance/reconnect/a");
    expect([status, body]).toEqual([429, failure("WhatsApp is throttling")]);
    expect([headers.get("retry-after"), headers.get("x-ratelimit-remaining")]).toEqual(["0", "57"]);
    expect((await send(emulator, list)).status).toBe(200);
  });

  test.each(["before", "after"] as const)("html, %s applying", async (when) => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "html", when });
    const reply = await send(emulator, "POST /api/instance/new", { name: "a" });
    expect(reply).toMatchObject({ status: 502, body: expect.stringMatching(/^<html>/) as string });
    expect(reply.headers.get("content-type")).toBe("text/html");
    expect(emulator.instanceNames()).toEqual(when === "after" ? ["a"] : []);
  });

  test.each(["content-length", "chunked"] as const)("cut-json, ended by %s", async (ending) => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "cut-json", ending });
    const reply = await send(emulator, "POST /api/instance/new", { name: "a" });
    expect(reply).toMatchObject({
      status: 201,
      body: expect.stringMatching(/^\{"success":true.*[^}]$/) as string,
    });
    expect(reply.headers.has("content-length")).toBe(ending === "content-length");
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test("cut-json, ended by a reset", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "cut-json", ending: "reset" });
    await expect(send(emulator, "POST /api/instance/new", { name: "a" })).rejects.toThrow("terminated");
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test("wrong-types", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "wrong-types" });
    const reply = await send(emulator, "POST /api/instance/new", { name: "a" });
    expect(reply.body).toMatchObject({
      success: "maybe",
      message: 42,
      instance: { name: 42, numberJid: [] },
    });
    expect(emulator.instanceNames()).toEqual(["a"]);
  });

  test("slow-body: the second half waits", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "slow-body", ms: 3_600_000, times: 1 });
    const client = new AbortController();
    const response = await fetch(`${emulator.url}/api/instance/list`, {
      headers: { token: emulator.accountToken },
      signal: client.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    expect(first?.value).toMatch(/^\{"success":true[^}]*$/);
    client.abort();
    emulator.fault({ kind: "slow-body", ms: 1 });
    expect((await send(emulator, list)).body).toMatchObject({ success: true, instances: [] });
  });

  test("raw-body", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "raw-body", text: "null" });
    expect(await send(emulator, "POST /api/instance/new", { name: "a" })).toMatchObject({
      status: 201,
      body: null,
    });
    expect(emulator.instanceNames()).toEqual(["a"]);
  });
});

describe("reject-block", () => {
  test("is silent at creation and loud at the block's own endpoint", async () => {
    const emulator = await emulatorFor();
    emulator.fault({ kind: "reject-block", block: "webhook", message: "Private address", url: /10\./ });
    const sent = { name: "a", webhookEnabled: true, webhookURL: "http://10.0.0.1" };
    const created = await send(emulator, "POST /api/instance/new", sent);
    expect(created).toMatchObject({ status: 201, body: { instance: { webhook: { enabled: false } } } });
    expect(JSON.stringify(created.body)).not.toContain("Private address");
    const configure = (url: string) => send(emulator, "POST /api/events/webhook/a", { enabled: true, url });
    expect(await configure("http://10.0.0.1")).toMatchObject({
      status: 400,
      body: failure("Private address"),
    });
    expect((await configure("http://app.test")).status).toBe(200);
  });

  test.each([
    ["proxy", "POST /api/instance/proxy/a", { enabled: true }],
    ["webhook", "POST /api/events/webhook/a", { enabled: false }],
    ["websocket", "POST /api/events/websocket/a", { enabled: true }],
    ["settings", "POST /api/instance/settings/a", { ignoreStatus: true }],
    ["s3", "POST /api/instance/s3/a", { enabled: true }],
    ["chatwoot", "POST /api/chatwoot/set/a", {}],
  ] as const)("%s, once, of one instance", async (block, route, body) => {
    const emulator = await emulatorFor();
    await create(emulator, "a");
    await create(emulator, "b");
    emulator.fault({ kind: "reject-block", block, message: "No", status: 422, instance: "a", times: 1 });
    const elsewhere = await send(emulator, route.replace(/a$/, "b"), body);
    expect(elsewhere.body).not.toEqual(failure("No"));
    expect(await send(emulator, route, body)).toMatchObject({ status: 422, body: failure("No") });
    expect((await send(emulator, route, body)).body).not.toEqual(failure("No"));
  });

  test("chatwoot at creation says why", async () => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    emulator.fault({ kind: "reject-block", block: "chatwoot", message: "Bridge is busy" });
    const sent = { name: "a", chatwootEnabled: true, chatwootBaseUrl: chatwoot.url };
    expect((await send(emulator, "POST /api/instance/new", sent)).body).toMatchObject({
      instance: { chatwoot: { enabled: false, status: "error", error: "Bridge is busy" } },
    });
    expect(chatwoot.requests()).toEqual([]);
  });
});
