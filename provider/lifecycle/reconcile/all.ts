import type { Block, Observation } from "../../blocks/block.ts";
import { BLOCKS } from "../../blocks/index.ts";
import type { InstanceClient } from "../../ryzeapi/client.ts";
import { defined, isObject, type Values } from "../../values.ts";
import type { InstanceArguments } from "../arguments.ts";
import { textsInSecretFields } from "../secret-fields.ts";
import type { Known } from "../state.ts";
import { actionFor, covers, isOff, liveDeclaration, withLastingError, withoutSecrets } from "./compare.ts";
import { applyBlock, cleaned, settleCreated, withdrawBlock, type BlockOutcome } from "./settle.ts";

/** What the service told of a block along with something else: a creation's answer or a listing. */
export type Told = (block: string) => unknown;

export interface BlockResult extends BlockOutcome {
  readonly block: Block;
  readonly action: "apply" | "withdraw" | "none";
}

/** The declaration of a block in arguments or a state; undefined where it is not declared, or not known yet. */
export function declarationOf(block: Block, args: Values): Values | undefined {
  const declared = args[block.name];
  return isObject(declared) ? declared : undefined;
}

export function declaredBlocks(args: Values): Block[] {
  return BLOCKS.filter((block) => declarationOf(block, args) !== undefined);
}

/** What was declared of a block before, with the fields that could not be withdrawn since. */
function formerDeclaration(block: Block, before: Values, { pendingWithdrawals }: Known): Values | undefined {
  const declared = declarationOf(block, before);
  const pending = pendingWithdrawals[block.name];
  if (pending === undefined) return declared;
  return { ...Object.fromEntries(pending.map((field) => [field, true])), ...declared };
}

/** The names of what has to be withdrawn still of the blocks that failed. */
export function pendingWithdrawals(
  results: readonly BlockResult[],
  before: Values,
  known: Known,
  now: Values,
): Known["pendingWithdrawals"] {
  const pending = results
    .filter(({ observed }) => observed.error !== undefined)
    .map(({ block }): [string, string[]] => {
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

/** What an update has to do about a block. */
export function plannedAction(
  block: Block,
  before: InstanceArguments,
  known: Known,
  news: InstanceArguments,
) {
  return actionFor(
    block,
    formerDeclaration(block, before, known),
    declarationOf(block, news),
    known.observed[block.name],
  );
}

/** Finds out what became of every declared block of an instance that was just created. */
export function settleAll(
  instance: InstanceClient,
  args: InstanceArguments,
  told: Told,
): Promise<BlockResult[]> {
  return forEachBlock(declaredBlocks(args), async (block) => {
    const declared = declarationOf(block, args) ?? {};
    // An instance is born with everything off, and a block declared as off was not sent.
    if (isOff(declared)) return { block, action: "none", observed: { enabled: false } };
    return {
      block,
      action: "apply",
      ...(await settleCreated(block, instance, declared, block.observe(told(block.name)))),
    };
  });
}

/** Brings every block that needs it to what is declared, side by side, and touches no other. */
export function changeAll(
  instance: InstanceClient,
  before: Values,
  now: InstanceArguments,
  known: Known,
): Promise<BlockResult[]> {
  return forEachBlock(BLOCKS, async (block) => {
    const declaredBefore = formerDeclaration(block, before, known);
    const declared = declarationOf(block, now);
    const seen = known.observed[block.name];
    const action = actionFor(block, declaredBefore, declared, seen);
    if (action === "none") return { block, action, observed: seen ?? {} };
    if (action === "withdraw") {
      const outcome = await withdrawBlock(block, instance, declaredBefore ?? declared ?? {}, seen);
      return { block, action, ...outcome };
    }
    const change = { declared: declared ?? {}, before: declaredBefore, observed: seen };
    return { block, action, ...(await applyBlock(block, instance, change)) };
  });
}

/** What every declared block is now; the service is asked only for what the listing does not tell. */
export async function observeAll(
  instance: InstanceClient,
  args: Values,
  told: Told,
): Promise<ReadonlyMap<Block, Observation>> {
  const seen = declaredBlocks(args).map(async (block) => {
    const listed = block.observe(told(block.name));
    const isEnough = listed !== undefined && covers(block, declarationOf(block, args) ?? {}, listed);
    return [block, cleaned(instance, block, isEnough ? listed : await block.read(instance))] as const;
  });
  return new Map(await Promise.all(seen));
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

/** New observations, with the failures of before that they cannot prove to be over. */
export function withLastingErrors(
  args: Values,
  seen: ReadonlyMap<Block, Observation>,
  before: Known["observed"],
): ReadonlyMap<Block, Observation> {
  return new Map(
    [...seen].map(([block, observed]) => {
      const declared = declarationOf(block, args) ?? {};
      return [block, withLastingError(block, declared, observed, before[block.name]?.error)];
    }),
  );
}

/** The form in which observations are stored: by the block's name, without secrets. */
export function storable(seen: Iterable<readonly [Block, Observation]>): Known["observed"] {
  return Object.fromEntries(
    [...seen].map(([block, observed]) => [block.name, defined(withoutSecrets(block, observed))]),
  );
}

/** Every secret in arguments or a state, for messages that must not show them. */
export function secretsIn(values: Values): string[] {
  const account = isObject(values["account"]) ? values["account"] : {};
  const inBlocks = BLOCKS.flatMap((block) =>
    block.secrets.map((secret) => declarationOf(block, values)?.[secret]),
  );
  const always = [values["token"], account["token"], ...inBlocks].filter(
    (value) => typeof value === "string",
  );
  return [...always, ...textsInSecretFields(values)];
}

function forEachBlock(
  blocks: readonly Block[],
  act: (block: Block) => Promise<BlockResult>,
): Promise<BlockResult[]> {
  return Promise.all(blocks.map(act));
}
