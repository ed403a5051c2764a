import { createRequire } from "node:module";

import type { Inputs, ProviderResource } from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { everyBlock } from "../../support/instance.mts";
import { expectNoSecrets } from "../../support/secrets.mts";
import { serviceFor } from "../../support/service.mts";
import { nativeFace } from "../../support/native.mts";
import { stackFor } from "../../support/stack.mts";

const require = createRequire(import.meta.url);
const dynamic = require("pulumi-ryzeapi") as typeof import("pulumi-ryzeapi");
const pulumi = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
const native = nativeFace(dynamic);

/** What the schema gives every generated SDK. */
const alias = (resource: string) => ({ aliases: [{ type: `pulumi-nodejs:dynamic/ryzeapi:${resource}` }] });

class Provider extends pulumi.ProviderResource {
  constructor(name: string, config: Inputs) {
    super("ryzeapi", name, { ...config, token: pulumi.secret(config["token"]) });
  }
}

test("a program changes over from the dynamic resources to the native ones without a request", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const blocks = everyBlock(secrets, chatwootUrl);
  const audit = { url: "https://audit.example.com", authorization: secrets.webhookAuthorization };
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const orion = new dynamic.RyzeInstance("orion", blocks);
      new dynamic.RyzeWebhook("audit", { instance: orion.name, token: orion.token, ...audit });
      return Promise.resolve();
    },
  });
  await stack.up();
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  emulator.clearRequests();

  let settings: { ignoreStatus: boolean } = blocks.settings;
  stack.program = () => {
    const orion = new native.RyzeInstance("orion", { ...blocks, settings }, alias("RyzeInstance"));
    new native.RyzeWebhook(
      "audit",
      { instance: orion.name, token: orion.token, ...audit },
      alias("RyzeWebhook"),
    );
    return Promise.resolve();
  };
  const { changeSummary } = await stack.preview();
  expect(changeSummary).toEqual({ same: 3 });
  const { summary } = await stack.up();
  expect(summary.resourceChanges).toEqual({ same: 3 });
  expect(routes()).toEqual([]);
  expect(await stack.exported()).toContain("ryzeapi:index:Webhook");
  expect(await stack.instances()).toMatchObject([{ id: "orion", type: "ryzeapi:index:Instance" }]);

  settings = { ...blocks.settings, ignoreStatus: false };
  await stack.up();
  expect(routes()).toEqual(["POST /api/instance/settings/:instance"]);
  await stack.refresh();
  expect(await stack.exported()).not.toContain("__provider");
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 3 });
  expect(emulator.instance("orion")).toMatchObject({ state: "connected" });
  await expectNoSecrets(secrets, stack, emulator);
});

test("the plugin comes from another address, as after the repository has moved: nothing is replaced", async () => {
  const { emulator, routes } = await serviceFor();
  let pluginDownloadURL: string | undefined;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const opts = pluginDownloadURL === undefined ? {} : { pluginDownloadURL };
      new native.RyzeInstance("orion", { websocket: {} }, opts);
      return Promise.resolve();
    },
  });
  await stack.up();
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  emulator.clearRequests();

  for (const owner of ["one", "two"]) {
    pluginDownloadURL = `github://api.github.com/${owner}/pulumi-ryzeapi`;
    const { changeSummary } = await stack.preview();
    expect(changeSummary).toEqual({ same: 2 });
    const { summary } = await stack.up();
    expect(summary.resourceChanges).toEqual({ same: 2 });
  }
  expect(routes()).toEqual([]);
  expect(emulator.instance("orion")).toMatchObject({ state: "connected" });
  await stack.destroy();
  expect(emulator.instanceNames()).toEqual([]);
});

test("from the default provider to one of its own, with another token: nothing is replaced", async () => {
  const { emulator, routes } = await serviceFor({ accounts: [{ token: "acc_old" }] });
  let provider: ProviderResource | undefined;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: "acc_old",
    program: () => {
      new native.RyzeInstance("orion", { websocket: {} }, provider && { provider });
      return Promise.resolve();
    },
  });
  await stack.up();
  emulator.clearRequests();
  const program = stack.program;
  stack.program = (...args) => {
    provider = new Provider("other", { token: "acc_old", endpoint: emulator.url });
    return program(...args);
  };
  const { summary } = await stack.up();
  expect(summary.resourceChanges).not.toHaveProperty("replace");
  expect(routes()).toEqual([]);
  expect(emulator.instanceNames()).toEqual(["orion"]);
});
