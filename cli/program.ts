import { isObject } from "../provider/values.ts";
import { camelCase, type ImportedResource, type SecretRequest } from "./imported.ts";

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
  const variables = variableNames(resources);
  return [
    ...(used.length === 0 ? [] : ['import * as pulumi from "@pulumi/pulumi";']),
    `import { ${[...kinds].sort().join(", ")} } from "pulumi-ryzeapi";`,
    "",
    ...(used.length === 0 ? [] : ["const config = new pulumi.Config();", ""]),
    ...resources.map((resource) => declarationText(resource, secrets, variables)),
  ].join("\n");
}

function declarationText(
  resource: ImportedResource,
  secrets: ReadonlyMap<string, string>,
  variables: ReadonlyMap<string, string>,
): string {
  const className = resource.kind === "instance" ? "RyzeInstance" : "RyzeWebhook";
  const variable = variables.get(resource.name) ?? "";
  const owner = variables.get(resource.discovery.name) ?? "";
  const references =
    resource.kind === "instance"
      ? {}
      : { instance: new Code(`${owner}.name`), token: new Code(`${owner}.token`) };
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

/** What no variable of a module can be called. */
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export exports " +
    "extends false finally for function if implements import in instanceof interface let module new null package " +
    "private protected public require return static super switch this throw true try typeof undefined var void while " +
    "with yield"
  ).split(" "),
);

/** Identifiers for the resources' names, which may be any text. */
function variableNames(resources: readonly ImportedResource[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(["config", "pulumi"]);
  for (const { name } of resources) {
    const wanted = camelCase([name]);
    const base = /^[A-Za-z]/.test(wanted) && !RESERVED.has(wanted) ? wanted : camelCase(["instance", name]);
    let variable = base;
    for (let suffix = 2; taken.has(variable); suffix += 1) variable = `${base}${suffix}`;
    taken.add(variable);
    names.set(name, variable);
  }
  return names;
}
