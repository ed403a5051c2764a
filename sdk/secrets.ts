import * as pulumi from "@pulumi/pulumi";

/**
 * Marks members of an argument as secrets, whatever the program passed.
 *
 * In an object that stands in the program only those members become secret; an object that comes out of another
 * resource cannot be taken apart before it is known, so there one secret makes the whole of it secret.
 */
export function withSecrets(argument: pulumi.Input<object> | undefined, members: readonly string[]): unknown {
  if (argument === undefined) return undefined;
  if (argument instanceof Promise || pulumi.Output.isInstance(argument)) {
    return pulumi.output<object>(argument).apply((value) => markSecrets(value, members));
  }
  return markSecrets(argument, members);
}

function markSecrets(value: object, members: readonly string[]): object {
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [
    key,
    members.includes(key) && member !== undefined ? pulumi.secret(member) : member,
  ]);
  return Object.fromEntries(entries);
}
