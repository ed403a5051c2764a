import { isDeepStrictEqual } from "node:util";
import type { Block, Observation } from "../../blocks/block.ts";
import { isCiphertextOf } from "../../hidden.ts";
import { defined, omit, type Values } from "../../values.ts";

export type Action = "none" | "apply" | "withdraw";

/**
 * What has to be done about a block, out of what was declared before, what is declared now and what was observed last.
 */
export function actionFor(
  block: Block,
  before: Values | undefined,
  now: Values | undefined,
  observed: Observation | undefined,
): Action {
  if (now === undefined || isOff(now)) {
    const declared = before ?? now;
    if (declared === undefined) return "none";
    const isDone =
      observed !== undefined && observed.error === undefined && block.isWithdrawn(declared, observed);
    return isDone ? "none" : "withdraw";
  }
  if (before === undefined) return isConfirmed(block, now, observed) ? "none" : "apply";
  return sameDeclaration(block, before, now) && isInSync(block, now, observed) ? "none" : "apply";
}

/** Nothing that was observed speaks against the block being what is declared. */
export function isInSync(block: Block, declared: Values, observed: Observation | undefined): boolean {
  return (
    observed !== undefined && observed.error === undefined && drift(block, declared, observed).length === 0
  );
}

/** Everything that is declared was observed to be so; a secret that is never returned leaves a doubt. */
function isConfirmed(block: Block, declared: Values, observed: Observation | undefined): boolean {
  return (
    observed !== undefined && isInSync(block, declared, observed) && !hasUnseen(block, declared, observed)
  );
}

/** Confirmed, and with no effect besides that an observation does not show. */
export function isProvenDone(block: Block, declared: Values, observed: Observation | undefined): boolean {
  return !hasUnseenEffect(block, declared) && isConfirmed(block, declared, observed);
}

/** A proxy that is stored as declared does not show whether the instance reconnected. */
export function hasUnseenEffect(block: Block, declared: Values): boolean {
  return block.directives.some((field) => declared[field] === true);
}

/** Whether the observation tells enough to compare the block with its declaration. */
export function covers(block: Block, declared: Values, observed: Observation): boolean {
  if (observed.enabled === false || observed.error !== undefined) return true;
  return serviceFields(block, declared).every(
    (field) => Object.hasOwn(observed, field) || block.unreadable.includes(field),
  );
}

/** The declaration with the observed values in the place of those that drifted. */
export function liveDeclaration(block: Block, declared: Values, observed: Observation): Values {
  const drifted = drift(block, declared, observed);
  return { ...declared, ...Object.fromEntries(drifted.map((field) => [field, observed[field]])) };
}

/** Whether the program says the same of the block, what it says of applying it included. */
export function sameBlockArguments(
  block: Block,
  left: Values | undefined,
  right: Values | undefined,
): boolean {
  if (left === undefined || right === undefined) return left === right;
  const directives = block.directives.every((field) => left[field] === right[field]);
  return directives && sameDeclaration(block, left, right);
}

/** Whether the block is declared alike, as far as the service is concerned. */
function sameDeclaration(block: Block, left: Values, right: Values): boolean {
  const fields = new Set([...serviceFields(block, left), ...serviceFields(block, right)]);
  return [...fields].every((field) => isEqual(block, field, left[field], right[field]));
}

/** A new observation keeps the error that it cannot prove to be resolved. */
export function withUnresolvedError(
  block: Block,
  declared: Values,
  fresh: Observation,
  error: string | undefined,
): Observation {
  if (error === undefined || fresh.error !== undefined || isProvenDone(block, declared, fresh)) return fresh;
  return { ...fresh, error };
}

/** What of an observation may stand in the state, which is in clear. */
export function storable(block: Block, observed: Observation): Observation {
  return defined(omit(observed, block.secrets));
}

export function isOff(declared: Values): boolean {
  return declared["enabled"] === false;
}

/** The declared fields whose observed value is another; of a block that is off only that it is off counts. */
export function drift(block: Block, declared: Values, observed: Observation): string[] {
  const isOffNow = observed.enabled === undefined ? isOff(declared) : !observed.enabled;
  if (isOffNow) return differs(block, "enabled", declared, observed) ? ["enabled"] : [];
  return serviceFields(block, declared).filter((field) => differs(block, field, declared, observed));
}

function differs(block: Block, field: string, declared: Values, observed: Observation): boolean {
  if (!Object.hasOwn(declared, field) || observed[field] === undefined) return false;
  return !isStored(block, field, declared[field], observed[field]);
}

/** Whether the service may have made `stored` of what is declared. */
function isStored(block: Block, field: string, declared: unknown, stored: unknown): boolean {
  if (block.hideable.includes(field) && isCiphertextOf(stored, declared)) return true;
  return (
    isEqual(block, field, declared, stored) ||
    block.definitions.get(field)?.traits.storedAs?.(declared, stored) === true
  );
}

/** The declared fields of which a summary may show something in the place of their value. */
export function doubtful(block: Block, declared: Values, summarised: Observation): string[] {
  if (summarised.enabled === false) return [];
  const shown = block.hideable.filter((field) => Object.hasOwn(summarised, field));
  return shown.filter((field) => Object.hasOwn(declared, field) && declared[field] !== summarised[field]);
}

/** Whether two values of a field mean the same to the service. */
export function isEqual(block: Block, field: string, left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return left === right;
  return block.definitions.get(field)?.kind.equal?.(left, right) ?? isDeepStrictEqual(left, right);
}

function hasUnseen(block: Block, declared: Values, observed: Observation): boolean {
  const mayBeUnseen = [...block.unreadable, ...block.hideable];
  return mayBeUnseen.some(
    (field) =>
      Object.hasOwn(declared, field) &&
      (observed[field] === undefined || isCiphertextOf(observed[field], declared[field])),
  );
}

function serviceFields(block: Block, declared: Values): string[] {
  return Object.keys(declared).filter((field) => !block.directives.includes(field));
}
