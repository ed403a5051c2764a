import {
  checkArguments,
  instanceSchema,
  type CheckResult,
  type InstanceArguments,
} from "../provider/lifecycle/arguments.ts";
import { storableBlocks } from "../provider/lifecycle/reconcile/blocks.ts";
import { BLOCKS } from "../provider/blocks/index.ts";
import { cleanMessage } from "../provider/ryzeapi/errors.ts";
import { stateOf } from "../provider/lifecycle/state.ts";
import { isObject, type Values } from "../provider/values.ts";
import {
  webhookId,
  webhookSchema,
  webhookStateOf,
  type WebhookArguments,
} from "../provider/lifecycle/webhook.ts";
import type { ImportedResource } from "./imported.ts";
import { setAt } from "./program.ts";

/** How Pulumi writes a secret into JSON; in an import file its value stands in clear. */
const SECRET_SIGNATURE = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/**
 * The text of a file for `pulumi import --file`. With inputs and outputs in it Pulumi takes them as they are, so the
 * next preview compares the program with exactly this.
 */
export function importFile(
  resources: readonly ImportedResource[],
  secrets: ReadonlyMap<string, string>,
): string {
  const entries = resources.map((resource) => entryOf(resource, secrets));
  return `${JSON.stringify({ resources: entries }, null, 2)}\n`;
}

function entryOf(resource: ImportedResource, secrets: ReadonlyMap<string, string>) {
  const { registration, name, kind } = resource;
  const { id, inputs, outputs } =
    kind === "instance" ? instanceEntry(resource, secrets) : webhookEntry(resource, secrets);
  const paths = [...resource.secrets.map(({ property }) => property), ["token"]];
  const provider = { __provider: registration.provider };
  return {
    type: registration.type,
    name,
    id,
    inputs: { ...withSecretsMarked(inputs, paths), ...provider },
    outputs: { ...withSecretsMarked(outputs, paths), ...provider },
  };
}

function instanceEntry(resource: ImportedResource, secrets: ReadonlyMap<string, string>) {
  const { name, discovery } = resource;
  const declared = withValues({ name, ...resource.declaration }, resource, secrets);
  const inputs = checked(checkArguments<InstanceArguments>(instanceSchema, declared), resource);
  const seen = BLOCKS.filter((block) => block.name in resource.observed).map(
    (block) => [block, resource.observed[block.name] ?? {}] as const,
  );
  return {
    id: name,
    inputs,
    outputs: stateOf(inputs, { ...discovery.known, observed: storableBlocks(seen) }),
  };
}

function webhookEntry(resource: ImportedResource, secrets: ReadonlyMap<string, string>) {
  const { token, identity } = resource.discovery.known;
  const declared = withValues({ ...resource.declaration, token }, resource, secrets);
  const inputs = checked(checkArguments<WebhookArguments>(webhookSchema, declared), resource);
  const outputs = webhookStateOf(inputs, resource.observed["webhook"] ?? {}, identity);
  return { id: webhookId(inputs), inputs, outputs };
}

function withValues(
  declaration: Values,
  { secrets }: ImportedResource,
  values: ReadonlyMap<string, string>,
): Values {
  return secrets.reduce<Values>((args, { path, property }) => {
    const value = values.get(path) ?? "";
    return value === "" ? args : setAt(args, property, value);
  }, declaration);
}

function checked<Arguments>(result: CheckResult<Arguments>, { name }: ImportedResource): Arguments {
  const { inputs, failures } = result;
  if (inputs !== undefined) return inputs;
  const reasons = failures.map(({ reason }) => reason).join("; ");
  throw new Error(
    `"${cleanMessage(name, [])}" is configured in a way that no program can declare: ${reasons}`,
  );
}

function withSecretsMarked(properties: Values, paths: readonly (readonly string[])[]): Values {
  return paths.reduce<Values>((marked, path) => {
    const value = path.reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), marked);
    if (value === undefined) return marked;
    return setAt(marked, path, { ...SECRET_SIGNATURE, plaintext: JSON.stringify(value) });
  }, properties);
}
