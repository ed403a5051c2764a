import * as pulumi from "@pulumi/pulumi";
import { isObject } from "../provider/values.ts";

/**
 * Marks members of an argument as secrets, whatever the program passed.
 *
 * In an object that stands in the program only those members become secret; an object that comes out of another
 * resource cannot be taken apart before it is known, so there one secret makes the whole of it secret.
 */
export function withSecrets(argument: pulumi.Input<object | undefined>, members: readonly string[]): unknown {
  if (argument instanceof Promise || pulumi.Output.isInstance(argument)) {
    return pulumi.output<object | undefined>(argument).apply((value) => markSecrets(value, members));
  }
  return markSecrets(argument, members);
}

/** Undefined and null pass: such an argument is none, which only an output may show. */
function markSecrets(value: unknown, members: readonly string[]): unknown {
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
