import { describe, expect, test } from "vitest";
import type { ChatwootStandIn } from "./chatwoot-standin.mts";
import type { Emulator } from "./emulator.mts";
import { chatwootFor, create, emulatorFor, failure, send } from "./helpers.mts";

const flags = { signMessages: true, ignoreGroups: false, startAsPending: true, reopenResolved: false };

function setBody(chatwoot: ChatwootStandIn, change: object = {}): object {
  return {
    chatwootBaseUrl: `${chatwoot.url}/`,
    chatwootAccountId: 1,
    chatwootApiToken: "cw_demo",
    inboxName: "Support",
    ...flags,
    ...change,
  };
}

function createBody(chatwoot: ChatwootStandIn, change: object = {}): object {
  return {
    chatwootEnabled: true,
    chatwootBaseUrl: chatwoot.url,
    chatwootAccountId: 1,
    chatwootApiToken: "cw_demo",
    chatwootInboxName: "Support",
    chatwootSignMessages: true,
    ...change,
  };
}

async function chatwootEcho(emulator: Emulator, body: object): Promise<unknown> {
  const reply = await send(emulator, "POST /api/instance/new", { name: "a", ...body });
  expect(reply.status).toBe(201);
  return (reply.body as { instance: { chatwoot?: unknown } }).instance.chatwoot;
}

describe("through its own endpoints", () => {
  test("is activated against the real Chatwoot, listed flat and withdrawn", async () => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    await create(emulator, "a");
    const set = await send(emulator, "POST /api/chatwoot/set/a", setBody(chatwoot));
    expect(set.status).toBe(201);
    expect(set.body).toEqual({
      instance: "a",
      status: "active",
      bridge_integration_id: expect.stringMatching(/^int_/) as string,
      message: "chatwoot integration activated",
    });
    expect(chatwoot.requests().every(({ apiToken }) => apiToken === "cw_demo")).toBe(true);
    expect(chatwoot.inboxes()).toEqual([{ id: 1, accountId: 1, name: "Support" }]);

    const list = await send(emulator, "GET /api/chatwoot/list/a");
    expect(list.status).toBe(200);
    expect(list.body).toEqual({
      instance_name: "a",
      status: "active",
      bridge_integration_id: expect.stringMatching(/^int_/) as string,
      chatwoot_base_url: chatwoot.url,
      chatwoot_account_id: 1,
      chatwoot_api_token: "cw_demo",
      chatwoot_inbox_id: 1,
      chatwoot_inbox_name: "Support",
      last_error: "",
      created_at: expect.stringMatching(/Z$/) as string,
      sign_messages: true,
      ignore_groups: false,
      start_as_pending: true,
      reopen_resolved: false,
    });

    const gone = await send(emulator, "DELETE /api/chatwoot/delete/a");
    expect(gone.status).toBe(200);
    expect(gone.body).toEqual({ message: "chatwoot integration deactivated" });
    expect(chatwoot.inboxes()).toHaveLength(1);
    expect(await send(emulator, "DELETE /api/chatwoot/delete/a")).toMatchObject({
      status: 404,
      body: failure("no chatwoot integration to delete"),
    });
    expect(await send(emulator, "GET /api/chatwoot/list/a")).toMatchObject({
      status: 404,
      body: failure("no chatwoot integration for this instance"),
    });
  });

  test("finds an inbox that exists, and takes the instance's name where none is given", async () => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    await create(emulator, "a");
    for (let time = 0; time < 2; time += 1) {
      await send(emulator, "POST /api/chatwoot/set/a", setBody(chatwoot, { inboxName: undefined }));
    }
    expect(chatwoot.inboxes().map(({ name }) => name)).toEqual(["a"]);
  });

  test.each([
    [
      { chatwootApiToken: "wrong" },
      401,
      /^Chatwoot rejected the API token - verify chatwootApiToken\. Detail: /,
    ],
    [
      { chatwootAccountId: 9 },
      400,
      /^Chatwoot account or endpoint not found - verify chatwootBaseUrl \(http:.*\) and chatwootAccountId \(9\)\. Detail: /,
    ],
    [{ inboxName: "a@b" }, 400, /^Chatwoot rejected the request as invalid - .*Detail: /],
    [
      { chatwootAccountId: 2, chatwootApiToken: "cw_agent" },
      403,
      /^Chatwoot denied the request - verify the API token has admin scope on account 2\. Detail: /,
    ],
    [{ chatwootAccountId: 0 }, 400, /^invalid body: chatwootAccountId/],
    [{ chatwootAccountId: "1" }, 400, /^invalid body: chatwootAccountId/],
    [{ chatwootApiToken: undefined }, 400, /^invalid body: chatwootApiToken/],
    [{ chatwootBaseUrl: "http://127.0.0.1:1" }, 400, /^Chatwoot is unreachable - /],
    [{ chatwootBaseUrl: "no url" }, 400, /^Chatwoot is unreachable - /],
  ])("explains why it failed: %j", async (change, status, message) => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor({
      accounts: [
        { id: 1, apiTokens: ["cw_demo"] },
        { id: 2, apiTokens: ["cw_agent"], admin: false },
      ],
    });
    await create(emulator, "a");
    const reply = await send(emulator, "POST /api/chatwoot/set/a", setBody(chatwoot, change));
    expect(reply).toMatchObject({
      status,
      body: { success: false, error: { message: expect.stringMatching(message) as string } },
    });
    expect(emulator.instance("a")?.chatwoot).toBeUndefined();
  });

  test("is unreachable while Chatwoot is down, and works again afterwards", async () => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    await create(emulator, "a");
    chatwoot.down();
    expect((await send(emulator, "POST /api/chatwoot/set/a", setBody(chatwoot))).status).toBe(400);
    chatwoot.up();
    expect((await send(emulator, "POST /api/chatwoot/set/a", setBody(chatwoot))).status).toBe(201);
  });

  test("takes a host that is no Chatwoot for one that was not found", async () => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    await create(emulator, "a");
    const body = setBody(chatwoot, { chatwootBaseUrl: `${emulator.url}/health?` });
    const reply = await send(emulator, "POST /api/chatwoot/set/a", body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      error: { message: expect.stringContaining("not found") as string },
    });
  });
});

describe("at creation", () => {
  test("is activated", async () => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    const echo = await chatwootEcho(emulator, createBody(chatwoot));
    expect(echo).toEqual({ enabled: true, status: "active" });
    expect(chatwoot.inboxes().map(({ name }) => name)).toEqual(["Support"]);
    expect(emulator.instance("a")?.chatwoot).toMatchObject({
      apiToken: "cw_demo",
      signMessages: true,
      ignoreGroups: false,
    });
  });

  test("fails without losing the instance, with the documented text", async () => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    const echo = await chatwootEcho(emulator, createBody(chatwoot, { chatwootApiToken: "wrong" }));
    expect(echo).toEqual({
      enabled: false,
      status: "error",
      error: "Chatwoot API returned 401 — check the chatwootApiToken",
    });
    expect(emulator.instanceNames()).toEqual(["a"]);
    expect((await send(emulator, "POST /api/chatwoot/set/a", setBody(chatwoot))).status).toBe(201);
  });

  test.each([
    [{ chatwootAccountId: 9 }, /^Chatwoot API returned 404/],
    [{ chatwootInboxName: "a@b" }, /^Chatwoot API returned 422/],
    [{ chatwootBaseUrl: "http://127.0.0.1:1" }, /^Chatwoot API is unreachable/],
    [{ chatwootBaseUrl: null }, /^invalid body: chatwootBaseUrl/],
  ])("says why it failed: %j", async (change, message) => {
    const emulator = await emulatorFor();
    const chatwoot = await chatwootFor();
    expect(await chatwootEcho(emulator, createBody(chatwoot, change))).toMatchObject({
      enabled: false,
      status: "error",
      error: expect.stringMatching(message) as string,
    });
  });
});

test("the token appears in no answer but its own list, and in no error", async () => {
  const emulator = await emulatorFor();
  const chatwoot = await chatwootFor();
  const secret = { chatwootApiToken: "cw_secret" };
  const echo = await chatwootEcho(emulator, createBody(chatwoot, secret));
  const set = await send(emulator, "POST /api/chatwoot/set/a", setBody(chatwoot, secret));
  emulator.patchInstance("a", { chatwoot: { apiToken: "cw_secret" } });
  const list = await send(emulator, "GET /api/instance/list");
  expect(JSON.stringify([echo, set.body, list.body])).not.toContain("cw_secret");
});
