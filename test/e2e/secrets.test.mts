import { randomUUID } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { everyBlock, everyField } from "../support/instance.mts";
import { expectNoSecrets, type Markers } from "../support/secrets.mts";
import { CREATE, serviceFor } from "../support/service.mts";
import { isNative, ryzeapi, stackFor, type TestStack, stackOfOrion } from "../support/stack.mts";
import { Upstream } from "../support/upstream.mts";

/** How an encrypted value looks in a state. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const encrypted: unknown = expect.objectContaining(SECRET);

async function inputsOf(stack: TestStack, name: string) {
  const found = (await stack.instances()).find(({ urn }) => urn.endsWith(`::${name}`));
  expect(found).toBeDefined();
  return { inputs: found?.inputs ?? {}, outputs: found?.outputs ?? {} };
}

/** The declaration with its secrets encrypted and all else readable. */
function readable(secrets: Markers, chatwootUrl: string) {
  const blocks = everyBlock(secrets, chatwootUrl);
  return {
    ...blocks,
    token: encrypted,
    proxy: { ...blocks.proxy, password: encrypted },
    webhook: { ...blocks.webhook, authorization: encrypted },
    chatwoot: { ...blocks.chatwoot, apiToken: encrypted },
    s3: { ...blocks.s3, secretKey: encrypted },
  };
}

test("plain strings become secrets, each at its own place and nothing around it", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: undefined,
    program: () => {
      const account = { token: secrets.accountToken };
      new ryzeapi.RyzeInstance("orion", { ...everyBlock(secrets, chatwootUrl), account });
      new ryzeapi.RyzeInstance("vega", { account });
      return Promise.resolve();
    },
  });
  await stack.preview();
  await stack.up();
  expect(emulator.instance("orion")?.createBody).toEqual(everyField("orion", secrets, chatwootUrl));

  const { inputs, outputs } = await inputsOf(stack, "orion");
  const expected = { ...readable(secrets, chatwootUrl), account: { token: encrypted } };
  expect(inputs).toMatchObject(expected);
  expect(outputs).toMatchObject(expected);
  expect(outputs["observed"]).not.toMatchObject(SECRET);
  const vega = await inputsOf(stack, "vega");
  expect(vega.outputs["token"]).toMatchObject(SECRET);
  const generated = emulator.instance("vega")?.token ?? "";
  expect(generated).not.toBe("");

  await expectNoSecrets({ ...secrets, generated }, stack, emulator);
  await stack.refresh();
  await stack.up();
  await expectNoSecrets({ ...secrets, generated }, stack, emulator);
  await stack.destroy();
  await expectNoSecrets({ ...secrets, generated }, stack, emulator);
});

test("blocks and secrets out of Outputs and Promises arrive, and stay secret", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor();
  const { token, proxy, webhook, chatwoot, s3, ...others } = everyBlock(secrets, chatwootUrl);
  const stack = await stackOfOrion(emulator, () => ({
    ...others,
    token: pulumi.secret(token),
    proxy: pulumi.output(proxy),
    webhook: Promise.resolve(webhook),
    chatwoot: { ...chatwoot, apiToken: pulumi.secret(chatwoot.apiToken) },
    s3: pulumi.output(s3).apply((block) => ({ ...block, secretKey: pulumi.secret(block.secretKey) })),
  }));
  await stack.preview();
  await stack.up();
  expect(emulator.instance("orion")?.createBody).toEqual(everyField("orion", secrets, chatwootUrl));

  const { inputs } = await inputsOf(stack, "orion");
  const { chatwoot: readableChatwoot } = readable(secrets, chatwootUrl);
  expect(inputs).toMatchObject({ token: SECRET, chatwoot: readableChatwoot });
  await expectNoSecrets(secrets, stack, emulator);
  await stack.refresh();
  await expectNoSecrets(secrets, stack, emulator);
});

test("a secret that RyzeAPI repeats in a refusal is shown nowhere", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor();
  const told = Object.values(secrets).join(" ");
  for (const block of ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"] as const) {
    emulator.fault({ kind: "reject-block", block, message: `${block} refused. ${told}` });
  }
  const declared = everyBlock(secrets, chatwootUrl);
  const stack = await stackOfOrion(emulator, () => declared);
  await stack.up();
  expect(stack.diagnostics("warning", "orion").join()).toContain("webhook refused");

  stack.program = () => {
    new ryzeapi.RyzeInstance("orion", { ...declared, onBlockFailure: "fail" });
    return Promise.resolve();
  };
  await expect(stack.up()).rejects.toThrow("webhook refused");
  await stack.refresh();
  await expectNoSecrets(secrets, stack, emulator);
});

test("a secret of another resource is secret in the instance and arrives", async () => {
  const { emulator, secrets, routes } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const upstream = new Upstream("upstream", pulumi.secret(secrets.webhookAuthorization), {
        additionalSecretOutputs: ["value"],
      });
      new ryzeapi.RyzeInstance("orion", {
        webhook: upstream.value.apply((authorization) => ({ url: "https://app.example.com", authorization })),
      });
      return Promise.resolve();
    },
  });
  await stack.preview();
  await stack.up();
  expect(routes()).toContain(CREATE);
  expect(emulator.instance("orion")?.webhooks["default"]?.authorization).toBe(secrets.webhookAuthorization);
  await expectNoSecrets(secrets, stack, emulator);
});

test("what a program makes secret besides is shown nowhere, neither as observed nor in a refusal", async () => {
  const { emulator, routes } = await serviceFor();
  const hidden = { url: `https://hooks.example.com/${randomUUID()}`, bucket: randomUUID() };
  emulator.fault({ kind: "reject-block", block: "webhook", message: `No answer from ${hidden.url}` });
  let hasAudit = false;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const orion = new ryzeapi.RyzeInstance("orion", {
        webhook: { url: pulumi.secret(hidden.url), events: ["message.status"] },
        s3: pulumi.secret({
          region: "us-east-1",
          bucket: hidden.bucket,
          accessKey: "AKIAEXAMPLE",
          secretKey: "example-key",
        }),
      });
      if (hasAudit)
        new ryzeapi.RyzeWebhook("audit", { instance: orion.name, url: pulumi.secret(`${hidden.url}/audit`) });
      return Promise.resolve({ events: orion.observed.apply(({ webhook }) => webhook?.events ?? []) });
    },
  });
  await stack.up();
  expect(stack.diagnostics("warning", "orion")).toEqual([expect.stringContaining("No answer from [secret]")]);
  emulator.clearFaults();
  hasAudit = true;
  await stack.up();
  const outputs = await stack.outputs();
  // What is as declared is no part of the state.
  expect(outputs["events"]).toEqual({ value: isNative ? [] : ["message.status"], secret: false });
  expect(emulator.instance("orion")?.webhooks).toMatchObject({
    default: { url: hidden.url },
    audit: { url: `${hidden.url}/audit` },
  });
  await stack.refresh();
  emulator.clearRequests();
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 3 });
  expect(routes()).toEqual([]);
  await expectNoSecrets(hidden, stack, emulator);
});
