import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { expectNoSecrets } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";
import { stackOfOrion } from "../support/stack.mts";
import { plansFor } from "./plans.mts";

test("a preview shows exactly what changes, in the program and out of band, and no secret", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ limits: false });
  const declared = everyBlock(secrets, chatwootUrl);
  let args: RyzeInstanceArgs = declared;
  const stack = await stackOfOrion(emulator, () => args);
  await stack.up();
  emulator.clearRequests();

  args = { ...declared, webhook: { ...declared.webhook, url: "https://app.example.com/2" } };
  const url = await stack.preview();
  expect(plansFor(stack.events, "orion")).toEqual([{ op: "update", paths: ["webhook.url"] }]);
  expect(url.stdout).toContain('~ url: "https://app.example.com/whatsapp" => "https://app.example.com/2"');

  const drifted = "Drifted-Authorization";
  args = { ...declared, webhook: { ...declared.webhook, authorization: drifted } };
  const authorization = await stack.preview();
  expect(plansFor(stack.events, "orion")).toEqual([{ op: "update", paths: ["webhook.authorization"] }]);
  expect(authorization.stdout).toContain("~ authorization: [secret] => [secret]");
  expect(routes()).toEqual([]);

  args = declared;
  emulator.patchInstance("orion", {
    webhooks: { default: { authorization: drifted } },
    settings: { ignoreStatus: false },
    proxy: { host: "proxy2.example.com" },
  });
  const drift = await stack.preview({ refresh: true });
  const paths = ["proxy.host", "settings.ignoreStatus", "webhook.authorization"];
  expect(plansFor(stack.events, "orion")).toEqual([
    { op: "refresh", paths },
    { op: "update", paths },
  ]);
  expect(drift.stdout).toMatch(/~ host *: "proxy2\.example\.com" => "proxy\.example\.com"/);
  await expectNoSecrets({ drifted, ...secrets }, stack, emulator);

  await expect(stack.preview({ refresh: true, expectNoChanges: true })).rejects.toThrow(
    "no changes were expected",
  );
  await expect(stack.refresh({ expectNoChanges: true })).rejects.toThrow("no changes were expected");
  await stack.up();
  expect(plansFor(stack.events, "orion")).toEqual([{ op: "update", paths }]);

  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  await stack.preview({ refresh: true, expectNoChanges: true });
  await stack.refresh({ expectNoChanges: true });
});
