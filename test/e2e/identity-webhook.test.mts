import { expect, test } from "vitest";

import { twoAccounts } from "../lifecycle/accounts.mts";
import { ryzeapi } from "../support/stack.mts";
import { refused, stackOfOurs } from "./our-stack.mts";

const { RyzeInstance, RyzeWebhook } = ryzeapi;

const url = "https://app.example.com";

test("webhooks: one label twice, another label where three are enabled, another account", async () => {
  const w = await twoAccounts();
  const theirs = { audit: { url: "https://theirs.example.com" } };
  w.emulator.patchInstance("orion", { webhooks: theirs }, w.theirs);
  let labels = ["audit", "second", "third"];
  let account = {};
  const stack = await stackOfOurs(w, () => {
    const orion = new RyzeInstance("orion");
    const { name: instance, token } = orion;
    for (const [index, label] of labels.entries())
      new RyzeWebhook(`webhook-${String(index)}`, {
        instance,
        token,
        label,
        url: `${url}/${label}`,
        account,
      });
  });
  const enabled = () => {
    const webhooks = Object.values(w.emulator.instance("orion", w.ours)?.webhooks ?? {});
    return webhooks.flatMap((each) => (each.enabled ? [each.label] : [])).sort();
  };
  const TWICE =
    'label names the webhook "audit" of the instance "orion", which another resource of this program';
  await stack.up();
  labels = ["audit", "second", "audit"];
  for (const operation of [() => stack.preview(), () => stack.up()])
    expect(await refused(w, stack, operation)).toContain(TWICE);

  labels = ["audit", "second", "renamed"];
  await stack.up();
  expect(enabled()).toEqual(["audit", "renamed", "second"]);

  account = { token: w.theirs };
  expect(await refused(w, stack, () => stack.up())).toContain('The instance "orion" was not changed');
  account = {};
  await stack.destroy();
  expect(w.emulator.instance("orion", w.theirs)?.webhooks).toMatchObject({ audit: { enabled: true } });
});
