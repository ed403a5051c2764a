import type { Configuration } from "../../provider/lifecycle/configuration.ts";
import { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { Host } from "../../provider/lifecycle/lifecycle.ts";
import { WebhookLifecycle } from "../../provider/lifecycle/webhook.ts";
import { Service } from "../../provider/ryzeapi/service.ts";

/** What a provider process of one `pulumi` command is told, and how its waits are shortened. */
export interface Told {
  /** Several: the present configuration, and then the one of the state. */
  readonly configured: readonly [Configuration, ...Configuration[]];
  readonly environment?: NodeJS.ProcessEnv;
  /** Of its timeouts and back-offs. */
  readonly timeoutFactor?: number;
  /** Ends its waits, as the engine does when a deployment is cancelled. */
  readonly cancelled?: AbortSignal;
}

/** The core of the provider as a new process has it. */
export interface ProviderProcess {
  readonly host: Host;
  readonly instance: InstanceLifecycle;
  readonly webhook: WebhookLifecycle;
  /** All that it said to people, warnings included. */
  readonly notices: string[];
  readonly warnings: string[];
}

export function providerProcess({
  configured,
  environment = {},
  timeoutFactor = 0.1,
  cancelled,
}: Told): ProviderProcess {
  const notices: string[] = [];
  const warnings: string[] = [];
  const notice = (line: string): void => void notices.push(line);
  const host: Host = {
    service: new Service({
      caller: "test",
      notice,
      timeoutFactor,
      ...(cancelled === undefined ? {} : { cancelled }),
    }),
    configured: () => configured,
    environment,
    canCheckDrift: true,
    notice,
    warn: (line) => {
      notice(line);
      warnings.push(line);
    },
  };
  return {
    host,
    instance: new InstanceLifecycle(host),
    webhook: new WebhookLifecycle(host),
    notices,
    warnings,
  };
}

/** A service as a stack is configured with it. */
export interface Configured {
  readonly url: string;
  readonly accountToken?: string;
}

/** A process of a stack whose configuration names the service and, where there is one, the account's token. */
export function processFor(
  { url, accountToken }: Configured,
  told: Omit<Told, "configured"> = {},
): ProviderProcess {
  const configured = { endpoint: url, ...(accountToken === undefined ? {} : { token: accountToken }) };
  return providerProcess({ configured: [configured], ...told });
}
