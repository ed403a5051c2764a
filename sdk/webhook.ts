import * as pulumi from "@pulumi/pulumi";
import { BLOCK_FIELDS } from "../provider/definitions/index.ts";
import { WEBHOOK } from "../provider/definitions/resources.ts";
import { webhookResourceFields } from "../provider/definitions/webhook-resource.ts";
import { DEFAULTED_KEY, RESOURCE_KEY, RYZE_WEBHOOK } from "../provider/faces/dynamic/registration.ts";
import { completed } from "../provider/lifecycle/observations.ts";
import { SECRET_FIELDS } from "../provider/lifecycle/secret-fields.ts";
import { isObject } from "../provider/values.ts";
import type { RyzeEvent, RyzeWebhookArgs } from "./arguments.ts";
import type { InstanceIdentity, ObservedBlocks } from "./results.ts";
import { completedOutput } from "./observed.ts";
import { optionsWithoutImport } from "./options.ts";
import { resourceNumber } from "./resource-number.ts";
import { unsetOutputs } from "./outputs.ts";
import { secretFields, withSecrets } from "./secrets.ts";

/** Arguments that are secrets anyway, and those that cannot be any. */
const SECRET_OR_NEVER = [
  ...Object.keys(webhookResourceFields),
  "account",
  ...WEBHOOK.secrets.map((path) => path.join(".")),
];

/**
 * One more webhook of an instance, beside the one labelled `default`, which is the argument `webhook` of RyzeInstance.
 * RyzeAPI allows three enabled webhooks per instance, the `default` one included.
 *
 * Changing `instance` or `label` replaces it. Taking it out of the program switches it off; RyzeAPI keeps the row.
 *
 * @example
 * ```ts
 * import { RyzeInstance, RyzeWebhook } from "pulumi-ryzeapi";
 *
 * const orion = new RyzeInstance("orion", {
 *   webhook: { url: "https://app.example.com/whatsapp", events: ["message.exchange"] },
 *   settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
 * });
 * const audit = new RyzeWebhook("audit", {
 *   instance: orion.name,
 *   token: orion.token,
 *   label: "audit",
 *   url: "https://audit.example.com/whatsapp",
 *   events: ["instance.state"],
 * });
 * ```
 */
export class RyzeWebhook extends pulumi.CustomResource {
  /** Name of the instance that the webhook belongs to. */
  declare readonly instance: pulumi.Output<string>;
  /** Label of the webhook, unique in the instance. */
  declare readonly label: pulumi.Output<string>;
  /** Whether it is declared as enabled. */
  declare readonly enabled: pulumi.Output<boolean>;
  /** URL as declared. */
  declare readonly url: pulumi.Output<string | undefined>;
  /** `Authorization` header of the deliveries, as declared; a secret. */
  declare readonly authorization: pulumi.Output<string | undefined>;
  /** Whether the event's name is appended to the URL's path, as declared. */
  declare readonly byEvents: pulumi.Output<boolean | undefined>;
  /** Events as declared. */
  declare readonly events: pulumi.Output<RyzeEvent[] | undefined>;
  /** Whether media are put into the delivery as base64, as declared. */
  declare readonly mediaBase64: pulumi.Output<boolean | undefined>;
  /** What the provider knows the instance by, beyond its name. */
  declare readonly identity: pulumi.Output<InstanceIdentity>;
  /** What RyzeAPI said of it when it was asked last; without secrets. */
  declare readonly observed: pulumi.Output<NonNullable<ObservedBlocks["webhook"]>>;

  /**
   * @param name Name of the resource, and the webhook's label where `args.label` is left out.
   * @param args What is declared of the webhook.
   * @param opts Options of the resource; `import` is none of them, `adopt` of the arguments does it.
   */
  constructor(name: string, args: RyzeWebhookArgs, opts?: pulumi.CustomResourceOptions) {
    const secrets = secretFields(args, SECRET_OR_NEVER);
    const inputs: pulumi.Inputs = {
      ...unsetOutputs(WEBHOOK),
      ...withSecrets({ ...args, label: args.label ?? name }, WEBHOOK.secrets),
      [SECRET_FIELDS]: secrets,
      [DEFAULTED_KEY]: args.label === undefined ? WEBHOOK.namedBy : undefined,
      [RESOURCE_KEY]: resourceNumber(),
      __provider: RYZE_WEBHOOK.provider,
    };
    super(RYZE_WEBHOOK.type, name, inputs, optionsWithoutImport(name, opts));
    const fields = BLOCK_FIELDS.webhook;
    this.observed = completedOutput(this, {
      outputs: Object.keys(fields),
      secrets,
      complete: (declared, stored) => completed(fields, declared, isObject(stored) ? stored : {}),
    });
  }
}
