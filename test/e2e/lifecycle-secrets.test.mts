import { randomUUID } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";
import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import { everyBlock, without } from "../support/instance.mts";
import { expectAbsent, expectNoSecrets } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";
import { stackOfOrion } from "../support/stack.mts";

test("no secret stands in clear once it is declared no more, drifted, or could not be withdrawn", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor({ limits: false });
  let args: RyzeInstanceArgs = everyBlock(secrets, chatwootUrl);
  const stack = await stackOfOrion(emulator, () => args);
  await stack.up();

  args = without(args, "token");
  await stack.up();
  await stack.refresh();
  await expectNoSecrets(secrets, stack, emulator);

  const drifted = { webhook: "Drifted-Authorization", chatwoot: "Drifted-Chatwoot-Token" };
  emulator.patchInstance("orion", {
    webhooks: { default: { authorization: drifted.webhook } },
    chatwoot: { apiToken: drifted.chatwoot },
  });
  await stack.refresh();
  expectAbsent(drifted, { "`pulumi stack export`": await stack.exported(), output: stack.output });

  emulator.fault({ kind: "reject-block", block: "s3", message: "Try later" });
  emulator.fault({ kind: "reject-block", block: "proxy", message: "Try later" });
  args = without(args, "s3", "proxy", "webhook", "chatwoot");
  await expect(stack.up()).rejects.toThrow("Try later");
  await expectNoSecrets({ ...secrets, ...drifted }, stack, emulator);
  emulator.clearFaults();
  await stack.refresh();
  await expectNoSecrets({ ...secrets, ...drifted }, stack, emulator);
  await stack.up();
  expect(emulator.instance("orion")).toMatchObject({ s3: { enabled: false }, proxy: { enabled: false } });
  await expectNoSecrets({ ...secrets, ...drifted }, stack, emulator);
});

test("what a program makes secret is not needed to take a block out, and stands nowhere when that failed", async () => {
  const { emulator } = await serviceFor();
  const hidden = { url: `https://hooks.example.com/${randomUUID()}`, message: randomUUID() };
  let args: RyzeInstanceArgs = {
    webhook: { url: pulumi.secret(hidden.url) },
    settings: { callRejectMessage: pulumi.secret(hidden.message) },
  };
  const stack = await stackOfOrion(emulator, () => args);
  await stack.up();
  emulator.fault({ kind: "reject-block", block: "webhook", message: "Try later" });
  emulator.fault({ kind: "reject-block", block: "settings", message: "Try later" });
  args = {};
  await expect(stack.up()).rejects.toThrow("Try later");
  emulator.clearFaults();
  await stack.refresh();
  await expectNoSecrets(hidden, stack, emulator);
  await stack.up();
  expect(emulator.instance("orion")).toMatchObject({
    webhooks: { default: { enabled: false } },
    settings: { callRejectMessage: "" },
  });
  await expectNoSecrets(hidden, stack, emulator);
});
