import { beforeEach, describe, expect, test } from "vitest";

import { knownIn } from "../../provider/lifecycle/state.ts";
import { partialFailureOf } from "../support/lifecycle.mts";
import { CREATE, LIST } from "../support/service.mts";
import { SET_BLOCK } from "./documented.mts";
import { scenario, sent, without, type Scenario } from "./scenario.mts";

let s: Scenario;
beforeEach(async () => {
  s = await scenario();
});

describe.each(["absent", "recorded"] as const)(
  "a Chatwoot that failed at the creation and is then %s",
  (failedChatwoot) => {
    test("is set again by every update, with the current reason as a warning, until it works", async () => {
      s.emulator.readings.failedChatwoot = failedChatwoot;
      s.emulator.fault({
        kind: "reject-block",
        block: "chatwoot",
        message: "Bad gateway of Chatwoot",
        times: 1,
      });
      const args = s.args(s.declared);
      const state = await s.created(s.declared);
      expect(state["warnings"]).toEqual([expect.stringContaining("Bad gateway of Chatwoot")]);
      expect(s.process().diff(state, args)).toMatchObject({ changes: true, replaces: [] });

      s.emulator.fault({ kind: "reject-block", block: "chatwoot", message: "Token expired" });
      const stillBroken = await s.process().update("orion", state, args);
      expect(sent(s.emulator)).toEqual([SET_BLOCK.chatwoot(s)]);
      expect(stillBroken["warnings"]).toEqual([expect.stringContaining("Token expired")]);
      expect(s.process().diff(stillBroken, args)).toMatchObject({ changes: true });

      const refreshed = await s.process().read("orion", stillBroken);
      expect(refreshed?.state["warnings"]).toHaveLength(1);
      expect(s.process().diff(refreshed?.state ?? {}, args).changes).not.toBe(false);

      s.emulator.clearFaults();
      s.emulator.clearRequests();
      const healed = await s.process().update("orion", refreshed?.state ?? {}, args);
      expect(sent(s.emulator)).toEqual([SET_BLOCK.chatwoot(s)]);
      expect(healed["warnings"]).toBeUndefined();
      expect(knownIn(healed).observed).toMatchObject({ chatwoot: { enabled: true, status: "active" } });
      expect(s.process().diff(healed, args)).toMatchObject({ changes: false });
    });
  },
);

test("a Chatwoot that broke later is found by a refresh, with its reason, and set again", async () => {
  const args = s.args(s.declared);
  const state = await s.created(s.declared);
  s.emulator.patchInstance("orion", { chatwoot: { status: "error", lastError: "Token revoked" } });
  const broken = await s.process().read("orion", state);
  expect(broken?.state["warnings"]).toEqual([expect.stringContaining("Token revoked")]);
  s.emulator.clearRequests();
  const healed = await s.process().update("orion", broken?.state ?? {}, args);
  expect(sent(s.emulator)).toEqual([SET_BLOCK.chatwoot(s)]);
  expect(healed["warnings"]).toBeUndefined();
});

test("a Chatwoot that was mended by hand is not set again once a refresh has seen it", async () => {
  s.emulator.fault({ kind: "reject-block", block: "chatwoot", message: "Bad gateway of Chatwoot" });
  const state = await s.created(s.declared);
  s.emulator.clearFaults();
  await s.process().update("orion", state, s.args(s.declared));
  const fresh = await s.process().read("orion", state);
  expect(fresh?.state["warnings"]).toBeUndefined();
  expect(s.process().diff(fresh?.state ?? {}, s.args(s.declared))).toMatchObject({ changes: false });
});

test("a Chatwoot that still fails when it is taken out of the program leaves no warning", async () => {
  s.emulator.fault({ kind: "reject-block", block: "chatwoot", message: "Bad gateway of Chatwoot" });
  const state = await s.created(s.declared);
  const args = s.args(without(s.declared, "chatwoot"));
  const after = await s.process().update("orion", state, args);
  expect(after["warnings"]).toBeUndefined();
  expect(s.process().diff(after, args)).toMatchObject({ changes: false });
});

/** Every answer to the creation is lost, and there is no listing after it. */
describe.each(["drop-after", "drop-before"] as const)("a creation that nobody confirms (%s)", (kind) => {
  async function unconfirmed() {
    s.emulator.fault({ kind, route: CREATE });
    // The account's, and that with the declared token.
    s.emulator.fault({ kind: "drop-before", route: LIST, after: 2 });
    const { id, state } = await partialFailureOf(s.process().create(s.args(s.declared)));
    expect(id).toBe("orion");
    s.emulator.clearFaults();
    return state;
  }

  test("is resumed: exactly one instance, as declared", async () => {
    const state = await unconfirmed();
    const args = s.args(s.declared);
    expect(s.process().diff(state, args)).toMatchObject({ changes: true, replaces: [] });
    const after = await s.process().update("orion", state, args);
    expect(s.emulator.instanceNames()).toEqual(["orion"]);
    expect(after).toMatchObject({ status: "disconnected", token: s.secrets.instanceToken });
    expect(after).not.toHaveProperty("warnings");
    expect(s.process().diff(after, args)).toMatchObject({ changes: false });
    expect((await s.process().read("orion", after))?.inputs).toEqual(args);
  });

  test("and refreshed first: found, or kept, since it may still come", async () => {
    const state = await unconfirmed();
    const found = await s.process().read("orion", state);
    if (kind === "drop-before") expect(found?.state).toEqual(state);
    const args = s.args(s.declared);
    const after = await s.process().update("orion", found?.state ?? {}, args);
    expect(s.emulator.instanceNames()).toEqual(["orion"]);
    expect(s.process().diff(after, args)).toMatchObject({ changes: false });
  });

  test("and declared otherwise by then: exactly one instance, as declared now", async () => {
    const state = await unconfirmed();
    const changed = without(s.declared, "s3", "chatwoot");
    const after = await s.process().update("orion", state, s.args(changed));
    expect(s.emulator.instanceNames()).toEqual(["orion"]);
    expect(s.emulator.instance("orion")?.s3?.enabled ?? false).toBe(false);
    expect(s.emulator.instance("orion")).not.toHaveProperty("chatwoot");
    expect(s.process().diff(after, s.args(changed))).toMatchObject({ changes: false });
  });
});
