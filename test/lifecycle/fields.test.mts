import { describe, expect, test } from "vitest";

import { BLOCKS } from "../../provider/blocks/index.ts";
import type { Values } from "../../provider/values.ts";
import { DEFAULT_SETTINGS } from "../support/instance.mts";
import { RECONNECT, SET_BLOCK, type BlockName } from "./documented.mts";
import { OTHER_SECRET } from "../support/service.mts";
import { scenario, sent, withFields, type Scenario } from "./scenario.mts";
import { expectNothingToDo, expectRequests } from "./update.mts";

/** Another value for every field that the service stores, and how it is spelled in the request. */
const FIELDS: [block: BlockName, field: string, value: unknown, spelled: Values][] = [
  ["proxy", "host", "proxy2.example.com", { host: "proxy2.example.com" }],
  ["proxy", "port", 8080, { port: "8080" }],
  ["proxy", "protocol", "http", { protocol: "http" }],
  ["proxy", "username", "vega", { username: "vega" }],
  ["proxy", "password", OTHER_SECRET, { password: OTHER_SECRET }],
  ["webhook", "url", "https://app.example.com/2", { url: "https://app.example.com/2" }],
  ["webhook", "authorization", OTHER_SECRET, { authorization: OTHER_SECRET }],
  ["webhook", "byEvents", false, { byEvents: false }],
  ["webhook", "events", ["group.flow"], { events: ["group.flow"] }],
  ["webhook", "mediaBase64", false, { mediaBase64: false }],
  ["websocket", "events", [], { events: [] }],
  ["websocket", "mediaBase64", false, { mediaBase64: false }],
  ["chatwoot", "accountId", 2, { chatwootAccountId: 2 }],
  ["chatwoot", "apiToken", OTHER_SECRET, { chatwootApiToken: OTHER_SECRET }],
  ["chatwoot", "inboxName", "Vega", { inboxName: "Vega" }],
  ["chatwoot", "signMessages", false, { signMessages: false }],
  ["chatwoot", "ignoreGroups", false, { ignoreGroups: false }],
  ["chatwoot", "startAsPending", false, { startAsPending: false }],
  ["chatwoot", "reopenResolved", false, { reopenResolved: false }],
  ["settings", "autoRejectCalls", false, { autoRejectCalls: false }],
  ["settings", "callRejectMessage", "Later.", { callRejectMessage: "Later." }],
  ["settings", "ignoreGroupMessages", false, { ignoreGroupMessages: false }],
  ["settings", "keepOnlineStatus", false, { keepOnlineStatus: false }],
  ["settings", "autoReadMessages", false, { autoReadMessages: false }],
  ["settings", "disableHistorySync", true, { disableHistorySync: true }],
  ["settings", "ignoreStatus", false, { ignoreStatus: false }],
  ["s3", "region", "eu-central-1", { region: "eu-central-1" }],
  ["s3", "bucket", "media2", { bucket: "media2" }],
  ["s3", "accessKey", "AKIAOTHER", { accessKey: "AKIAOTHER" }],
  ["s3", "secretKey", OTHER_SECRET, { secretKey: OTHER_SECRET }],
  ["s3", "endpoint", "", { endpoint: "" }],
  ["s3", "pathPrefix", "files/", { pathPrefix: "files/" }],
];

test("the table has every field that a block sends to the service", () => {
  const stored = BLOCKS.flatMap(({ name, fields, directives }) =>
    fields
      .filter((field) => field !== "enabled" && !directives.includes(field))
      .map((field) => `${name}.${field}`),
  );
  // Another base URL needs another Chatwoot and has a test of its own.
  const tested = [...FIELDS.map(([block, field]) => `${block}.${field}`), "chatwoot.baseUrl"];
  expect(tested.sort()).toEqual(stored.sort());
});

describe("a changed field is one request to its block's endpoint, with the instance's token", () => {
  test.each(FIELDS)("%s.%s", async (block, field, value, spelled) => {
    const s = await scenario();
    const declared = withFields(s.declared, "proxy", { reconnect: false });
    const { call, body } = SET_BLOCK[block](s);
    await expectRequests(s, declared, withFields(declared, block, { [field]: value }), [
      { call, body: { ...body, ...spelled } },
    ]);
    expect(s.emulator.requests().map(({ token }) => token)).toEqual(["instance"]);
  });
});

describe("settings are taken back one by one", () => {
  test.each(Object.entries(DEFAULT_SETTINGS))(
    "settings.%s taken out goes back to its default",
    async (field, value) => {
      const s = await scenario();
      await expectRequests(s, s.declared, withFields(s.declared, "settings", { [field]: undefined }), [
        { call: "POST /api/instance/settings/orion", body: { [field]: value } },
      ]);
    },
  );
});

test("another Chatwoot, which refuses: one request, and the reason as a warning", async () => {
  const s = await scenario({ readings: { chatwootUnreachable: 400 } });
  const state = await s.created(s.declared);
  const args = s.args(withFields(s.declared, "chatwoot", { baseUrl: "http://127.0.0.1:1" }));
  expect(s.process().diff(state, args)).toMatchObject({ changes: undefined });
  const after = await s.process().update("orion", state, args);
  const { call, body } = SET_BLOCK.chatwoot(s);
  expect(sent(s.emulator)).toEqual([{ call, body: { ...body, chatwootBaseUrl: "http://127.0.0.1:1" } }]);
  expect(after["warnings"]).toEqual([expect.stringMatching(/^chatwoot .*unreachable/)]);
});

test("a trailing slash of the Chatwoot's base URL is no change", async () => {
  const s = await scenario();
  const slashed = withFields(s.declared, "chatwoot", { baseUrl: `${s.chatwootUrl}/` });
  await expectNothingToDo(s, s.declared, slashed);
});

test("a changed proxy is followed by a reconnect", async () => {
  const s = await scenario();
  const { call, body } = SET_BLOCK.proxy(s);
  await expectRequests(s, s.declared, withFields(s.declared, "proxy", { host: "proxy2.example.com" }), [
    { call, body: { ...body, host: "proxy2.example.com" } },
    RECONNECT,
  ]);
  expect(s.emulator.requests().map(({ status }) => status)).toEqual([200, 400]); // never paired
});

test.each([
  ["proxy.reconnect", (s: Scenario) => withFields(s.declared, "proxy", { reconnect: false })],
  ["onBlockFailure", (s: Scenario) => ({ ...s.declared, onBlockFailure: "fail" })],
])("only %s changed: recorded, without a request", async (_, changed) => {
  const s = await scenario();
  await expectRequests(s, s.declared, changed(s), []);
});

test("an adoption is over when it has happened: `adopt` put in or taken out is no change", async () => {
  const s = await scenario();
  await expectNothingToDo(s, s.declared, { ...s.declared, adopt: true });
  await expectNothingToDo(
    s,
    { ...s.declared, name: "vega", token: "t-vega", adopt: true },
    { ...s.declared, name: "vega", token: "t-vega" },
  );
});

test("events in another order, or twice, are no change", async () => {
  const s = await scenario();
  const webhook = { events: ["call.update", "message.exchange", "call.update"] };
  await expectNothingToDo(s, s.declared, withFields(s.declared, "webhook", webhook));
});

test("the empty list of events is the list of all of them", async () => {
  const s = await scenario();
  const all = [
    "label.update",
    "instance.state",
    "group.flow",
    "call.update",
    "message.status",
    "message.exchange",
  ];
  const none = withFields(s.declared, "websocket", { events: [] });
  await expectNothingToDo(s, none, withFields(s.declared, "websocket", { events: all }));
});
