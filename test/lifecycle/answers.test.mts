import { describe, expect, test } from "vitest";

import type { Readings } from "../emulator/emulator.mts";
import { readingTable } from "../emulator/readings.mts";
import { failureOf } from "../support/lifecycle.mts";
import { CREATE, OTHER_SECRET } from "../support/service.mts";
import { omit } from "../../provider/values.ts";
import { blockIn, scenario, withFields, type Declared, type Scenario } from "./scenario.mts";

/** Every answer that the documentation leaves open, one at a time, but the one that has no Chatwoot at all. */
const SINGLE = Object.entries(readingTable).flatMap(([key, { values }]) =>
  values.map((value): [string, Partial<Readings>] => [`${key}: ${String(value)}`, { [key]: value }]),
);
/** Some of those that public clients of RyzeAPI accept, at once. */
const TOGETHER: [string, Partial<Readings>][] = [
  ["refusals as 200", { refusals: "ok-false", neverSet: "null", absentWebsocket: "null", emptyList: "null" }],
  [
    "secrets hidden everywhere",
    { listAuthorization: "masked", ownAuthorization: "masked", listAccessKey: "prefix", listToken: "masked" },
  ],
  [
    "an older Chatwoot that syncs later",
    {
      chatwootGeneration: "older",
      chatwootSummary: "camelCase",
      inboxKnown: "after-sync",
      accountIdType: "string",
    },
  ],
  [
    "another language and limited tokens",
    { language: "pt", instanceTokenScope: "403-until-paired", duplicateName: 400, chatwootErrors: "flat" },
  ],
];
/** Where a 200 hides what a refusal means, its words are all that there is, in a language that may be any. */
const HIDDEN = readingTable.language.values.flatMap((language) =>
  readingTable.instanceTokenScope.values.map((instanceTokenScope): [string, Partial<Readings>] => [
    `refusals as 200, ${language}, a token's scope ${instanceTokenScope}`,
    { refusals: "ok-false", language, instanceTokenScope, list: "minimal", neverSet: "null" },
  ]),
);
const CASES = [...HIDDEN, ...SINGLE.filter(([title]) => title !== "bridge: missing"), ...TOGETHER];

/** For every block something that is neither a secret nor spelled in two ways. */
const DRIFT = {
  proxy: { host: "proxy2.example.com" },
  webhook: { mediaBase64: false },
  websocket: { mediaBase64: false },
  chatwoot: { inboxName: "Vega" },
  settings: { ignoreStatus: false },
  s3: { bucket: "media2" },
};

/** An out-of-band change of every block. */
function driftIn({ emulator }: Scenario): void {
  const { webhook, ...others } = DRIFT;
  emulator.patchInstance("orion", { ...others, webhooks: { default: webhook } });
}

/** What runs, without what every write gives anew and how URLs are kept. */
function running({ emulator }: Scenario): unknown {
  const view = JSON.stringify(emulator.instance("orion") ?? {}).replaceAll(/(https?:[^"]*?)\/"/g, '$1"');
  const { chatwoot, ...others } = JSON.parse(view) as Record<string, object>;
  const givenAnew = ["bridgeIntegrationId", "createdAt", "inboxId", "synced"];
  return { ...omit(others, ["updatedAt"]), chatwoot: omit({ ...chatwoot }, givenAnew) };
}

describe("whatever RyzeAPI answers, drift is found and put back, and nothing is left to do", () => {
  test.each(CASES)("%s", async (_, readings) => {
    const s = await scenario({ readings });
    const state = await s.created(s.declared);
    const before = running(s);
    driftIn(s);
    const fresh = await s.process().read("orion", state);
    for (const [block, fields] of Object.entries(DRIFT)) {
      // An inbox that Chatwoot has not told yet has no name that could differ.
      if (block === "chatwoot" && readings.inboxKnown === "after-sync") continue;
      expect(blockIn(fresh?.inputs ?? {}, block), block).toMatchObject(fields);
    }
    const after = await s.process().update("orion", fresh?.state ?? {}, s.args(s.declared));
    expect(after["warnings"]).toBeUndefined();
    if (readings.inboxKnown !== "after-sync") expect(running(s)).toEqual(before);
    await expectNoDrift(s, s.declared, after);
  });
});

describe("whatever RyzeAPI answers, everything is changed, taken out and deleted", () => {
  test.each(CASES)("%s", async (_, readings) => {
    const s = await scenario({ readings });
    const state = await s.created(s.declared);
    let changed = s.declared;
    for (const [block, fields] of Object.entries(DRIFT)) changed = withFields(changed, block, fields);
    changed = withFields(changed, "webhook", { authorization: OTHER_SECRET });
    const after = await s.process().update("orion", state, s.args(changed));
    expect(after["warnings"]).toBeUndefined();
    expect(s.emulator.instance("orion")).toMatchObject({
      ...omit(DRIFT, ["webhook"]),
      webhooks: { default: { ...DRIFT.webhook, authorization: OTHER_SECRET } },
    });
    const bare = { name: "orion", token: s.declared["token"] };
    const without = await s.process().update("orion", after, s.args(bare));
    const { proxy, webhooks, websocket, chatwoot, s3 } = s.emulator.instance("orion") ?? {};
    for (const block of [proxy, webhooks?.["default"], websocket, s3]) expect(block?.enabled).not.toBe(true);
    expect(chatwoot).toBeUndefined();
    await expectNoDrift(s, bare, without);
    await s.process().delete("orion", without);
    expect(s.emulator.instanceNames()).toEqual([]);
    expect(await s.process().read("orion", without)).toBeUndefined();
  });
});

async function expectNoDrift(s: Scenario, declared: Declared, state: object): Promise<void> {
  const args = s.args(declared);
  const fresh = await s.process().read("orion", { ...state });
  expect(fresh?.inputs).toEqual(args);
  expect(s.process().diff(fresh?.state ?? {}, args)).toMatchObject({ changes: false, replaces: [] });
}

describe("a refusal that comes as 200 is a refusal", () => {
  const refusals: Partial<Readings>[] = [{}, { refusals: "ok-false" }];

  test.each(refusals)(
    "of a deletion: the instance stays, in the account and in the state (%o)",
    async (readings) => {
      const s = await scenario({ readings });
      const state = await s.created({ name: "orion" });
      const message = "Failed to delete instance: busy";
      s.emulator.fault({
        kind: "status",
        status: 400,
        message,
        route: "DELETE /api/instance/delete/:instance",
      });
      s.emulator.fault({
        kind: "raw-body",
        route: "DELETE /api/instance/delete/:instance",
        text: JSON.stringify({ success: false, error: { message } }),
      });
      expect((await failureOf(s.process().delete("orion", state))).message).toContain(message);
      expect(s.emulator.instanceNames()).toEqual(["orion"]);
    },
  );

  test("of a creation: nothing is recorded", async () => {
    const s = await scenario({ readings: { refusals: "ok-false" }, quota: 0 });
    const { message } = await failureOf(s.created({ name: "orion" }));
    expect(message).toMatch(/not created: the account's quota is used up/);
    expect(s.emulator.requests().filter(({ route }) => route === CREATE)).toHaveLength(1);
  });

  test("of a block: it is a warning, and sent again", async () => {
    const s = await scenario({ readings: { refusals: "ok-false" } });
    const state = await s.created({ name: "orion" });
    s.emulator.fault({ kind: "reject-block", block: "s3", message: "No s3 today" });
    const declared = { name: "orion", s3: s.declared["s3"] };
    const after = await s.process().update("orion", state, s.args(declared));
    expect(after["warnings"]).toEqual([expect.stringContaining("No s3 today")]);
    expect(s.process().diff(after, s.args(declared))).toMatchObject({ changes: true });
  });
});

describe("a name that the service stores otherwise", () => {
  const spellings = [
    ["lower-case", "Orion", "orion"],
    ["nfc", "Ac\u0327a\u0303o", "A\u00e7\u00e3o"],
  ] as const;
  test.each(spellings)(
    "is the id and every later path (%s), and a warning says so",
    async (names, sent, stored) => {
      const s = await scenario({ readings: { names } });
      const declared = { ...s.declared, name: sent };
      const state = await s.created(declared);
      expect(s.process().idOf(state)).toBe(stored);
      expect(state["warnings"]).toEqual([expect.stringMatching(/^name: RyzeAPI has this instance as /)]);
      const fresh = await s.process().read(stored, state);
      expect(s.process().diff(fresh?.state ?? {}, s.args(declared))).toMatchObject({
        changes: false,
        replaces: [],
      });
      const renamed = { ...declared, name: stored };
      expect(s.process().diff(fresh?.state ?? {}, s.args(renamed)).replaces).toEqual([]);
      const after = await s.process().update(stored, fresh?.state ?? {}, s.args(renamed));
      expect(after["warnings"]).toBeUndefined();
      await s.process().delete(stored, after);
      expect(s.emulator.instanceNames()).toEqual([]);
    },
  );
});

test("an item of the list without a name is left out, with a notice", async () => {
  const s = await scenario();
  const state = await s.created({ name: "orion" });
  s.emulator.fault({
    kind: "edit-json",
    route: "GET /api/instance/list",
    path: "/instances/-",
    value: { name: null },
  });
  expect((await s.process().read("orion", state))?.inputs).toMatchObject({ name: "orion" });
  await s.created({ name: "vega" });
});
