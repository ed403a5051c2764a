/**
 * The dynamic providers of this package. The state of every resource names this module and one of its exports, so
 * both must stay where they are.
 *
 * @module
 */
import type { dynamic } from "@pulumi/pulumi";
import { engineCancellation } from "./faces/dynamic/cancellation.ts";
import { CONFIGURATION_NAMES, type Configuration } from "./lifecycle/configuration.ts";
import { dynamicProvider } from "./faces/dynamic/provider.ts";
import { InstanceLifecycle } from "./lifecycle/instance.ts";
import { hostWith } from "./lifecycle/lifecycle.ts";
import { defined } from "./values.ts";
import { WebhookLifecycle } from "./lifecycle/webhook.ts";

let configured: Configuration = {};

/** What a provider process prints is shown under the stack's diagnostics. */
function notice(line: string): void {
  console.error(line);
}

/** One for all resources of the process, which share its limits, listings and connections. */
const host = hostWith({
  caller: "dynamic",
  canCheckDrift: false,
  configured: () => [configured],
  notice,
  warn: (line) => {
    notice(`WARNING: ${line}`);
  },
  cancelled: engineCancellation(),
});

/** Takes what stands under `ryzeapi:` in the stack's configuration. */
function configure({ config }: dynamic.ConfigureRequest): void {
  const given = CONFIGURATION_NAMES.map((name) => [name, config.get(`ryzeapi:${name}`)] as const);
  configured = defined(Object.fromEntries(given));
}

/** The provider of RyzeInstance. */
export const instance = dynamicProvider(new InstanceLifecycle(host), configure);

/** The provider of RyzeWebhook. */
export const webhook = dynamicProvider(new WebhookLifecycle(host), configure);
