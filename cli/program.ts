import type { Discovery } from "../provider/lifecycle/discovery.ts";
import { isObject } from "../provider/values.ts";
import type { ImportedResource, SecretRequest } from "./imported.ts";
import { identifier, UniqueNames } from "./names.ts";

/** A piece of program text that stands where a value is printed. */
class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The TypeScript program that declares the imported resources, its secrets read from the stack's configuration. */
export function programText(
  resources: readonly ImportedResource[],
  secrets: ReadonlyMap<string, string>,
): string {
  const used = resources
    .flatMap((resource) => resource.secrets)
    .filter(({ path }) => secrets.get(path) !== "");
  const kinds = new Set(resources.map(({ kind }) => (kind === "instance" ? "RyzeInstance" : "RyzeWebhook")));
  return [
    ...(used.length === 0 ? [] : ['import * as pulumi from "@pulumi/pulumi";']),
    `import { ${[...kinds].sort().join(", ")} } from "pulumi-ryzeapi";`,
    "",
    ...(used.length === 0 ? [] : ["const config = new pulumi.Config();", ""]),
    ...named(resources).map((resource) => declarationText(resource, secrets)),
  ].join("\n");
}

interface Named extends ImportedResource {
  readonly variable: string;
  /** The variable of the instance that it belongs to. */
  readonly instanceVariable: string;
}

/** Variables by resource, not by name: an instance may be called what a webhook of another one is called. */
function named(resources: readonly ImportedResource[]): Named[] {
  const variables = new UniqueNames(["config", "pulumi"]);
  const ofInstances = new Map<Discovery, string>();
  return resources.map((resource) => {
    const { kind, name, discovery } = resource;
    const variable = variables.take(identifier(name));
    if (kind === "instance") ofInstances.set(discovery, variable);
    return { ...resource, variable, instanceVariable: ofInstances.get(discovery) ?? variable };
  });
}

function declarationText(resource: Named, secrets: ReadonlyMap<string, string>): string {
  const className = resource.kind === "instance" ? "RyzeInstance" : "RyzeWebhook";
  const { variable, instanceVariable } = resource;
  const references =
    resource.kind === "instance"
      ? {}
      : { instance: new Code(`${instanceVariable}.name`), token: new Code(`${instanceVariable}.token`) };
  const used = resource.secrets.filter(({ path }) => secrets.get(path) !== "");
  const args = withSecretCode({ ...resource.declaration, ...references }, used);
  // `pulumi import` protects what it imports, and a paired number is lost with its instance.
  return `const ${variable} = new ${className}(${JSON.stringify(resource.name)}, ${print(args, "")}, { protect: true });\n`;
}

function withSecretCode(declaration: Readonly<Record<string, unknown>>, secrets: readonly SecretRequest[]) {
  return secrets.reduce<Readonly<Record<string, unknown>>>(
    (args, { property, configKey }) =>
      setAt(args, property, new Code(`config.requireSecret(${JSON.stringify(configKey)})`)),
    declaration,
  );
}

/** The object with one member set, however deep it lies. */
export function setAt(
  object: Readonly<Record<string, unknown>>,
  [key = "", ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  const inner = object[key];
  return { ...object, [key]: rest.length === 0 ? value : setAt(isObject(inner) ? inner : {}, rest, value) };
}

function print(value: unknown, indent: string): string {
  if (value instanceof Code) return value.text;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${indent}  ${key}: ${print(member, `${indent}  `)},\n`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join("")}${indent}}`;
}
