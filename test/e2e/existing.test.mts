import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import { create } from "../emulator/helpers.mts";
import { OUR_NUMBER, twoAccounts } from "../lifecycle/accounts.mts";
import { CREATE } from "../support/service.mts";
import { ryzeapi } from "../support/stack.mts";
import { stackOfOurs } from "./our-stack.mts";

const { RyzeInstance } = ryzeapi;

const url = "https://app.example.com";

test("what exists is taken over with `adopt`, and by `ryzeapi:adopt: unpaired`", async () => {
  const w = await twoAccounts();
  await create(w.emulator, "vega");
  await create(w.emulator, "orion");
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  let args: RyzeInstanceArgs = { adopt: true };
  const stack = await stackOfOurs(w, () => {
    new RyzeInstance("orion", args);
    new RyzeInstance("vega");
  });
  await stack.configure("ryzeapi:adopt", "unpaired");
  const ids = () => ["orion", "vega"].map((name) => w.emulator.instance(name, w.ours)?.id);
  const before = ids();
  await stack.up();
  args = {};
  await stack.preview({ expectNoChanges: true });
  expect(ids()).toEqual(before);
  expect(stack.output).toContain(
    'The instance "vega" existed already and was never paired: it is taken over',
  );
});

test("a creation that lands after its answer is in the state, and the next up goes on from there", async () => {
  const w = await twoAccounts();
  const stack = await stackOfOurs(w, () => new RyzeInstance("orion", { webhook: { url } }));
  w.emulator.fault({ kind: "land-late", requests: 20, answer: "html", times: 1 });
  w.emulator.fault({ kind: "html", route: CREATE });
  await expect(stack.up()).rejects.toThrow("may still carry out what it was sent");
  expect(await stack.instances()).toMatchObject([{ id: "orion", outputs: { status: "unconfirmed" } }]);
  w.emulator.clearFaults();
  while (w.emulator.instanceNames(w.ours).length === 0) await fetch(`${w.emulator.url}/health`);
  const { id } = w.emulator.instance("orion", w.ours) ?? {};
  await stack.up();
  expect(w.emulator.instance("orion", w.ours)).toMatchObject({ id, webhooks: { default: { url } } });
  expect(await stack.instances()).toMatchObject([{ id: "orion", outputs: { status: "disconnected" } }]);
});
