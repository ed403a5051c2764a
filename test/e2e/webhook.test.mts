import { expect, test } from "vitest";

import { expectNoSecrets } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";
import { Upstream } from "../support/upstream.mts";

const { RyzeInstance, RyzeWebhook } = ryzeapi;

const SET = "POST /api/events/webhook/:instance";

test("a webhook beside the default one is made, changed, put back, and switched off with its instance", async () => {
  const { emulator, secrets, routes } = await serviceFor();
  const declared = { url: "https://audit.example.com/1", authorization: secrets.webhookAuthorization };
  let label: string | undefined = "audit";
  const program = () => {
    const orion = new RyzeInstance("orion", { webhook: { url: "https://app.example.com" } });
    if (label !== undefined)
      new RyzeWebhook(label, { instance: orion.name, token: orion.token, ...declared });
    return Promise.resolve();
  };
  const stack = await stackFor({ endpoint: emulator.url, token: emulator.accountToken, program });
  const audit = () => emulator.instance("orion")?.webhooks["audit"];

  await stack.up();
  expect(audit()).toMatchObject({ enabled: true, ...declared });
  emulator.clearRequests();
  await stack.up();
  expect(routes()).toEqual([]);

  declared.url = "https://audit.example.com/2";
  await stack.up();
  expect(emulator.requests()).toMatchObject([
    { route: SET, token: "instance", body: { label: "audit", enabled: true, ...declared } },
  ]);

  emulator.patchInstance("orion", { webhooks: { audit: { enabled: false } } });
  await stack.refresh();
  await stack.up();
  expect(audit()).toMatchObject({ enabled: true, ...declared });

  label = undefined;
  await stack.up();
  expect(audit()).toMatchObject({ enabled: false });
  label = "audit";
  await stack.up();
  expect(audit()).toMatchObject({ enabled: true, ...declared });
  await expectNoSecrets(secrets, stack, emulator);

  await stack.destroy();
  expect(emulator.instanceNames()).toEqual([]);
});

test("a webhook survives the replacement of its instance, and goes with an instance that is gone", async () => {
  const { emulator } = await serviceFor();
  let token = "first-token";
  const program = () => {
    const orion = new RyzeInstance("orion", { token });
    new RyzeWebhook("audit", { instance: orion.name, token: orion.token, url: "https://audit.example.com" });
    return Promise.resolve();
  };
  const stack = await stackFor({ endpoint: emulator.url, token: emulator.accountToken, program });
  await stack.up();
  token = "second-token";
  await stack.up();
  expect(emulator.instance("orion")).toMatchObject({
    token: "second-token",
    webhooks: { audit: { enabled: true, url: "https://audit.example.com" } },
  });

  emulator.patchInstance("orion", { deleted: true });
  await stack.destroy();
});

test("a fourth enabled webhook is refused in the service's words, and a label that is taken is left alone", async () => {
  const { emulator } = await serviceFor();
  const labels = ["one", "two"];
  const program = () => {
    const orion = new RyzeInstance("orion", { webhook: { url: "https://app.example.com" } });
    for (const label of labels) {
      new RyzeWebhook(label, {
        instance: orion.name,
        token: orion.token,
        url: `https://${label}.example.com`,
      });
    }
    return Promise.resolve();
  };
  const stack = await stackFor({ endpoint: emulator.url, token: emulator.accountToken, program });
  await stack.up();

  labels.push("three");
  await expect(stack.up()).rejects.toThrow();
  expect(stack.diagnostics("error", "three").join()).toMatch(
    /POST \/api\/events\/webhook\/:instance.*answered 4\d\d/,
  );
  expect(emulator.instance("orion")?.webhooks["three"]?.enabled ?? false).toBe(false);

  labels.pop();
  emulator.patchInstance("orion", {
    webhooks: { two: { enabled: false }, byHand: { enabled: true, url: "https://by-hand.example.com" } },
  });
  labels.splice(1, 1, "byHand");
  await expect(stack.up()).rejects.toThrow();
  expect(stack.diagnostics("error", "byHand").join()).toMatch(/"byHand" already.*adopt: true/);
  expect(emulator.instance("orion")?.webhooks["byHand"]).toMatchObject({
    url: "https://by-hand.example.com",
  });
});

test("of two with one label that no preview knows, the second is refused, and the first keeps working", async () => {
  const { emulator } = await serviceFor();
  const urls = ["https://first.example.com", "https://second.example.com"];
  const program = () => {
    const { name: instance, token } = new RyzeInstance("orion");
    const { value: label } = new Upstream("label", "audit");
    const { value: orion } = new Upstream("name", "orion");
    const [url = "", other] = urls;
    const first = new RyzeWebhook("first", { instance, token, label, url });
    if (other !== undefined)
      new RyzeWebhook("second", { instance: orion, token, label: "audit", url: other }, { dependsOn: first });
    return Promise.resolve();
  };
  const stack = await stackFor({ endpoint: emulator.url, token: emulator.accountToken, program });
  const audit = () => emulator.instance("orion")?.webhooks["audit"];
  await stack.preview();
  await expect(stack.up()).rejects.toThrow();
  expect(stack.output).toContain('label names the webhook "audit" of the instance "orion", which another');
  expect(audit()).toMatchObject({ enabled: true, url: urls[0] });

  urls.splice(0, 2, "https://first.example.com/changed");
  await stack.up();
  expect(audit()).toMatchObject({ enabled: true, url: urls[0] });
});
