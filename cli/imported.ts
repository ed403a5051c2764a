import type { DiscoveredBlock, Discovery } from "../provider/discovery.ts";
import { RYZE_INSTANCE, RYZE_WEBHOOK, type Registration } from "../provider/registration.ts";
import type { Known } from "../provider/state.ts";
import type { Values } from "../provider/values.ts";

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
        path: [resource, ...property].join("."),
        property,
        configKey: camelCase([resource, ...property]),
        value: typeof value === "string" ? value : undefined,
      };
    });
}

/** `orion-2`, `s3`, `secretKey` become `orion2S3SecretKey`. */
export function camelCase(words: readonly string[]): string {
  const parts = words.flatMap((word) => word.split(/[^A-Za-z0-9]+/)).filter((part) => part !== "");
  return parts.map((part, index) => (index === 0 ? lowerFirst(part) : upperFirst(part))).join("");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
