import type { Block, Change, Observation } from "../../blocks/block.ts";
import type { InstanceClient } from "../../ryzeapi/client.ts";
import { asError, isInstanceMissing, NoAnswerError, RyzeApiError } from "../../ryzeapi/errors.ts";
import { omit, type Values } from "../../values.ts";
import { InstanceRefusedError } from "../refusals.ts";
import { covers, drift, isInSync, isProvenDone } from "./compare.ts";

/** What became of one block. A block that failed says why in `observed.error`. */
export interface BlockOutcome {
  readonly observed: Observation;
  /** A failure that is no matter of this block: the network, the token, the instance itself. */
  readonly fatal?: Error;
  /** A withdrawal that failed: what the program no longer declares is still in force. */
  readonly remains?: true;
}

/** Brings a block to what is declared, through its own endpoint. */
export async function applyBlock(
  block: Block,
  instance: InstanceClient,
  change: Change,
): Promise<BlockOutcome> {
  try {
    return { observed: explained(block, change.declared, await block.apply(instance, change)) };
  } catch (error) {
    return isUnclear(error)
      ? await lookAfter(error, block, instance, change)
      : failure(error, change.observed);
  }
}

/** Takes a block back that is declared no more, or declared as off. */
export async function withdrawBlock(
  block: Block,
  instance: InstanceClient,
  declared: Values,
  observed: Observation | undefined,
): Promise<BlockOutcome> {
  try {
    return { observed: await block.withdraw(instance, declared) };
  } catch (error) {
    return { ...failure(error, observed), remains: true };
  }
}

/**
 * Finds out what became of a block that was part of a creation. `told` is what the answer says of it. A block that is
 * off, or other than declared, without a reason is sent once more to its own endpoint, which answers with the reason.
 */
export async function settleCreated(
  block: Block,
  instance: InstanceClient,
  declared: Values,
  told: Observation | undefined,
): Promise<BlockOutcome> {
  try {
    const isToldEnough = told !== undefined && (told.enabled !== undefined || covers(block, declared, told));
    const seen = isToldEnough ? told : await block.read(instance);
    if (seen.error !== undefined) return { observed: cleaned(instance, block, seen) };
    if (isInSync(block, declared, seen)) return { observed: { ...sentFields(block, declared), ...seen } };
    return await applyBlock(block, instance, { declared, before: undefined, observed: seen });
  } catch (error) {
    return failure(error, told);
  }
}

/** Reasons are the service's text, which must carry no secret and nothing that upsets a terminal. */
export function cleaned(instance: InstanceClient, block: Block, observed: Observation): Observation {
  if (observed.error === undefined) return observed;
  const live = block.secrets.map((field) => observed[field]).filter((value) => typeof value === "string");
  return { ...observed, error: instance.clean(observed.error, live) };
}

/** What the service confirmed without repeating it. */
function sentFields(block: Block, declared: Values): Values {
  return omit(declared, [...block.directives, ...block.secrets]);
}

function explained(block: Block, declared: Values, observed: Observation): Observation {
  if (observed.error !== undefined) return observed;
  const differing = drift(block, declared, observed);
  if (differing.length === 0) return observed;
  return { ...observed, error: `The service accepted it, but reports another ${differing.join(", ")}` };
}

/** Whether a change that was not answered was carried out shows in a look at the block. */
async function lookAfter(
  unclear: unknown,
  block: Block,
  instance: InstanceClient,
  { declared, observed }: Change,
): Promise<BlockOutcome> {
  try {
    const seen = await block.read(instance);
    return isProvenDone(block, declared, seen) ? { observed: seen } : failure(unclear, seen);
  } catch (error) {
    // Of the failures of the look these tell more than the answer that did not come: that the instance is gone, or another.
    const isTelling = isInstanceMissing(error) || error instanceof InstanceRefusedError;
    return failure(isTelling ? error : unclear, observed);
  }
}

function failure(error: unknown, observed: Observation | undefined): BlockOutcome {
  const reason = asError(error);
  if (isBlocksOwn(reason)) return { observed: { ...observed, error: reason.brief } };
  return { observed: { ...observed, error: reason.message }, fatal: reason };
}

function isUnclear(error: unknown): boolean {
  return error instanceof NoAnswerError && error.maybeApplied;
}

function isBlocksOwn(error: Error): error is RyzeApiError {
  if (!(error instanceof RyzeApiError) || error.tokenRefused || error.instanceMissing) return false;
  return error.status !== 429 || error.throttled;
}
