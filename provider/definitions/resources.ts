import { accountFields } from "./account.ts";
import { secretNames } from "./field.ts";
import { BLOCK_FIELDS } from "./index.ts";
import { instanceFields } from "./instance.ts";
import { webhookResourceFields } from "./webhook-resource.ts";

/** What every face of the provider knows of a kind of resource beside its arguments. */
export interface ResourceDefinition {
  /** Its type in a state, by the face that made it. */
  readonly types: { readonly dynamic: string; readonly plugin: string };
  /** The argument that is the resource's name in the program where it is left out. */
  readonly namedBy: string;
  /** Paths of the arguments that are secrets, whoever wrote them. */
  readonly secrets: readonly (readonly string[])[];
  readonly arguments: readonly string[];
  /** Outputs that are not known before the resource is there. */
  readonly computed: readonly string[];
  /** Those of the outputs that an update may change. */
  readonly changedByUpdate: readonly string[];
  /** Outputs that a state leaves out where they would say nothing. */
  readonly leftOut: readonly string[];
}

const accountSecrets = secretNames(accountFields).map((name) => ["account", name]);

/** An instance. */
export const INSTANCE: ResourceDefinition = {
  types: { dynamic: "pulumi-nodejs:dynamic/ryzeapi:RyzeInstance", plugin: "ryzeapi:index:Instance" },
  namedBy: "name",
  arguments: [...Object.keys(instanceFields), "account", ...Object.keys(BLOCK_FIELDS)],
  secrets: [
    ...secretNames(instanceFields).map((name) => [name]),
    ...accountSecrets,
    ...Object.entries(BLOCK_FIELDS).flatMap(([block, fields]) =>
      secretNames(fields).map((name) => [block, name]),
    ),
  ],
  // RyzeAPI generates a token that is not declared.
  computed: ["token", "tokenDeclared", "identity", "observed", "status", "numberJid", "warnings"],
  changedByUpdate: ["tokenDeclared", "identity", "observed", "warnings"],
  leftOut: ["tokenDeclared", "warnings"],
};

/** A webhook beside the one labelled `default`. */
export const WEBHOOK: ResourceDefinition = {
  types: { dynamic: "pulumi-nodejs:dynamic/ryzeapi:RyzeWebhook", plugin: "ryzeapi:index:Webhook" },
  namedBy: "label",
  arguments: [...Object.keys(webhookResourceFields), "account", ...Object.keys(BLOCK_FIELDS.webhook)],
  secrets: [
    ...secretNames({ ...webhookResourceFields, ...BLOCK_FIELDS.webhook }).map((name) => [name]),
    ...accountSecrets,
  ],
  computed: ["identity", "observed"],
  changedByUpdate: ["identity", "observed"],
  leftOut: [],
};
