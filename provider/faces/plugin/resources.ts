import * as z from "zod";
import { BLOCKS } from "../../blocks/index.ts";
import { webhook } from "../../blocks/webhook.ts";
import { anyText, flag } from "../../definitions/kinds.ts";
import { INSTANCE, WEBHOOK, type ResourceDefinition } from "../../definitions/resources.ts";
import { group, shapeOf } from "../../definitions/schemas.ts";
import { instanceSchema } from "../../lifecycle/arguments.ts";
import { InstanceLifecycle } from "../../lifecycle/instance.ts";
import type { Host, Lifecycle } from "../../lifecycle/lifecycle.ts";
import { WebhookLifecycle, webhookSchema } from "../../lifecycle/webhook.ts";
import type { Values } from "../../values.ts";
import type { Expected } from "./received.ts";

/** One kind of resource, as the schema names it. */
export interface ResourceKind extends Expected, ResourceDefinition {
  readonly lifecycle: Lifecycle<Values>;
}

/** What was seen of a block besides the values of its arguments. */
const FINDINGS = group(shapeOf({ status: anyText(), error: anyText() }));

const IDENTITY = group(shapeOf({ name: anyText(), id: anyText(), token: anyText(), account: anyText() }));

const texts = z.array(anyText().kind.check, { error: "must be a list of strings" });

const INSTANCE_OUTPUTS = [
  group({
    ...shapeOf({ tokenDeclared: flag(), status: anyText(), numberJid: anyText() }),
    identity: IDENTITY,
    warnings: texts,
    pendingWithdrawals: z.record(z.string(), texts, { error: "must be an object with lists of strings" }),
    observed: group(Object.fromEntries(BLOCKS.map(({ name, schema }) => [name, schema]))),
  }),
  group({ observed: group(Object.fromEntries(BLOCKS.map(({ name }) => [name, FINDINGS]))) }),
];

const WEBHOOK_OUTPUTS = [
  group({ identity: IDENTITY, observed: webhook.schema }),
  group({ observed: FINDINGS }),
];

/** The resources of the schema by their type tokens. */
export function resourceKinds(host: Host): ReadonlyMap<string, ResourceKind> {
  return new Map<string, ResourceKind>([
    [
      INSTANCE.types.plugin,
      {
        ...INSTANCE,
        lifecycle: new InstanceLifecycle(host),
        schema: instanceSchema,
        identifiedBy: ["name"],
        outputSchemas: INSTANCE_OUTPUTS,
      },
    ],
    [
      WEBHOOK.types.plugin,
      {
        ...WEBHOOK,
        lifecycle: new WebhookLifecycle(host),
        schema: webhookSchema,
        identifiedBy: ["instance", "label"],
        outputSchemas: WEBHOOK_OUTPUTS,
      },
    ],
  ]);
}
