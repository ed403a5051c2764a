import { beforeEach, describe, expect, test } from "vitest";

import type { InstanceArguments } from "../../provider/lifecycle/arguments.ts";
import { BLOCKS } from "../../provider/blocks/index.ts";
import type { ReadResult } from "../../provider/lifecycle/lifecycle.ts";
import { omit, type Values } from "../../provider/values.ts";
import { expectAbsent } from "../support/secrets.mts";
import { RECONNECT, SET_BLOCK, SWITCHES, type BlockName } from "./documented.mts";
import { OTHER_SECRET } from "../support/service.mts";
import {
  blockIn,
  blockPatch,
  scenario,
  sent,
  withFields,
  type Declared,
  type Scenario,
  type Sent,
} from "./scenario.mts";

/** For every field that can be read: what it drifts to, as the service stores it and as a program spells it. */
const DRIFTS: [block: BlockName, field: string, stored: unknown, live?: unknown][] = [
  ["proxy", "enabled", false],
  ["proxy", "host", "proxy2.example.com"],
  ["proxy", "port", "8080", 8080],
  ["proxy", "protocol", "http"],
  ["proxy", "username", "vega"],
  ["webhook", "enabled", false],
  ["webhook", "url", "https://app.example.com/2"],
  ["webhook", "authorization", OTHER_SECRET],
  ["webhook", "byEvents", false],
  ["webhook", "events", ["group.flow"]],
  ["webhook", "mediaBase64", false],
  ["websocket", "enabled", false],
  ["websocket", "events", []],
  ["websocket", "mediaBase64", false],
  ["chatwoot", "baseUrl", "http://127.0.0.1:1"],
  ["chatwoot", "accountId", 2],
  ["chatwoot", "apiToken", OTHER_SECRET],
  ["chatwoot", "inboxName", "Vega"],
  ["chatwoot", "signMessages", false],
  ["chatwoot", "ignoreGroups", false],
  ["chatwoot", "startAsPending", false],
  ["chatwoot", "reopenResolved", false],
  ["settings", "autoRejectCalls", false],
  ["settings", "callRejectMessage", ""],
  ["settings", "ignoreGroupMessages", false],
  ["settings", "keepOnlineStatus", false],
  ["settings", "autoReadMessages", false],
  ["settings", "disableHistorySync", true],
  ["settings", "ignoreStatus", false],
  ["s3", "enabled", false],
  ["s3", "region", "eu-central-1"],
  ["s3", "bucket", "media2"],
  ["s3", "accessKey", "AKIAOTHER"],
  ["s3", "endpoint", ""],
  ["s3", "pathPrefix", ""],
];

/** Passwords that the service keeps for itself. */
const NEVER_RETURNED = ["proxy.password", "s3.secretKey"];

const LISTS = ["full", "summary", "minimal"] as const;

test("the table has every field that can be read", () => {
  const readable = BLOCKS.flatMap(({ name, fields, directives }) =>
    fields.filter((field) => !directives.includes(field)).map((field) => `${name}.${field}`),
  ).filter((path) => !NEVER_RETURNED.includes(path));
  // A Chatwoot integration has no switch: it is there or not.
  const tested = [...DRIFTS.map(([block, field]) => `${block}.${field}`), "chatwoot.enabled"];
  expect(tested.sort()).toEqual(readable.sort());
});

let s: Scenario;
beforeEach(async () => {
  s = await scenario();
});

describe.each(LISTS)("with a listing that is %s", (list) => {
  beforeEach(() => {
    s.emulator.readings.list = list;
  });

  test.each(DRIFTS)("drift of %s.%s is found and put back", async (block, field, stored, live = stored) => {
    await expectDriftPutBack(block, { [field]: stored }, { [field]: live });
  });

  test("a Chatwoot integration that was removed is found and put back", async () => {
    await expectDriftPutBack("chatwoot", null, { enabled: false });
  });

  test.each(["proxy", "webhook", "websocket", "s3"] as const)(
    "so is a %s that was removed",
    async (block) => {
      await expectDriftPutBack(block, null, { enabled: false });
    },
  );

  test.each(SWITCHES)("a %s that is declared as off and was switched on is switched off", async (block) => {
    const state = await s.created(s.declared);
    const off = { ...s.declared, [block]: { enabled: false } };
    const { state: before } = await refreshed(await s.process().update("orion", state, s.args(off)));
    await createdAgainOutOfBand(block);
    const fresh = await refreshed(before);
    expect(blockIn(fresh.inputs, block)).toMatchObject({ enabled: true });
    const after = await s.process().update("orion", fresh.state, s.args(off));
    await expectNoDrift(after, off);
  });
});

test("every block at once: just the fields that drifted, and one request for each of their blocks", async () => {
  const state = await s.created(s.declared);
  s.emulator.patchInstance("orion", {
    proxy: { host: "proxy2.example.com" },
    webhooks: { default: { mediaBase64: false, url: "https://app.example.com/2" } },
    websocket: { mediaBase64: false },
    chatwoot: { signMessages: false },
    settings: { ignoreStatus: false, autoReadMessages: false },
    s3: { bucket: "media2" },
  });
  const fresh = await refreshed(state);
  const webhook = { mediaBase64: false, url: "https://app.example.com/2" };
  let drifted = withFields(s.declared, "proxy", { host: "proxy2.example.com" });
  drifted = withFields(drifted, "webhook", webhook);
  drifted = withFields(drifted, "websocket", { mediaBase64: false });
  drifted = withFields(drifted, "chatwoot", { signMessages: false });
  drifted = withFields(drifted, "settings", { ignoreStatus: false, autoReadMessages: false });
  drifted = withFields(drifted, "s3", { bucket: "media2" });
  expect(fresh.inputs).toEqual(s.args(drifted));

  s.emulator.clearRequests();
  const after = await s.process().update("orion", fresh.state, s.args(s.declared));
  expect(s.emulator.requests().map(({ route }) => route)).toHaveLength(7); // the reconnect included
  expect(sent(s.emulator)).toContainEqual({
    call: "POST /api/instance/settings/orion",
    body: { ignoreStatus: true, autoReadMessages: true },
  });
  await expectNoDrift(after, s.declared);
});

describe("no drift", () => {
  test("in the connection, the number or the presence; they are read as they are", async () => {
    const state = await s.created(s.declared);
    expect(state).toMatchObject({ status: "disconnected" });
    s.emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
    const { state: fresh } = await expectNoDrift(state, s.declared);
    expect(fresh).toMatchObject({ status: "connected", numberJid: "5511999999999@s.whatsapp.net" });
    s.emulator.patchInstance("orion", { state: "loggedout", numberJid: null });
    const { state: later } = await expectNoDrift(fresh, s.declared);
    expect(later).toMatchObject({ status: "loggedout" });
    expect(later).not.toHaveProperty("numberJid");
  });

  test.each(LISTS)("in what is not declared, which stays (list %s)", async (list) => {
    s.emulator.readings.list = list;
    const declared = {
      name: "orion",
      webhook: { url: "https://app.example.com" },
      settings: { ignoreStatus: true },
    };
    const state = await s.created(declared);
    const byHand = {
      proxy: { host: "proxy.example.com", port: "1080", protocol: "http" },
      websocket: { events: ["call.update"] },
      s3: { bucket: "by-hand" },
      chatwoot: { baseUrl: s.chatwootUrl },
      settings: { autoReadMessages: true, callRejectMessage: "by hand" },
      webhooks: {
        default: { byEvents: true, authorization: "by hand", events: ["group.flow"] },
        second: { url: "https://app.example.com/2" },
      },
    };
    s.emulator.patchInstance("orion", byHand);
    const { state: fresh } = await expectNoDrift(state, declared);
    s.emulator.clearRequests();
    await s.process().update("orion", fresh, s.args({ ...declared, adopt: true }));
    expect(sent(s.emulator)).toEqual([]);
    expect(s.emulator.instance("orion")).toMatchObject(byHand);
  });

  test.each([
    ["proxy", { password: OTHER_SECRET }],
    ["s3", { secretKey: OTHER_SECRET }],
  ] as const)("in a secret of %s, which is never returned: it stays what was sent", async (block, secret) => {
    const state = await s.created(s.declared);
    s.emulator.patchInstance("orion", blockPatch(block, secret));
    await expectNoDrift(state, s.declared);
  });

  test("in what the older generation of Chatwoot does not tell", async () => {
    s.emulator.readings.chatwootGeneration = "older";
    const state = await s.created(s.declared);
    s.emulator.patchInstance("orion", { chatwoot: { signMessages: false, apiToken: OTHER_SECRET } });
    await expectNoDrift(state, s.declared);
  });

  test("in events in another order, an expanded list, or a base URL without its slash", async () => {
    const declared = withFields(
      withFields(s.declared, "chatwoot", { baseUrl: `${s.chatwootUrl}/` }),
      "websocket",
      { events: [] },
    );
    const state = await s.created(declared);
    s.emulator.readings.eventsStored = "expanded";
    s.emulator.patchInstance("orion", {
      webhooks: { default: { events: ["call.update", "message.exchange"] } },
      websocket: {
        events: [
          "label.update",
          "message.exchange",
          "message.status",
          "call.update",
          "group.flow",
          "instance.state",
        ],
      },
    });
    await expectNoDrift(state, declared);
  });
});

/** Out of band one block changes; a refresh shows exactly that, and an update sends what is needed to undo it. */
async function expectDriftPutBack(block: BlockName, patch: Values | null, live: Values): Promise<void> {
  const state = await s.created(s.declared);
  const before = running();
  s.emulator.patchInstance("orion", blockPatch(block, patch));
  const fresh = await refreshed(state);
  expect(fresh.inputs).toEqual(s.args(withFields(s.declared, block, live)));
  expectAbsent({ OTHER_SECRET, ...s.secrets }, { observed: JSON.stringify(fresh.state["observed"]) });

  const args = s.args(s.declared);
  expect(s.process().diff(fresh.state, args)).toMatchObject({ changes: undefined, replaces: [] });
  s.emulator.clearRequests();
  const after = await s.process().update("orion", fresh.state, args);
  expect(sent(s.emulator)).toEqual(restoring(block, Object.keys(live)));
  expect(running()).toEqual(before);
  await expectNoDrift(after, s.declared);
}

function restoring(block: BlockName, fields: readonly string[]): Sent[] {
  const { call, body } = SET_BLOCK[block](s);
  const settings = blockIn(s.declared, "settings");
  const drifted = Object.fromEntries(fields.map((field) => [field, settings[field]]));
  return [{ call, body: block === "settings" ? drifted : body }, ...(block === "proxy" ? [RECONNECT] : [])];
}

/** What runs at the service, without what every write or activation gives anew. */
function running(): object {
  const { chatwoot = {}, ...view } = s.emulator.instance("orion") ?? {};
  return {
    ...omit(view, ["updatedAt"]),
    chatwoot: omit({ ...chatwoot }, ["bridgeIntegrationId", "createdAt", "inboxId"]),
  };
}

async function createdAgainOutOfBand(block: (typeof SWITCHES)[number]): Promise<void> {
  const { call, body } = SET_BLOCK[block](s);
  const [method = "", path = ""] = call.split(" ");
  const answer = await fetch(s.emulator.url + path, {
    method,
    headers: { token: s.secrets.instanceToken },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}

/** What a refresh finds, in a process of its own. */
async function refreshed(state: Values): Promise<ReadResult<InstanceArguments>> {
  const found = await s.process().read("orion", state);
  if (found === undefined) throw new Error("It reads as deleted.");
  return found;
}

async function expectNoDrift(state: Values, declared: Declared) {
  const args = s.args(declared);
  expect(s.process().diff(state, args)).toMatchObject({ changes: false });
  const fresh = await refreshed(state);
  expect(fresh.inputs).toEqual(args);
  expect(s.process().diff(fresh.state, args)).toMatchObject({ changes: false });
  return fresh;
}
