import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance } from "pulumi-ryzeapi";

/** A customer as `fleet.yaml` describes it. */
export interface CustomerEntry {
  readonly numbers: readonly string[];
  readonly webhook: string;
  /** Calls are rejected with this message; without it they are let through. */
  readonly callRejectMessage?: string;
}

/** All that one customer has at RyzeAPI: an instance per number. */
export class Customer extends pulumi.ComponentResource {
  /** The tokens of the instances, by number; secret. */
  readonly tokens: pulumi.Output<Record<string, string | undefined>>;

  constructor(
    name: string,
    { numbers, webhook, callRejectMessage }: CustomerEntry,
    webhookAuthorization: pulumi.Output<string>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:index:Customer", name, {}, opts);
    const instances = numbers.map((number) => {
      const instance = new RyzeInstance(
        `${name}-${number}`,
        {
          webhook: { url: webhook, authorization: webhookAuthorization, events: ["message.exchange"] },
          settings: {
            autoRejectCalls: callRejectMessage !== undefined,
            callRejectMessage: callRejectMessage ?? "",
          },
        },
        { parent: this },
      );
      return [number, instance.token] as const;
    });
    this.tokens = pulumi.output(Object.fromEntries(instances));
    this.registerOutputs({ tokens: this.tokens });
  }
}
