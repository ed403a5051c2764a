import type { Block, Observation } from "../../blocks/block.ts";
import { BLOCKS } from "../../blocks/index.ts";
import type { InstanceClient } from "../../ryzeapi/client.ts";
import { isObject, type Values } from "../../values.ts";
import type { InstanceArguments } from "../arguments.ts";
import type { BlockSummaries } from "../observed-instance.ts";
import type { Known } from "../state.ts";
import {
  observeBlock,
  reconcileBlock,
  reconcileCreated,
  reconcileUnsent,
  type BlockOutcome,
  type BlockSituation,
} from "./block.ts";
import { actionFor, liveDeclaration, storable, withUnresolvedError, type Action } from "./compare.ts";

/** The declaration of a block in arguments or a state; undefined where it is not declared, or not known yet. */
export function declarationOf(block: Block, args: Values): Values | undefined {
  const declared = args[block.name];
  return isObject(declared) ? declared : undefined;
}

export function declaredBlocks(args: Values): Block[] {
  return BLOCKS.filter((block) => declarationOf(block, args) !== undefined);
}

/** What an update has to do about a block. */
export function plannedAction(block: Block, before: Values, known: Known, now: InstanceArguments): Action {
  const { former, desired, observed } = situationOf(block, before, known, now);
  return actionFor(block, former, desired, observed);
}

/** What every declared block is now. An error of before stays that the observation cannot prove to be resolved. */
export async function observeBlocks(
  instance: InstanceClient,
  args: Values,
  summaries: BlockSummaries,
  before: Known["observed"] = {},
): Promise<ReadonlyMap<Block, Observation>> {
  const observing = declaredBlocks(args).map(async (block) => {
    const declared = declarationOf(block, args) ?? {};
    const seen = await observeBlock(instance, block, declared, summaries(block.name));
    return [block, withUnresolvedError(block, declared, seen, before[block.name]?.error)] as const;
  });
  return new Map(await Promise.all(observing));
}

/** Brings every block that needs it to what is declared, side by side, and touches no other. */
export function reconcileBlocks(
  instance: InstanceClient,
  before: Values,
  known: Known,
  now: InstanceArguments,
): Promise<BlockOutcome[]> {
  return Promise.all(BLOCKS.map((block) => reconcileBlock(instance, situationOf(block, before, known, now))));
}

/** Finds out what became of every declared block of an instance that was just created; without `summaries` none was sent. */
export function reconcileCreatedBlocks(
  instance: InstanceClient,
  args: InstanceArguments,
  summaries: BlockSummaries | undefined,
): Promise<BlockOutcome[]> {
  const reconciling = declaredBlocks(args).map((block) => {
    const desired = declarationOf(block, args) ?? {};
    return summaries === undefined
      ? reconcileUnsent(instance, block, desired)
      : reconcileCreated(instance, block, desired, summaries(block.name));
  });
  return Promise.all(reconciling);
}

/** The declared blocks with the live values of the fields that they manage. */
export function liveDeclarations(args: Values, seen: ReadonlyMap<Block, Observation>): Values {
  return Object.fromEntries(
    [...seen].map(([block, observed]) => [
      block.name,
      liveDeclaration(block, declarationOf(block, args) ?? {}, observed),
    ]),
  );
}

/** The form in which observations are stored: by the block's name, without secrets. */
export function storableBlocks(seen: Iterable<readonly [Block, Observation]>): Known["observed"] {
  return Object.fromEntries([...seen].map(([block, observed]) => [block.name, storable(block, observed)]));
}

/** The names of what has to be withdrawn still of the blocks that failed. */
export function pendingWithdrawals(
  failed: readonly BlockOutcome[],
  before: Values,
  known: Known,
  now: Values,
): Known["pendingWithdrawals"] {
  const pending = failed.map(({ block }): [string, string[]] => {
    const declared = declarationOf(block, now);
    const former = Object.entries(formerDeclaration(block, before, known) ?? {});
    const left = former.filter(
      ([field, value]) =>
        !Object.hasOwn(declared ?? {}, field) && !(block.directives.includes(field) && value === false),
    );
    return [block.name, left.map(([field]) => field)];
  });
  return Object.fromEntries(pending.filter(([name, fields]) => fields.length > 0 || now[name] === undefined));
}

function situationOf(block: Block, before: Values, known: Known, now: Values): BlockSituation {
  return {
    block,
    former: formerDeclaration(block, before, known),
    desired: declarationOf(block, now),
    observed: known.observed[block.name],
  };
}

/** What was declared of a block before, with the fields that could not be withdrawn since. */
function formerDeclaration(block: Block, before: Values, { pendingWithdrawals }: Known): Values | undefined {
  const declared = declarationOf(block, before);
  const pending = pendingWithdrawals[block.name];
  if (pending === undefined) return declared;
  return { ...Object.fromEntries(pending.map((field) => [field, true])), ...declared };
}
