import { BLOCKS } from "../blocks/index.ts";
import { webhook } from "../blocks/webhook.ts";
import { InstanceLifecycle } from "../instance.ts";
import type { Host, Lifecycle } from "../lifecycle.ts";
import type { Values } from "../values.ts";
import { WebhookLifecycle } from "../webhook.ts";
import type { Path } from "./properties.ts";

/** One kind of resource, as the schema names it. */
export interface ResourceKind {
  readonly lifecycle: Lifecycle<Values>;
  /** What is secret in arguments and state, whoever wrote them. */
  readonly secrets: readonly Path[];
  /** Outputs that are no arguments and not known before the resource is there. */
  readonly computed: readonly string[];
  /** Those of them that an update may change. */
  readonly settledByUpdate: readonly string[];
}

const ACCOUNT_SECRETS: readonly Path[] = [["token"], ["account", "token"]];

export const INSTANCE = "ryzeapi:index:Instance";

/** The resources of the schema by their type tokens. */
export function resourceKinds(host: Host): ReadonlyMap<string, ResourceKind> {
  return new Map<string, ResourceKind>([
    [
      INSTANCE,
      {
        lifecycle: new InstanceLifecycle(host),
        secrets: [
          ...ACCOUNT_SECRETS,
          ...BLOCKS.flatMap((block) => block.secrets.map((field) => [block.name, field])),
        ],
        computed: ["token", "tokenDeclared", "identity", "observed", "status", "numberJid", "warnings"],
        settledByUpdate: ["tokenDeclared", "identity", "observed", "warnings"],
      },
    ],
    [
      "ryzeapi:index:Webhook",
      {
        lifecycle: new WebhookLifecycle(host),
        secrets: [...ACCOUNT_SECRETS, ...webhook.secrets.map((field) => [field])],
        computed: ["identity", "observed"],
        settledByUpdate: ["identity", "observed"],
      },
    ],
  ]);
}
