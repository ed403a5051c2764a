import type { Block, Observation } from "../../blocks/block.ts";
import type { InstanceClient } from "../../ryzeapi/client.ts";
import { asError, isInstanceMissing, leavesOpen, RyzeApiError } from "../../ryzeapi/errors.ts";
import { omit, type Values } from "../../values.ts";
import { InstanceRefusedError } from "../refusals.ts";
import {
  actionFor,
  covers,
  doubtful,
  drift,
  hasUnseenEffect,
  isInSync,
  isOff,
  isProvenDone,
  type Action,
} from "./compare.ts";

/** A block of one instance: what a program declares of it, and what was observed of it last. */
export interface BlockSituation {
  readonly block: Block;
  /** What was declared when the block was reconciled last; undefined where it was not, or must be sent again. */
  readonly former: Values | undefined;
  /** What is declared now; undefined where nothing is. */
  readonly desired: Values | undefined;
  readonly observed: Observation | undefined;
}

/** What became of a block. One that is not as desired says why in `observed.error`. */
export interface BlockOutcome {
  readonly block: Block;
  readonly action: Action;
  readonly observed: Observation;
  /** Why the action failed; absent where the service carried it out and the error is what it reports since. */
  readonly failure?: BlockFailure;
}

export interface BlockFailure {
  readonly cause: Error;
  /** It is no matter of this block: the network, the token, the instance itself. */
  readonly isFatal: boolean;
  /** The service may have carried the action out all the same. */
  readonly isUnclear: boolean;
}

/** Observe: what a block is now. Its own endpoint is asked only for what the summary does not tell, and what both tell is its. */
export async function observeBlock(
  instance: InstanceClient,
  block: Block,
  declared: Values,
  summary?: unknown,
): Promise<Observation> {
  const summarised = block.observe(summary);
  if (summarised === undefined) return cleaned(instance, block, await block.read(instance));
  const doubts = doubtful(block, declared, summarised);
  if (covers(block, declared, summarised) && doubts.length === 0) return cleaned(instance, block, summarised);
  const read = await block.read(instance);
  const isOn = read.enabled !== false && summarised.enabled !== false;
  return cleaned(instance, block, isOn ? { ...omit(summarised, ["error", ...doubts]), ...read } : read);
}

/**
 * Compare, act, look again: brings a block to what is desired, through its own endpoint. Nothing is sent where nothing
 * is to be done; a failure that leaves open what was done is followed by a look at the block.
 */
export async function reconcileBlock(
  instance: InstanceClient,
  situation: BlockSituation,
): Promise<BlockOutcome> {
  const { block, former, desired, observed } = situation;
  const action = actionFor(block, former, desired, observed);
  if (action === "none") return { block, action, observed: observed ?? {} };
  const declared = (action === "withdraw" ? former : undefined) ?? desired ?? {};
  try {
    const answered =
      action === "withdraw"
        ? await block.withdraw(instance, declared)
        : withDifferences(
            block,
            declared,
            await block.apply(instance, { declared, before: former, observed }),
          );
    return { block, action, observed: cleaned(instance, block, answered) };
  } catch (error) {
    const failed = failureOf({ block, action, observed }, error);
    return failed.failure.isUnclear ? await lookAgain(instance, failed, declared) : failed;
  }
}

/**
 * The same for a block that was part of a creation: it was sent already, so it is observed first. One that is off, or
 * other than declared, without a reason is sent once more to its own endpoint, which answers with the reason.
 */
export async function reconcileCreated(
  instance: InstanceClient,
  block: Block,
  desired: Values,
  summary: unknown,
): Promise<BlockOutcome> {
  // An instance is created with everything off, and a block declared as off was not sent.
  if (isOff(desired)) return { block, action: "none", observed: { enabled: false } };
  const summarised = block.observe(summary);
  try {
    // What was sent just now is confirmed by less than what was sent once.
    const isConfirmed =
      summarised?.enabled !== undefined && doubtful(block, desired, summarised).length === 0;
    const seen = isConfirmed
      ? cleaned(instance, block, summarised)
      : await observeBlock(instance, block, desired, summary);
    if (seen.error !== undefined) return { block, action: "apply", observed: seen };
    // Where nothing is told, nothing confirms what was just sent.
    const observed = Object.keys(seen).length > 0 ? seen : undefined;
    if (observed !== undefined && isInSync(block, desired, observed))
      return { block, action: "apply", observed: { ...sentFields(block, desired), ...observed } };
    return await reconcileBlock(instance, { block, former: undefined, desired, observed });
  } catch (error) {
    return failureOf({ block, action: "apply", observed: summarised }, error);
  }
}

/** The same for a block of an instance that was just created without any. */
export async function reconcileUnsent(
  instance: InstanceClient,
  block: Block,
  desired: Values,
): Promise<BlockOutcome> {
  if (isOff(desired)) return { block, action: "none", observed: { enabled: false } };
  return await reconcileBlock(instance, { block, former: undefined, desired, observed: undefined });
}

/** Reasons are the service's text, which must carry no secret and nothing that upsets a terminal. */
function cleaned(instance: InstanceClient, block: Block, observed: Observation): Observation {
  if (observed.error === undefined) return observed;
  const live = block.secrets.map((field) => observed[field]).filter((value) => typeof value === "string");
  return { ...observed, error: instance.clean(observed.error, live) };
}

/** What the service confirmed without repeating it. */
function sentFields(block: Block, declared: Values): Values {
  return omit(declared, [...block.directives, ...block.secrets]);
}

function withDifferences(block: Block, declared: Values, observed: Observation): Observation {
  if (observed.error !== undefined) return observed;
  const differing = drift(block, declared, observed);
  if (differing.length === 0) return observed;
  return { ...observed, error: `The service accepted it, but reports another ${differing.join(", ")}` };
}

type FailedOutcome = BlockOutcome & Required<Pick<BlockOutcome, "failure">>;

function failureOf(
  {
    block,
    action,
    observed,
  }: Pick<BlockOutcome, "block" | "action"> & { readonly observed: Observation | undefined },
  error: unknown,
): FailedOutcome {
  const cause = asError(error);
  const isFatal = !isBlocksOwn(cause);
  return {
    block,
    action,
    observed: { ...observed, error: isFatal ? cause.message : cause.brief },
    failure: { cause, isFatal, isUnclear: leavesOpen(error) },
  };
}

/** Whether an action that was not answered was carried out shows in a look at the block. */
async function lookAgain(
  instance: InstanceClient,
  failed: FailedOutcome,
  declared: Values,
): Promise<BlockOutcome> {
  const { block, action } = failed;
  try {
    const seen = cleaned(instance, block, await block.read(instance));
    const isDone =
      action === "withdraw"
        ? block.isWithdrawn(declared, seen) && !hasUnseenEffect(block, declared)
        : isProvenDone(block, declared, seen);
    if (isDone) return { block, action, observed: seen };
    return { ...failed, observed: { ...seen, error: failed.observed.error } };
  } catch (error) {
    // Of the failures of the look these tell more than the answer that did not come: that the instance is gone, or another.
    const isTelling = isInstanceMissing(error) || error instanceof InstanceRefusedError;
    return isTelling ? failureOf(failed, error) : failed;
  }
}

function isBlocksOwn(error: Error): error is RyzeApiError {
  if (!(error instanceof RyzeApiError) || error.tokenRefused || error.instanceMissing) return false;
  return error.status !== 429 || error.throttled;
}
