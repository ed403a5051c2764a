import { expect, test } from "vitest";

import type { InstanceState } from "../../provider/lifecycle/state.ts";
import type { Emulator } from "../emulator/emulator.mts";
import { checked, create, lifecycleFor } from "../support/lifecycle.mts";
import { serviceFor } from "../support/service.mts";

/** A paired instance as a refresh has seen it, declared with `protectPaired`. */
async function pairedInstance(emulator: Emulator): Promise<InstanceState> {
  const state = await create(lifecycleFor(emulator), { name: "orion", account: { protectPaired: true } });
  emulator.pair("orion");
  return (await lifecycleFor(emulator).read("orion", state))?.state ?? {};
}

test("a replacement that is allowed in the same change is refused before there are two instances", async () => {
  const { emulator } = await serviceFor();
  const state = await pairedInstance(emulator);
  const lifecycle = lifecycleFor(emulator);
  const news = checked(lifecycle, { name: "vega", account: { protectPaired: false } });
  // The deletion would be asked with what stands in the state, and refused after "vega" was created.
  expect(() => lifecycle.diff(state, news)).toThrow(
    /"orion" is not replaced.*and after that what you wanted/s,
  );
});

test("one that was allowed by an `up` before is planned", async () => {
  const { emulator } = await serviceFor();
  const state = await pairedInstance(emulator);
  const lifecycle = lifecycleFor(emulator);
  const allowed = checked(lifecycle, { name: "orion", account: { protectPaired: false } });
  const updated = await lifecycle.update("orion", state, allowed);
  const news = checked(lifecycleFor(emulator), { name: "vega", account: { protectPaired: false } });
  expect(lifecycleFor(emulator).diff(updated, news).replaces).toEqual(["name"]);
});
