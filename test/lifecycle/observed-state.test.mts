import { beforeEach, describe, expect, test } from "vitest";

import { knownIn, type InstanceState } from "../../provider/lifecycle/state.ts";
import { omit } from "../../provider/values.ts";
import { blockIn, blockPatch, scenario, sent, withFields, without, type Scenario } from "./scenario.mts";

let s: Scenario;

beforeEach(async () => {
  s = await scenario();
});

/** The same state as it was written when an observation still repeated what is as declared. */
function asWrittenFormerly(state: InstanceState): InstanceState {
  const never = ["password", "reconnect", "authorization", "apiToken", "secretKey"];
  const blocks = ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"];
  const whole = blocks.map((block) => [block, omit(blockIn(s.declared, block), never)] as const);
  const observed = Object.fromEntries(whole);
  return {
    ...state,
    tokenDeclared: true,
    warnings: [],
    observed: { ...observed, chatwoot: { ...observed["chatwoot"], status: "active" } },
  };
}

async function fresh(state: InstanceState): Promise<InstanceState> {
  return (await s.process().read("orion", state))?.state ?? expect.fail("gone");
}

describe("of what was observed the state keeps", () => {
  test("what the declaration does not say", async () => {
    const state = await s.created(s.declared);
    expect(state["observed"]).toEqual({ chatwoot: { status: "active" } });
    const few = without(withFields(s.declared, "webhook", { mediaBase64: undefined }), "settings");
    const other = await s.process().update("orion", state, s.args({ ...few, settings: {} }));
    expect((await fresh(other))["observed"]).toEqual({
      webhook: { mediaBase64: expect.any(Boolean) as boolean },
      chatwoot: { status: "active" },
    });
  });

  test("little: what the provider adds to arguments and to what RyzeAPI tells", async () => {
    const state = await s.created(without(s.declared, "token"));
    const told = ["token", "status", "numberJid"];
    const added = omit(state, [...Object.keys(s.args(without(s.declared, "token"))), ...told]);
    expect(Object.keys(added).sort()).toEqual(["identity", "observed"]);
    expect(JSON.stringify(added).length).toBeLessThan(180);
  });

  test("all of a block that is off, or not as declared", async () => {
    s.emulator.fault({ kind: "reject-block", block: "s3", message: "No such bucket" });
    const off = { ...s.declared, proxy: { enabled: false } };
    const state = await s.created(off);
    expect(state["observed"]).toMatchObject({
      proxy: { enabled: false },
      s3: { error: expect.stringContaining("No such bucket") as string },
    });
    expect(knownIn(state).observed["websocket"]).toMatchObject(blockIn(s.declared, "websocket"));
  });

  test("nothing of a creation that was never answered", () => {
    expect(knownIn({ ...s.declared, status: "unconfirmed", observed: {} }).observed).toEqual({});
  });
});

test("drift that a refresh found is in the inputs and no part of the observation; the next update mends it", async () => {
  const state = await s.created(s.declared);
  s.emulator.patchInstance("orion", blockPatch("websocket", { mediaBase64: false }));
  const drifted = await fresh(state);
  expect(drifted).toMatchObject({ websocket: { mediaBase64: false } });
  expect(drifted["observed"]).toEqual({ chatwoot: { status: "active" } });
  s.emulator.clearRequests();
  const args = s.args(s.declared);
  expect(s.process().diff(drifted, args).changes).not.toBe(false);
  await s.process().update("orion", drifted, args);
  expect(sent(s.emulator).map(({ call }) => call)).toEqual(["POST /api/events/websocket/orion"]);
});

describe("a state that repeats in the observation what is as declared", () => {
  test("is no change and sends no request", async () => {
    const state = asWrittenFormerly(await s.created(s.declared));
    const args = s.args(s.declared);
    expect(s.process().diff(state, args)).toMatchObject({ changes: false, replaces: [] });
    expect(s.emulator.requests()).toEqual([]);
  });

  test("is updated in the block that changed alone, and is shorter then", async () => {
    const state = asWrittenFormerly(await s.created(s.declared));
    const declared = withFields(s.declared, "s3", { bucket: "another-bucket" });
    const after = await s.process().update("orion", state, s.args(declared));
    expect(sent(s.emulator).map(({ call }) => call)).toEqual(["POST /api/instance/s3/orion"]);
    expect(after["observed"]).toEqual({ chatwoot: { status: "active" } });
    expect(after).not.toHaveProperty("warnings");
    expect(s.process().diff(after, s.args(declared))).toMatchObject({ changes: false });
  });

  test("is refreshed and deleted", async () => {
    const state = asWrittenFormerly(await s.created(s.declared));
    const read = await s.process().read("orion", state);
    expect(read?.inputs).toEqual(s.args(s.declared));
    expect(read?.state["observed"]).toEqual({ chatwoot: { status: "active" } });
    await s.process().delete("orion", state);
    expect(s.emulator.instanceNames()).toEqual([]);
  });
});
