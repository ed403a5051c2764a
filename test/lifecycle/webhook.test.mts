import { beforeEach, describe, expect, test } from "vitest";

import { Service } from "../../provider/ryzeapi/service.ts";
import type { Values } from "../../provider/values.ts";
import { WebhookLifecycle, type WebhookArguments } from "../../provider/lifecycle/webhook.ts";
import { expectAbsent } from "../support/secrets.mts";
import { OTHER_SECRET, scenario, sent, type Scenario } from "./scenario.mts";

const ID = "orion/audit";
const CALL = "POST /api/events/webhook/orion";

let s: Scenario;
let declared: Values;

beforeEach(async () => {
  s = await scenario();
  await s.created({ name: "orion", token: s.secrets.instanceToken });
  declared = {
    instance: "orion",
    label: "audit",
    token: s.secrets.instanceToken,
    url: "https://audit.example.com",
    authorization: s.secrets.webhookAuthorization,
    byEvents: true,
    events: ["call.update"],
    mediaBase64: true,
  };
});

/** As the provider process of a new `pulumi` command has it. */
function provider(): WebhookLifecycle {
  const configured = { endpoint: s.emulator.url, token: s.emulator.accountToken };
  return new WebhookLifecycle({
    service: new Service({ notice: () => undefined, timeoutFactor: 0.1 }),
    configured: () => [configured],
    environment: {},
    notice: () => undefined,
    warn: () => undefined,
  });
}

function args(changes: Values = {}): WebhookArguments {
  const { inputs, failures } = provider().check({ ...declared, ...changes });
  expect(failures).toEqual([]);
  if (inputs === undefined) throw new Error("check gave neither inputs nor failures");
  return inputs;
}

async function created(): Promise<Values> {
  const state = await provider().create(args());
  s.emulator.clearRequests();
  return state;
}

/** The whole of the row, as its endpoint takes it. */
function body(changes: Values = {}): Values {
  const { url, authorization, byEvents, events, mediaBase64 } = declared;
  return { label: "audit", enabled: true, url, authorization, byEvents, events, mediaBase64, ...changes };
}

const FIELDS: [field: string, value: unknown][] = [
  ["url", "https://audit.example.com/2"],
  ["authorization", OTHER_SECRET],
  ["byEvents", false],
  ["events", ["group.flow"]],
  ["mediaBase64", false],
];

test.each(FIELDS)("%s changed: one request with the instance's token", async (field, value) => {
  const state = await created();
  const news = args({ [field]: value });
  expect(provider().diff(state, news)).toMatchObject({ changes: undefined, replaces: [] });
  const after = await provider().update(ID, state, news);
  expect(sent(s.emulator)).toEqual([{ call: CALL, body: body({ [field]: value }) }]);
  expect(s.emulator.requests()[0]).toMatchObject({ token: "instance" });
  expect(provider().diff(after, news)).toMatchObject({ changes: false });
});

test.each([...FIELDS, ["enabled", false] as [string, unknown]])(
  "%s changed by hand: found as an input, and put back",
  async (field, value) => {
    const state = await created();
    s.emulator.patchInstance("orion", { webhooks: { audit: { [field]: value } } });
    const fresh = await provider().read(ID, state);
    expect(fresh?.inputs).toEqual({ ...args(), [field]: value });
    expectAbsent({ OTHER_SECRET, ...s.secrets }, { observed: JSON.stringify(fresh?.state["observed"]) });
    s.emulator.clearRequests();
    const after = await provider().update(ID, fresh?.state ?? {}, args());
    expect(sent(s.emulator)).toEqual([{ call: CALL, body: body() }]);
    expect(provider().diff(after, args())).toMatchObject({ changes: false });
    expect((await provider().read(ID, after))?.inputs).toEqual(args());
  },
);

test("a row that is gone is a webhook that is off, and an instance that is gone takes it along", async () => {
  const state = await created();
  s.emulator.patchInstance("orion", { webhooks: { audit: null } });
  expect((await provider().read(ID, state))?.inputs).toEqual({ ...args(), enabled: false });
  s.emulator.patchInstance("orion", { deleted: true });
  expect(await provider().read(ID, state)).toBeUndefined();
  await provider().delete(ID, state);
});

describe("what is no change", () => {
  test.each([
    ["events twice", { events: ["call.update", "call.update"] }],
    ["nothing at all", {}],
    ["only `adopt`", { adopt: true }],
  ])("%s", async (_, changes) => {
    const state = await created();
    expect(provider().diff(state, args(changes))).toMatchObject({ changes: false });
  });
});

test("enabled: false switches it off and keeps nothing at the service", async () => {
  const state = await created();
  const after = await provider().update(ID, state, args({ enabled: false }));
  expect(sent(s.emulator)).toEqual([{ call: CALL, body: { label: "audit", enabled: false } }]);
  expect(provider().diff(after, args({ enabled: false }))).toMatchObject({ changes: false });
});

test("another label or instance replaces it", async () => {
  const state = await created();
  expect(provider().diff(state, args({ label: "other" })).replaces).toEqual(["label"]);
  expect(provider().diff(state, args({ instance: "vega" })).replaces).toEqual(["instance"]);
});

test("names that a URL cannot carry as they are come back out of the id", async () => {
  const name = "a/b c";
  await s.created({ name });
  declared = { ...declared, instance: name, label: "x/y %", token: undefined };
  const state = await provider().create(args());
  expect(s.emulator.instance(name)?.webhooks).toHaveProperty(["x/y %"]);
  const fresh = await provider().read(provider().idOf(args()), state);
  expect(fresh?.inputs).toEqual(args());
});

test("a webhook that another resource of the same run has taken over is not switched off", async () => {
  const state = await created();
  const run = provider();
  await run.create(args({ adopt: true }));
  s.emulator.clearRequests();
  await run.delete(ID, state);
  expect(s.emulator.instance("orion")?.webhooks["audit"]).toMatchObject({ enabled: true });
  await provider().delete(ID, state);
  expect(s.emulator.instance("orion")?.webhooks["audit"]).toMatchObject({ enabled: false });
});
