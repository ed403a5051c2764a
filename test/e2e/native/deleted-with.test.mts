import { expect, test } from "vitest";

import { OUR_NUMBER, twoAccounts } from "../../lifecycle/accounts.mts";
import { ryzeapi } from "../../support/stack.mts";
import { refused, stackOfOurs } from "../our-stack.mts";

const { RyzeInstance, RyzeWebhook } = ryzeapi;

test("`deletedWith` forgets a webhook whose instance is kept after all; `adopt` has it back, as drift says", async () => {
  const w = await twoAccounts();
  let adopt = false;
  const stack = await stackOfOurs(w, () => {
    const orion = new RyzeInstance("orion");
    new RyzeWebhook(
      "audit",
      { instance: "orion", url: "https://audit.example.com", adopt },
      { deletedWith: orion, dependsOn: orion },
    );
  });
  await stack.configure("ryzeapi:protectPaired", "true");
  await stack.up();
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  const url = () => w.emulator.instance("orion", w.ours)?.webhooks["audit"]?.url;

  expect(await refused(w, stack, () => stack.destroy())).toContain("is paired with");
  expect(url()).toBe("https://audit.example.com");
  expect(await stack.exported()).not.toContain("audit.example.com");

  adopt = true;
  await stack.up();
  expect(await stack.exported()).toContain("audit.example.com");
  expect(url()).toBe("https://audit.example.com");
});
