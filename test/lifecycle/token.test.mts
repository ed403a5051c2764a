import { expect, test } from "vitest";
import { checked, create, lifecycleFor } from "../support/lifecycle.mts";
import { serviceFor } from "../support/service.mts";

test("a token that looks changed never replaces an instance, and a warning says so", async () => {
  const { emulator } = await serviceFor();
  const declared = { name: "orion", token: "declared-token" };
  const state = await create(lifecycleFor(emulator), declared);
  emulator.patchInstance("orion", { token: "another-token", state: "connected" });

  const lifecycle = lifecycleFor(emulator);
  const read = await lifecycle.read("orion", state);
  const args = checked(lifecycle, declared);
  expect(lifecycle.diff(read?.state ?? {}, args)).toMatchObject({ changes: false, replaces: [] });
  expect(read?.inputs).toEqual(args);
  expect(read?.state["warnings"]).toEqual([expect.stringMatching(/^token: this instance has another token/)]);
  expect(JSON.stringify(read?.state)).not.toContain("another-token");
});

test("its calls go on with the account's token", async () => {
  const { emulator } = await serviceFor();
  const lifecycle = lifecycleFor(emulator);
  const state = await create(lifecycle, { name: "orion", token: "declared-token" });
  emulator.patchInstance("orion", { token: "another-token" });
  emulator.clearRequests();

  const declared = { name: "orion", token: "declared-token", websocket: {} };
  await lifecycle.update("orion", state, checked(lifecycle, declared));
  expect(emulator.requests().map(({ token, status }) => [token, status])).toEqual([
    ["invalid", 401],
    ["account", 200], // whether this account holds the instance
    ["account", 200],
  ]);
  expect(emulator.instance("orion")?.websocket).toMatchObject({ enabled: true });
});
