import { createRequire } from "node:module";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

import type { CustomResourceOptions, Inputs } from "@pulumi/pulumi";

type Package = typeof import("pulumi-ryzeapi");

const require = createRequire(import.meta.url);
const pulumi = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

export const NATIVE_INSTANCE = "ryzeapi:index:Instance";
const NATIVE_WEBHOOK = "ryzeapi:index:Webhook";

/** What an SDK that is generated from the plugin's schema has, under the names of the package for TypeScript. */
export function nativeFace(ryzeapi: Package): Package {
  return {
    ...ryzeapi,
    RyzeInstance: resourceOf(
      NATIVE_INSTANCE,
      [...INSTANCE_ARGUMENTS, "tokenDeclared", "observed", "status", "numberJid", "warnings"],
      ["token"],
    ) as unknown as Package["RyzeInstance"],
    RyzeWebhook: resourceOf(
      NATIVE_WEBHOOK,
      [...WEBHOOK_ARGUMENTS, "observed"],
      ["token", "authorization"],
    ) as unknown as Package["RyzeWebhook"],
  };
}

/** An explicit provider of the plugin. */
export class NativeProvider extends pulumi.ProviderResource {
  constructor(name: string, config: { readonly token: string; readonly endpoint: string }) {
    super("ryzeapi", name, { ...config, token: pulumi.secret(config.token) });
  }
}

/** The folder of the built plugin in front of a PATH, on which the engine looks for it. */
export function pathWithPlugin(path: string): string {
  return [fileURLToPath(new URL("../../dist/plugin", import.meta.url)), path].join(delimiter);
}

const INSTANCE_ARGUMENTS = [
  ...["name", "token", "proxy", "webhook", "websocket", "chatwoot", "settings", "s3"],
  ...["adopt", "onBlockFailure", "account"],
];
const WEBHOOK_ARGUMENTS = [
  ...["instance", "label", "token", "adopt", "account"],
  ...["enabled", "url", "authorization", "byEvents", "events", "mediaBase64"],
];

/** Names every output, and marks the secrets at the top level, as generated code does; the plugin marks the others. */
function resourceOf(type: string, outputs: readonly string[], secrets: readonly string[]) {
  return class extends pulumi.CustomResource {
    constructor(name: string, args: Inputs = {}, opts: CustomResourceOptions = {}) {
      const unset = Object.fromEntries(outputs.map((output) => [output, undefined]));
      const marked = secrets
        .filter((secret) => args[secret] !== undefined)
        .map((secret) => [secret, pulumi.secret(args[secret])] as const);
      const inputs: Inputs = { ...unset, ...args, ...Object.fromEntries(marked) };
      super(type, name, inputs, pulumi.mergeOptions(opts, { additionalSecretOutputs: [...secrets] }));
    }
  };
}
