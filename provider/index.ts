/**
 * The dynamic providers of this package. The state of every resource names this module and one of its exports, so
 * both must stay where they are.
 *
 * @module
 */
import type { dynamic } from "@pulumi/pulumi";
import { engineCancellation } from "./faces/dynamic/cancellation.ts";
import type { Configuration } from "./lifecycle/configuration.ts";
import { dynamicProvider } from "./faces/dynamic/provider.ts";
import { InstanceLifecycle } from "./lifecycle/instance.ts";
import type { Host } from "./lifecycle/lifecycle.ts";
import { Service } from "./ryzeapi/service.ts";
import { defined } from "./values.ts";
import { WebhookLifecycle } from "./lifecycle/webhook.ts";

let configured: Configuration = {};

/** What a provider process prints is shown under the stack's diagnostics. */
function notice(line: string): void {
  console.error(line);
}

/** One for all resources of the process, which share its limits, listings and connections. */
const host: Host = {
  service: new Service({ notice, cancelled: engineCancellation() }),
  configured: () => [configured],
  environment: process.env,
  notice,
  warn: (line) => {
    notice(`WARNING: ${line}`);
  },
};

/** Takes what stands under `ryzeapi:` in the stack's configuration. */
function configure({ config }: dynamic.ConfigureRequest): void {
  configured = defined({
    token: config.get("ryzeapi:token"),
    endpoint: config.get("ryzeapi:endpoint"),
    protectPaired: config.get("ryzeapi:protectPaired"),
    adopt: config.get("ryzeapi:adopt"),
  });
}

/** The provider of RyzeInstance. */
export const instance = dynamicProvider(new InstanceLifecycle(host), configure);

/** The provider of RyzeWebhook. */
export const webhook = dynamicProvider(new WebhookLifecycle(host), configure);
