import * as pulumi from "@pulumi/pulumi";
import { isObject } from "../provider/values.ts";

/**
 * Marks arguments as secrets, whatever the program passed: `paths` name them, at most one object deep.
 *
 * In an object that stands in the program only those members become secret; an object that comes out of another
 * resource cannot be taken apart before it is known, so there one secret makes the whole of it secret.
 */
export function withSecrets(args: object, paths: readonly (readonly string[])[]): pulumi.Inputs {
  const marked = Object.entries(args).map(([name, value]: [string, unknown]) => {
    const members = paths.flatMap(([first, member]) => (first === name ? [member] : []));
    if (members.length === 0 || value === undefined) return [name, value];
    return [name, members.includes(undefined) ? pulumi.secret(value) : withSecretMembers(value, members)];
  });
  return Object.fromEntries(marked) as pulumi.Inputs;
}

function withSecretMembers(argument: unknown, members: readonly unknown[]): unknown {
  if (!(argument instanceof Promise) && !pulumi.Output.isInstance(argument))
    return markSecrets(argument, members);
  const known = pulumi.output(argument as pulumi.Input<object | undefined>);
  return known.apply((value) => markSecrets(value, members));
}

/** Undefined and null pass: such an argument is none, which only an output may show. */
function markSecrets(value: unknown, members: readonly unknown[]): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [
    key,
    members.includes(key) && member !== undefined ? pulumi.secret(member) : member,
  ]);
  return Object.fromEntries(entries);
}

/**
 * Paths of the arguments that the program made secret, beside those `apart`; undefined where there are none. An object
 * that comes out of an output is secret as a whole or not at all.
 */
export async function secretFields(args: object, apart: readonly string[]): Promise<string[] | undefined> {
  const paths = await secretPaths(args, [], new Set(apart));
  return paths.length > 0 ? paths : undefined;
}

async function secretPaths(
  argument: unknown,
  path: readonly string[],
  apart: ReadonlySet<string>,
): Promise<string[]> {
  const name = path.join(".");
  if (apart.has(name)) return [];
  if (pulumi.Output.isInstance(argument)) return (await pulumi.isSecret(argument)) ? [name] : [];
  const value: unknown = await argument;
  if (Array.isArray(value)) {
    const elements = await Promise.all(value.map((element) => secretPaths(element, path, apart)));
    return elements.some((found) => found.length > 0) ? [name] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value).map(([key, member]) => secretPaths(member, [...path, key], apart));
  return (await Promise.all(members)).flat();
}
