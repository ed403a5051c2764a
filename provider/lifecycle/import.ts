import { checkArguments, instanceSchema, type InstanceArguments } from "./arguments.ts";
import type { DiscoveredBlock, Discovery } from "./discovery.ts";
import type { ReadResult } from "./lifecycle.ts";
import { storableBlocks } from "./reconcile/blocks.ts";
import { stateOf } from "./state.ts";
import { webhookId } from "./webhook.ts";

const LEFT_OUT =
  "An import leaves the block out, and it stays as it is; declare it with all its fields to have it managed.";

/** Why an import leaves a block out that cannot do without a secret that nobody knows. */
export function secretUnknown(instance: string, field: string): string {
  return untold(instance, field, LEFT_OUT);
}

/**
 * An instance that exists, as the arguments and the state of a resource. A block that a program could not declare
 * as it is stays out of both, and people are told: its secret, which RyzeAPI keeps for itself, is missing.
 */
export function importedInstance(
  { name, known, blocks, webhooks, leftOut }: Discovery,
  warn: (line: string) => void,
): ReadResult<InstanceArguments> {
  for (const line of leftOut) warn(line);
  const complete = blocks.filter((found) => isComplete(name, found));
  for (const found of blocks.filter(({ missing }) => missing.length > 0)) {
    const advice = complete.includes(found)
      ? "If there is one, declare it: otherwise the next change of the block is sent without it."
      : LEFT_OUT;
    warn(untold(name, `${found.block.name}.${found.missing.join(", ")}`, advice));
  }
  for (const { label } of webhooks) {
    warn(
      `The instance "${name}" has one more webhook, "${label}". It is a resource of its own, with the id ` +
        `${webhookId({ instance: name, label })}.`,
    );
  }
  const declared = {
    name,
    ...Object.fromEntries(complete.map(({ block, declaration }) => [block.name, declaration])),
  };
  const inputs = checkArguments<InstanceArguments>(instanceSchema, declared).inputs ?? { name };
  const observed = storableBlocks(complete.map((found) => [found.block, found.observed]));
  return { inputs, state: stateOf(inputs, { ...known, observed }) };
}

function untold(instance: string, fields: string, advice: string): string {
  return `RyzeAPI does not tell ${fields} of the instance "${instance}". ${advice}`;
}

function isComplete(name: string, { block, declaration }: DiscoveredBlock): boolean {
  return checkArguments(instanceSchema, { name, [block.name]: declaration }).failures.length === 0;
}
