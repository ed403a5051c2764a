import { chmod, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, inject, test, vi } from "vitest";

import {
  noPlainProxyInProduction,
  s3PrefixPerInstance,
  webhooksAreSafe,
} from "../../examples/policy/policies.ts";
import { repository } from "../package/packed.mts";
import { NATIVE_INSTANCE, pathWithPlugin } from "../support/native.mts";
import { serviceFor } from "../support/service.mts";
import { RYZE_INSTANCE } from "../support/stack.mts";
import { commandsIn, examples, projectFor } from "./project.mts";

vi.setConfig({ testTimeout: 180_000 });

/** By face of the provider, where a program has its resources from; generated code passes arguments on like this. */
const SDKS = {
  package: `import { RyzeInstance, RyzeWebhook } from "pulumi-ryzeapi";`,
  plugin: `
import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
class RyzeInstance extends CustomResource {
  declare readonly name: string;
  constructor(name: string, args: object = {}, opts?: CustomResourceOptions) {
    super("ryzeapi:index:Instance", name, { name: undefined, numberJid: undefined, ...args }, opts);
  }
}
class RyzeWebhook extends CustomResource {
  constructor(name: string, args: object) {
    super("ryzeapi:index:Webhook", name, { ...args });
  }
}`,
} as const;

const VIOLATING = `
const orion = new RyzeInstance("orion", {
  proxy: { host: "proxy.example.com", port: 8080, protocol: "http" },
  webhook: { url: "http://app.example.com" },
  s3: { region: "us-east-1", bucket: "media", accessKey: "key", secretKey: "secret", pathPrefix: "media/" },
});
new RyzeWebhook("audit", { instance: orion.name, url: "https://audit.example.com" });
`;

const COMPLYING = `
const authorization = "Bearer example";
const orion = new RyzeInstance("orion", {
  proxy: { host: "proxy.example.com", port: 1080, protocol: "socks5" },
  webhook: { url: "https://app.example.com", authorization },
  s3: { region: "us-east-1", bucket: "media", accessKey: "key", secretKey: "secret", pathPrefix: "media/orion/" },
}, { protect: true });
new RyzeWebhook("audit", { instance: orion.name, url: "https://audit.example.com", authorization });
new RyzeInstance("vega");
`;

test.each(["package", "plugin"] as const)(
  "the CLI stops what violates a policy, not what complies: %s",
  async (face) => {
    const { emulator } = await serviceFor();
    const { directory, ...project } = await projectFor("drift", emulator);
    const withPlugin = `export PATH="${pathWithPlugin("$PATH")}"; `;
    const ok = (script: string) => project.ok(withPlugin + script);
    const sh = (script: string) => project.sh(withPlugin + script);
    const pack = await policyPack(dirname(directory));
    const program = (text: string) => writeFile(join(directory, "index.ts"), SDKS[face] + text);
    await project.initStack("production");

    await program(VIOLATING);
    const stopped = await sh(`pulumi preview --policy-pack ${pack}`);
    expect(stopped.code).not.toBe(0);
    expect(violationsIn(stopped.stdout)).toEqual([
      "no-plain-proxy-in-production orion",
      "s3-prefix-per-instance orion",
      "webhooks-are-safe audit",
      "webhooks-are-safe orion",
      "webhooks-are-safe orion",
    ]);

    await program(COMPLYING);
    expect(violationsIn(await ok(`pulumi up --skip-preview --policy-pack ${pack}`))).toEqual([]);
    expect(emulator.instanceNames().sort()).toEqual(["orion", "vega"]);

    for (const name of ["orion", "vega"]) {
      emulator.patchInstance(name, { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
    }
    await ok("pulumi refresh");
    const [, , configuration = ""] = await commandsIn("policy");
    await writeFile(join(directory, "policy.json"), configuration);
    const paired = await sh(`pulumi preview --policy-pack ${pack} --policy-pack-config policy.json`);
    expect(paired.code).not.toBe(0);
    expect(violationsIn(paired.stdout)).toEqual([
      "no-plain-proxy-in-production orion",
      "paired-instances-are-protected vega",
    ]);
  },
);

/** `policy resource` of every violation that the CLI shows, sorted. */
function violationsIn(output: string): string[] {
  return [...output.matchAll(/\[mandatory\] +(\S+) +\(.*: (\S+)\)/g)]
    .map(([, policy = "", resource = ""]) => `${policy} ${resource}`)
    .sort();
}

/** The CLI that is built with Go runs no pack in a folder, whose language host would have to start it, only a program. */
async function policyPack(folder: string): Promise<string> {
  const pack = join(examples, "policy");
  const { source } = inject("pulumiCli");
  if (source !== "built" && source !== "cache") return pack;
  const program = join(folder, "policy-pack");
  const runner = join(repository, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
  await writeFile(program, `#!/bin/sh\ncd "${pack}" && exec node "${runner}" "$@" .\n`);
  await chmod(program, 0o755);
  return program;
}

describe("the finer points", () => {
  test("the plugin's instances are checked as the package's are", () => {
    const declared = {
      webhook: { enabled: true },
      s3: { enabled: true },
      proxy: { enabled: true, protocol: "http" },
    };
    for (const policy of [webhooksAreSafe, s3PrefixPerInstance, noPlainProxyInProduction])
      expect(violations(policy, declared, { type: NATIVE_INSTANCE })).toEqual(violations(policy, declared));
  });

  const proxy = (protocol: string) => ({ proxy: { enabled: true, host: "proxy.example.com", protocol } });
  const webhook = { enabled: true, url: "https://app.example.com", authorization: "Bearer example" };

  test.each([
    ["http", "production", 1],
    ["http", "staging", 0],
    ["socks5", "production", 0],
    ["https", "production", 0],
  ])("a proxy by %s in the stack %s: %i violations", (protocol, stack, count) => {
    expect(violations(noPlainProxyInProduction, proxy(protocol), { stack })).toHaveLength(count);
  });

  test("protocols and stacks are configuration", () => {
    const config = { stacks: ["main"], protocols: ["https"] };
    expect(violations(noPlainProxyInProduction, proxy("socks5"), { stack: "main", config })).toHaveLength(1);
    expect(violations(noPlainProxyInProduction, proxy("socks5"), { config })).toHaveLength(0);
  });

  test.each([
    [webhook, 0],
    [{ ...webhook, url: "http://app.example.com" }, 1],
    [{ ...webhook, authorization: "" }, 1],
    [{ enabled: true, url: "http://app.example.com" }, 2],
    [{ enabled: false }, 0],
  ])("the webhook %o: %i violations", (declared, count) => {
    expect(violations(webhooksAreSafe, { webhook: declared })).toHaveLength(count);
  });

  test.each([
    ["orion/", 0],
    ["media/orion/", 0],
    ["orion/2026/", 0],
    ["orion", 1],
    ["orion-2/", 1],
    ["media/", 1],
    [undefined, 1],
  ])("the S3 prefix %s of orion: %i violations", (pathPrefix, count) => {
    expect(violations(s3PrefixPerInstance, { s3: { enabled: true, pathPrefix } })).toHaveLength(count);
  });

  test("a block that is off, or that is not there, violates nothing", () => {
    const off = {
      webhook: { enabled: false },
      s3: { enabled: false },
      proxy: { enabled: false, protocol: "http" },
    };
    for (const policy of [webhooksAreSafe, s3PrefixPerInstance, noPlainProxyInProduction]) {
      expect(violations(policy, off)).toEqual([]);
      expect(violations(policy, {})).toEqual([]);
      expect(
        violations(policy, { webhook: {}, s3: { enabled: true } }, { type: "aws:s3/bucket:Bucket" }),
      ).toEqual([]);
    }
  });
});

interface Circumstances {
  readonly type?: string;
  readonly stack?: string;
  readonly config?: object;
}

function violations(
  { validateResource }: ResourceValidationPolicy,
  blocks: object,
  { type = RYZE_INSTANCE, stack = "production", config = DEFAULTS }: Circumstances = {},
): string[] {
  const found: string[] = [];
  const args = {
    type,
    props: { name: "orion", ...blocks },
    urn: `urn:pulumi:${stack}::project::${type}::orion`,
    getConfig: () => config,
  } as unknown as ResourceValidationArgs;
  const report: ReportViolation = (message) => void found.push(message);
  for (const validate of [validateResource ?? []].flat()) void validate(args, report);
  return found;
}

/** What the CLI gives to the policy where nothing is configured. */
const DEFAULTS = { stacks: ["production"], protocols: ["https", "socks5"] };
