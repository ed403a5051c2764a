import type { DiscoveredBlock, Discovery } from "../provider/lifecycle/discovery.ts";
import { RYZE_INSTANCE, RYZE_WEBHOOK, type Registration } from "../provider/faces/dynamic/registration.ts";
import { secretUnknown } from "../provider/lifecycle/import.ts";
import type { Known } from "../provider/lifecycle/state.ts";
import { omit, type Values } from "../provider/values.ts";
import { camelCase, identifier, UniqueNames } from "./names.ts";

/** One resource of an import: what a program declares of it, with the places of its secrets. */
export interface ImportedResource {
  readonly kind: "instance" | "webhook";
  readonly registration: Registration;
  /** The resource's name in the program. */
  readonly name: string;
  /** The arguments without secrets; blocks as nested objects. */
  readonly declaration: Values;
  readonly secrets: readonly SecretRequest[];
  readonly discovery: Discovery;
  readonly observed: Known["observed"];
}

/** A secret argument of an imported resource. */
export interface SecretRequest {
  /** How people name it: `orion.s3.secretKey`. */
  readonly path: string;
  /** Where it stands in the arguments. */
  readonly property: readonly string[];
  /** The key of the stack's configuration that the program reads it from. */
  readonly configKey: string;
  /** Undefined where the service never returns it. */
  readonly value: string | undefined;
  /** The block of an instance that cannot be declared without it. */
  readonly requiredBy: string | undefined;
}

export function importedResources(discovery: Discovery): ImportedResource[] {
  const { name, blocks, webhooks } = discovery;
  const instance: ImportedResource = {
    kind: "instance",
    registration: RYZE_INSTANCE,
    name,
    declaration: Object.fromEntries(blocks.map((found) => [found.block.name, readable(found)])),
    secrets: blocks.flatMap((found) => secretsOf(name, [found.block.name], found)),
    discovery,
    observed: Object.fromEntries(blocks.map(({ block, observed }) => [block.name, observed])),
  };
  const labelled = webhooks.map((found): ImportedResource => {
    const resource = `${name}-${found.label}`;
    return {
      kind: "webhook",
      registration: RYZE_WEBHOOK,
      name: resource,
      declaration: { instance: name, label: found.label, ...readable(found) },
      secrets: secretsOf(resource, [], found),
      discovery,
      observed: { webhook: found.observed },
    };
  });
  return [instance, ...labelled];
}

/** The same resources, of which no two share a name, a secret's path or a key of the configuration. */
export function distinct(resources: readonly ImportedResource[]): ImportedResource[] {
  const instances = resources.filter(({ kind }) => kind === "instance");
  // A webhook's name gives way to an instance's; the second of these leads the path of an instance's own secret.
  const names = new UniqueNames(
    instances.flatMap(({ name }) => [name, `${name}.webhook`]),
    "-",
  );
  const configKeys = new UniqueNames();
  return resources.map((resource) => {
    const name = resource.kind === "instance" ? resource.name : names.take(resource.name);
    const secrets = resource.secrets.map((secret) => ({
      ...secret,
      path: pathOf(name, secret.property),
      configKey: configKeys.take(configKeyOf(name, secret.property)),
    }));
    return { ...resource, name, secrets };
  });
}

/** The resource without the blocks whose required secret is empty, and a sentence about each of these. */
export function withoutUnknown(
  resource: ImportedResource,
  values: ReadonlyMap<string, string>,
): { readonly resource: ImportedResource; readonly leftOut: readonly string[] } {
  const unknown = resource.secrets.filter(
    ({ path, requiredBy }) => requiredBy !== undefined && values.get(path) === "",
  );
  const blocks = unknown.flatMap(({ requiredBy = [] }) => requiredBy);
  return {
    resource: {
      ...resource,
      declaration: omit(resource.declaration, blocks),
      observed: Object.fromEntries(
        Object.entries(resource.observed).filter(([block]) => !blocks.includes(block)),
      ),
      secrets: resource.secrets.filter(({ property: [block = ""] }) => !blocks.includes(block)),
    },
    leftOut: unknown.map(({ property }) => secretUnknown(resource.discovery.name, property.join("."))),
  };
}

function readable({ block, declaration }: DiscoveredBlock): Values {
  return Object.fromEntries(Object.entries(declaration).filter(([field]) => !block.secrets.includes(field)));
}

function secretsOf(resource: string, parent: readonly string[], found: DiscoveredBlock): SecretRequest[] {
  const { block, declaration, missing } = found;
  return block.secrets
    .filter((field) => declaration[field] !== undefined || missing.includes(field))
    .map((field) => {
      const property = [...parent, field];
      const value = declaration[field];
      return {
        path: pathOf(resource, property),
        property,
        configKey: configKeyOf(resource, property),
        value: typeof value === "string" ? value : undefined,
        requiredBy: block.definitions.get(field)?.traits.isRequired === true ? parent[0] : undefined,
      };
    });
}

function pathOf(resource: string, property: readonly string[]): string {
  return [resource, ...property].join(".");
}

function configKeyOf(resource: string, property: readonly string[]): string {
  return camelCase([identifier(resource), ...property]);
}
