import { describe, expect, test } from "vitest";

import { knownIn } from "../../provider/lifecycle/state.ts";
import { SET_BLOCK, WITHDRAWN } from "./documented.mts";
import { partialFailureOf } from "../support/lifecycle.mts";
import { scenario, sent, withFields, without, type Scenario } from "./scenario.mts";

test("two blocks changed: two requests, and none for the rest", async () => {
  const s = await scenario();
  const state = await s.created(s.declared);
  const websocket = withFields(s.declared, "websocket", { mediaBase64: false });
  const both = withFields(websocket, "s3", { bucket: "media2" });
  await s.process().update("orion", state, s.args(both));
  const requests = sent(s.emulator);
  expect(requests).toHaveLength(2);
  expect(requests).toContainEqual({
    call: "POST /api/events/websocket/orion",
    body: { ...SET_BLOCK.websocket(s).body, mediaBase64: false },
  });
  expect(requests).toContainEqual({
    call: "POST /api/instance/s3/orion",
    body: { ...SET_BLOCK.s3(s).body, bucket: "media2" },
  });
});

describe("one of three changed blocks fails", () => {
  const changed = ({ declared }: Scenario) =>
    withFields(
      withFields(withFields(declared, "s3", { bucket: "media2" }), "websocket", { mediaBase64: false }),
      "settings",
      { ignoreStatus: false },
    );

  test("the others are recorded, the failed one is named, and the next update sends just that one", async () => {
    const s = await scenario();
    const before = await s.created(s.declared);
    s.emulator.fault({ kind: "reject-block", block: "s3", message: "No such bucket" });
    const args = s.args(changed(s));
    const state = await s.process().update("orion", before, args);
    expect(s.emulator.requests()).toHaveLength(3);
    expect(state["warnings"]).toEqual([expect.stringMatching(/^s3 is not as declared: No such bucket/)]);
    expect(knownIn(state).observed).toMatchObject({
      websocket: { mediaBase64: false },
      settings: { ignoreStatus: false },
      s3: { bucket: "example-media", error: expect.stringContaining("No such bucket") as unknown },
    });

    expect(s.process().diff(state, args)).toMatchObject({ changes: true, replaces: [] });
    s.emulator.clearFaults();
    s.emulator.clearRequests();
    const healed = await s.process().update("orion", state, args);
    expect(sent(s.emulator)).toEqual([
      { call: "POST /api/instance/s3/orion", body: { ...SET_BLOCK.s3(s).body, bucket: "media2" } },
    ]);
    expect(healed["warnings"]).toBeUndefined();
    expect(s.process().diff(healed, args)).toMatchObject({ changes: false });
  });

  test('with onBlockFailure: "fail" the same is recorded, and the update fails', async () => {
    const s = await scenario();
    const declared = { ...s.declared, onBlockFailure: "fail" };
    const before = await s.created(declared);
    s.emulator.fault({ kind: "reject-block", block: "s3", message: "No such bucket" });
    const warned = await s.process().update("orion", before, s.args(changed(s)));

    const args = s.args({ ...changed(s), onBlockFailure: "fail" });
    const failure = await partialFailureOf(s.process().update("orion", before, args));
    expect(failure.id).toBe("orion");
    expect(failure.message).toMatch(/"orion".*s3: No such bucket/);
    expect(failure.state).toEqual({ ...warned, onBlockFailure: "fail" });
    expect(s.process().diff(failure.state, args)).toMatchObject({ changes: true });
  });

  test("a block that could not be withdrawn is withdrawn by the next update", async () => {
    const s = await scenario();
    const before = await s.created(s.declared);
    s.emulator.fault({ kind: "reject-block", block: "s3", message: "Try later", times: 1 });
    const args = s.args(without(s.declared, "s3"));
    const failure = await partialFailureOf(s.process().update("orion", before, args));
    expect(failure.message).toContain("Try later");
    // Its secret stands nowhere in the inputs any more, so Pulumi would store it in clear.
    expect(JSON.stringify(failure.state)).not.toContain(JSON.stringify(s.secrets.s3SecretKey));
    expect(s.process().diff(failure.state, args).changes).not.toBe(false);
    s.emulator.clearRequests();
    const state = await s.process().update("orion", failure.state, args);
    expect(sent(s.emulator)).toEqual(WITHDRAWN.s3);
    expect(s.process().diff(state, args)).toMatchObject({ changes: false });
    expect(state["observed"]).not.toHaveProperty("s3");
  });
});
