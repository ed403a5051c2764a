import { createRequire } from "node:module";

import type { Inputs } from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";

import { pluginProcess } from "../../plugin/plugin-process.mts";
import { nativeFace } from "../../support/native.mts";
import { serviceFor } from "../../support/service.mts";
import { stackFor } from "../../support/stack.mts";

const require = createRequire(import.meta.url);
const native = nativeFace(require("pulumi-ryzeapi") as typeof import("pulumi-ryzeapi"));
const pulumi = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

class Provider extends pulumi.ProviderResource {
  constructor(name: string, config: Inputs) {
    super("ryzeapi", name, { ...config, token: pulumi.secret(config["token"]) });
  }
}

test("one process for several providers, as under a debugger, keeps their accounts apart", async ({
  onTestFinished,
}) => {
  const accounts = ["acc_default", "acc_second", "acc_third"];
  const { emulator, chatwootUrl } = await serviceFor({ accounts: accounts.map((token) => ({ token })) });
  const { port } = await pluginProcess();
  vi.stubEnv("PULUMI_DEBUG_PROVIDERS", `ryzeapi:${port}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const refused = { baseUrl: chatwootUrl, accountId: 1, apiToken: "refused" };
  const stack = await stackFor({
    endpoint: emulator.url,
    token: "acc_default",
    program: () => {
      new native.RyzeInstance("of-default", { name: "orion" });
      for (const token of ["acc_second", "acc_third"]) {
        const provider = new Provider(token, { token, endpoint: emulator.url });
        new native.RyzeInstance(`of-${token}`, { name: "orion", chatwoot: refused }, { provider });
        new native.RyzeInstance(`more-of-${token}`, { name: token }, { provider });
      }
      return Promise.resolve();
    },
  });
  await stack.up();
  expect(accounts.map((token) => emulator.instanceNames(token).sort())).toEqual([
    ["orion"],
    ["acc_second", "orion"],
    ["acc_third", "orion"],
  ]);
  for (const token of ["acc_second", "acc_third"])
    expect(stack.diagnostics("warning", `of-${token}`)).toEqual([
      expect.stringContaining("chatwoot is not as declared"),
    ]);
  await stack.refresh();
  await stack.destroy();
  expect(accounts.map((token) => emulator.instanceNames(token))).toEqual([[], [], []]);
});
