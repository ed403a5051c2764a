import { beforeEach, describe, expect, test } from "vitest";

import { failureOf } from "../support/lifecycle.mts";
import { LIST } from "../support/service.mts";
import { RECONNECT, SET_BLOCK, WITHDRAWN } from "./documented.mts";
import { scenario, sent, withFields, without, type Declared, type Scenario, type Sent } from "./scenario.mts";

const LISTING: Sent = { call: "GET /api/instance/list" };
const READ_CHATWOOT: Sent = { call: "GET /api/chatwoot/list/orion" };

let s: Scenario;
/** The instance that exists before anybody adopts it, and what a program declares to adopt it. */
let adopting: Declared;
beforeEach(async () => {
  s = await scenario();
  await s.created(s.declared);
  adopting = { ...s.declared, adopt: true };
});

test("without adopt an instance that exists is refused and stays as it is", async () => {
  const before = s.emulator.instance("orion");
  const failure = await failureOf(s.process().create(s.args({ name: "orion", s3: { enabled: false } })));
  expect(failure.message).toMatch(/"orion".*adopt: true/);
  expect(sent(s.emulator)).toEqual([LISTING]);
  expect(s.emulator.instance("orion")).toEqual(before);
});

test("with adopt an instance that does not exist is created", async () => {
  const state = await s.process().create(s.args({ name: "vega", adopt: true }));
  expect(sent(s.emulator)).toEqual([LISTING, { call: "POST /api/instance/new", body: { name: "vega" } }]);
  expect(state["token"]).toBe(s.emulator.instance("vega")?.token);
});

describe("what is declared is brought about in the fewest calls", () => {
  test("what matches is not sent", async () => {
    await expectAdopted(without(adopting, "proxy", "s3", "chatwoot"), []);
  });

  test("a Chatwoot whose own read tells the token is asked, not set", async () => {
    await expectAdopted(without(adopting, "proxy", "s3"), [READ_CHATWOOT]);
  });

  test("a proxy without a password is not sent", async () => {
    s.emulator.patchInstance("orion", { proxy: { password: "" } });
    const declared = withFields(without(adopting, "s3", "chatwoot"), "proxy", { password: undefined });
    await expectAdopted(declared, []);
  });

  test("a secret that is never returned is sent, because it may be another one", async () => {
    const { call, body } = SET_BLOCK.proxy(s);
    await expectAdopted(without(adopting, "chatwoot", "s3"), [{ call, body }, RECONNECT]);
    await expectAdopted(without(adopting, "chatwoot", "proxy"), [SET_BLOCK.s3(s)]);
  });

  test("so is a Chatwoot token where its own read is of the older generation", async () => {
    s.emulator.readings.chatwootGeneration = "older";
    await expectAdopted(without(adopting, "proxy", "s3"), [READ_CHATWOOT, SET_BLOCK.chatwoot(s)]);
  });

  test("what differs is sent", async () => {
    const declared = withFields(without(adopting, "proxy", "s3", "chatwoot"), "webhook", { byEvents: false });
    const { call, body } = SET_BLOCK.webhook(s);
    await expectAdopted(declared, [{ call, body: { ...body, byEvents: false } }]);
  });

  test("of the settings just those that differ are sent", async () => {
    const settings = { ignoreStatus: false, autoReadMessages: true };
    const { call } = SET_BLOCK.settings(s);
    await expectAdopted({ name: "orion", adopt: true, settings }, [{ call, body: { ignoreStatus: false } }]);
  });

  test.each(["webhook", "websocket", "s3"] as const)(
    "a %s declared as off is switched off",
    async (block) => {
      await expectAdopted({ name: "orion", adopt: true, [block]: { enabled: false } }, WITHDRAWN[block]);
    },
  );

  test("what is off already is not switched off again", async () => {
    s.emulator.patchInstance("orion", { proxy: null, chatwoot: null, webhooks: { default: null } });
    const off = { enabled: false };
    await expectAdopted({ name: "orion", adopt: true, proxy: off, chatwoot: off, webhook: off }, []);
  });

  test("blocks that are not declared stay", async () => {
    const before = s.emulator.instance("orion");
    await expectAdopted({ name: "orion", adopt: true }, []);
    expect(s.emulator.instance("orion")).toEqual(before);
  });

  async function expectAdopted(declared: Declared, requests: readonly Sent[]): Promise<void> {
    s.emulator.clearRequests();
    const args = s.args(declared);
    const state = await s.process().create(args);
    expect(sent(s.emulator)).toEqual([LISTING, ...requests]);
    expect(state["warnings"]).toBeUndefined();
    expect(s.process().diff(state, args)).toMatchObject({ changes: false });
    expect((await s.process().read("orion", state))?.inputs).toEqual(args);
  }
});

describe("the token of an adopted instance", () => {
  test("is the one that the listing tells, and everything goes with it", async () => {
    const state = await s.process().create(s.args(without(adopting, "token")));
    expect(state).toMatchObject({ token: s.secrets.instanceToken });
    expect(state).not.toHaveProperty("tokenDeclared");
    const writes = s.emulator.requests().filter(({ route }) => route !== LIST);
    expect(new Set(writes.map(({ token }) => token))).toEqual(new Set(["instance"]));
  });

  test("may be declared", async () => {
    const state = await s.process().create(s.args(adopting));
    expect(state).toMatchObject({ token: s.secrets.instanceToken, tokenDeclared: true });
  });

  test.each([true, "masked", false] as const)(
    "that is declared as another one is an error that names no token, and nothing is sent: listToken %s",
    async (listToken) => {
      s.emulator.readings.listToken = listToken;
      const failure = await failureOf(s.process().create(s.args({ ...adopting, token: "another-token" })));
      expect(failure.message).toMatch(/"orion" exists with another token .* Leave `token` out/);
      expect(failure.message).not.toContain("another-token");
      expect(failure.message).not.toContain(s.secrets.instanceToken);
      // The second question goes with the declared token, which a listing may mask or leave out.
      expect(sent(s.emulator)).toEqual([LISTING, LISTING]);
    },
  );

  test("that the listing does not tell is missing with a warning; the account's does its work", async () => {
    s.emulator.readings.listToken = false;
    const declared = without(adopting, "token");
    const state = await s.process().create(s.args(declared));
    expect(state).not.toHaveProperty("token");
    expect(state["warnings"]).toEqual([expect.stringMatching(/^token: /)]);
    expect(s.emulator.requests().map(({ token }) => token)).not.toContain("instance");
    expect(s.process().diff(state, s.args(declared))).toMatchObject({ changes: false });
  });
});

test("a block that an adoption cannot bring about is a warning, and heals at the next update", async () => {
  s.emulator.fault({ kind: "reject-block", block: "s3", message: "No such bucket" });
  const args = s.args(adopting);
  const state = await s.process().create(args);
  expect(state["warnings"]).toEqual([expect.stringContaining("No such bucket")]);
  s.emulator.clearFaults();
  s.emulator.clearRequests();
  expect(s.process().diff(state, args)).toMatchObject({ changes: true });
  await s.process().update("orion", state, args);
  expect(sent(s.emulator)).toEqual([SET_BLOCK.s3(s)]);
});
