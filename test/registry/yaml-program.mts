import { parse } from "yaml";

import type { Property, Schema } from "./schema.mts";

interface Program {
  readonly resources?: Record<string, { type: string; properties?: Record<string, unknown> }>;
  readonly variables?: Record<
    string,
    { "fn::invoke": { function: string; arguments?: Record<string, unknown> } }
  >;
  readonly outputs: Record<string, string>;
}

/** What a program says, in the words of the schema. */
export interface Said {
  /** Which arguments it gives, by the name of their type, such as `InstanceArgs`. */
  readonly args: Readonly<Record<string, readonly string[]>>;
  /** The names of the events that it gives. */
  readonly events: readonly string[];
  /** The outputs that it reads. */
  readonly outputs: readonly string[];
}

/** What a YAML program says. Fails where the schema does not know something of it. */
export function saidInYaml(text: string, { types, resources, provider, functions }: Schema): Said {
  const { resources: declared = {}, variables = {}, outputs } = parse(text) as Program;
  const args: Record<string, string[]> = {};
  const events: string[] = [];
  const readable: Record<string, readonly string[]> = {};

  for (const [name, { type, properties = {} }] of Object.entries(declared)) {
    if (type === "pulumi:providers:ryzeapi") {
      readObject("ProviderArgs", properties, provider.inputProperties);
      continue;
    }
    const resource = known(resources, `ryzeapi:index:${nameOf(type)}`);
    readObject(`${nameOf(type)}Args`, properties, resource.inputProperties, resource.requiredInputs);
    readable[name] = Object.keys(resource.properties);
  }
  for (const [name, { "fn::invoke": call }] of Object.entries(variables)) {
    const { inputs, outputs: result } = known(functions, `ryzeapi:index:${nameOf(call.function)}`);
    const argumentsName = `${nameOf(call.function).replace(/^g/, "G")}Args`;
    readObject(argumentsName, call.arguments ?? {}, inputs.properties ?? {}, inputs.required);
    readable[name] = Object.keys(result.properties ?? {});
  }
  const read = Object.values(outputs).map((reference) => {
    const [, from = "", output = ""] = /^\$\{(\w+)\.(\w+)\}$/.exec(reference) ?? [];
    if (!readable[from]?.includes(output)) throw new Error(`${reference} is no output.`);
    return output;
  });
  return { args, events, outputs: read };

  function readObject(
    type: string,
    values: Record<string, unknown>,
    properties: Readonly<Record<string, Property>>,
    required: readonly string[] = [],
  ): void {
    const missing = required.filter((name) => !(name in values));
    if (missing.length > 0) throw new Error(`${type} lacks ${missing.join(", ")}.`);
    if (Object.keys(values).length > 0) args[type] = Object.keys(values).toSorted();
    for (const [name, value] of Object.entries(values)) readValue(value, known(properties, name));
  }

  function readValue(value: unknown, property: Property): void {
    if (typeof value === "string" && value.startsWith("${")) return;
    if (property.items !== undefined) {
      for (const item of value as unknown[]) readValue(item, property.items);
    } else if (property.$ref !== undefined) {
      const token = property.$ref.replace("#/types/", "");
      const { enum: members, properties = {}, required } = known(types, token);
      if (members === undefined) {
        readObject(`${nameOf(token)}Args`, value as Record<string, unknown>, properties, required);
      } else {
        const member = members.find((each) => each.value === value);
        if (member === undefined) throw new Error(`${String(value)} is no ${nameOf(token)}.`);
        events.push(member.name);
      }
    } else {
      const type = typeof value === "number" ? "integer" : typeof value;
      if (type !== property.type) throw new Error(`${String(value)} is no ${property.type ?? "value"}.`);
    }
  }
}

function nameOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

function known<Value>(all: Readonly<Record<string, Value>>, name: string): Value {
  const found = all[name];
  if (found === undefined) throw new Error(`The schema has no ${name}.`);
  return found;
}
