import { describe, expect, test } from "vitest";

import type { Readings } from "../emulator/emulator.mts";
import { readingTable } from "../emulator/readings.mts";
import { failureOf } from "../support/lifecycle.mts";
import { scenario, without, type Scenario } from "./scenario.mts";

const SET_CHATWOOT = "POST /api/chatwoot/set/:instance";
const GET_CHATWOOT = "GET /api/chatwoot/list/:instance";
const SET_S3 = "POST /api/instance/s3/:instance";

/** A 200 hides what a refusal means, and a listing tells too little to do without the blocks' own endpoints. */
const HIDDEN: Partial<Readings> = { refusals: "ok-false", list: "minimal", neverSet: "null" };

/** Blocks that are nothing until they are declared, and whose every secret can be read. */
const IMPORTED = ["webhook", "websocket"];

const LANGUAGES = readingTable.language.values;
const SCOPES = readingTable.instanceTokenScope.values;

describe.each(LANGUAGES)("where a 200 hides refusals in %s", (language) => {
  test.each(SCOPES)(
    "an instance is imported with every block or without any, its token's scope being %s",
    async (scope) => {
      const readings = { ...HIDDEN, language, instanceTokenScope: scope };
      const s = await scenario({ readings });
      await s.created(s.declared);
      await s.created({ name: "vega" });
      const everything = await s.process().import("orion");
      expect(Object.keys(everything?.inputs ?? {})).toEqual(expect.arrayContaining(IMPORTED));
      const nothing = await s.process().import("vega");
      expect(Object.keys(nothing?.inputs ?? {}).filter((name) => IMPORTED.includes(name))).toEqual([]);
    },
  );

  test("a bridge that went is no drift, and taking it out is no error", async () => {
    const s = await scenario({ readings: { ...HIDDEN, language } });
    const state = await s.created(s.declared);
    s.emulator.patchInstance("orion", { chatwoot: null });
    const others = without(s.declared, "chatwoot");
    const after = await s.process().update("orion", state, s.args(others));
    expect(after["warnings"]).toBeUndefined();
    expect((await s.process().read("orion", after))?.state).not.toHaveProperty("warnings");
  });

  test("an instance that is not there is told from a listing that fails", async () => {
    const s = await scenario({ readings: { ...HIDDEN, language } });
    const state = await s.created({ name: "orion" });
    s.emulator.patchInstance("orion", { deleted: true });
    s.emulator.fault({
      kind: "status",
      status: 200,
      message: "Not today",
      route: "GET /api/instance/list",
      after: 1,
    });
    expect((await failureOf(s.process().read("orion", state))).message).toContain("Not today");
    s.emulator.clearFaults();
    expect(await s.process().read("orion", state)).toBeUndefined();
  });
});

test.each(["pt", "es"] as const)(
  "a missing bridge is told from a missing integration (%s)",
  async (language) => {
    const s = await scenario({ readings: { ...HIDDEN, language, bridge: "missing" } });
    const state = await s.created(s.declared);
    const fresh = await s.process().read("orion", state);
    expect(fresh?.state).toMatchObject({
      observed: { chatwoot: { error: expect.stringMatching(/gateway|pasarela/) as string } },
    });
  },
);

describe("a refusal that says nothing of the token", () => {
  test("of what may be sent twice is answered by the account's as well, and keeps its words", async () => {
    const s = await scenario({ readings: HIDDEN });
    const state = await s.created({ name: "orion" });
    s.emulator.fault({ kind: "reject-block", block: "s3", message: "The bucket is in another region" });
    const declared = { name: "orion", s3: s.declared["s3"] };
    const after = await s.process().update("orion", state, s.args(declared));
    expect(after["warnings"]).toEqual([expect.stringContaining("The bucket is in another region")]);
    expect(tokensOf(s, SET_S3)).toEqual(["instance", "account"]);
  });

  test("is no reason to send a Chatwoot block twice", async () => {
    const s = await scenario({ readings: HIDDEN });
    const state = await s.created({ name: "orion" });
    s.emulator.fault({
      kind: "status",
      status: 200,
      message: "The inbox has no agents",
      route: SET_CHATWOOT,
    });
    const after = await s.process().update("orion", state, s.args(withChatwoot(s)));
    expect(after["warnings"]).toEqual([expect.stringContaining("The inbox has no agents")]);
    expect(tokensOf(s, SET_CHATWOOT)).toEqual(["instance"]);
  });

  test.each(SCOPES.slice(1))(
    "is one where what has no effect is refused alike: the account's takes over (%s)",
    async (scope) => {
      const s = await scenario({ readings: { ...HIDDEN, language: "en-other", instanceTokenScope: scope } });
      const state = await s.created({ name: "orion" });
      const after = await s.process().update("orion", state, s.args(withChatwoot(s)));
      expect(after["warnings"]).toBeUndefined();
      expect(tokensOf(s, SET_CHATWOOT)).toEqual(["instance", "account"]);
      expect(s.emulator.instance("orion")?.chatwoot?.status).toBe("active");
    },
  );

  test("does not make a failed read an absence: the integration is not made again", async () => {
    const s = await scenario({ readings: HIDDEN });
    const state = await s.created(s.declared);
    const message = "Could not load the integration";
    s.emulator.fault({ kind: "status", status: 200, message, route: GET_CHATWOOT });
    expect((await failureOf(s.process().read("orion", state))).message).toContain(message);
  });
});

function withChatwoot({ declared }: Scenario) {
  return { name: "orion", chatwoot: declared["chatwoot"] };
}

function tokensOf({ emulator }: Scenario, wanted: string): string[] {
  return emulator.requests().flatMap(({ route, token }) => (route === wanted ? [token] : []));
}
