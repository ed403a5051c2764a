import { isDeepStrictEqual } from "node:util";
import {
  ARGUMENT_NAMES,
  argumentsIn,
  checkArguments,
  instanceSchema,
  type CheckResult,
  type InstanceArguments,
} from "./arguments.ts";
import {
  changeAll,
  declarationOf,
  declaredBlocks,
  liveDeclarations,
  observeAll,
  plannedAction,
  secretsIn,
  settleAll,
  storable,
  withLastingErrors,
  type BlockResult,
} from "./blocks/all.ts";
import { isEqual, sameArguments as sameBlockArguments } from "./blocks/compare.ts";
import { BLOCKS } from "./blocks/index.ts";
import { Claims, takenOver } from "./claims.ts";
import { bornOf, createOnce, nameTaken, UnclearCreationError, type Born } from "./creation.ts";
import { discover } from "./discovery.ts";
import { importedInstance } from "./import.ts";
import {
  accountOf,
  checkAccount,
  PartialFailure,
  type DiffResult,
  type Host,
  type Lifecycle,
  type ReadResult,
} from "./lifecycle.ts";
import type { AccountClient } from "./ryzeapi/client.ts";
import { SECRET_FIELDS, withoutSecretFields } from "./secret-fields.ts";
import { declaredIn, knownIn, stateOf, UNCONFIRMED, type InstanceState, type Known } from "./state.ts";
import { containsUnknown, omit, pick, type Values } from "./values.ts";

/** The lifecycle of one instance. */
export class InstanceLifecycle implements Lifecycle<InstanceArguments> {
  readonly #host: Host;
  readonly #claims = new Claims();

  constructor(host: Host) {
    this.#host = host;
  }

  idOf(args: InstanceArguments): string {
    return args.name;
  }

  check(declared: Values): CheckResult<InstanceArguments> {
    return checkAccount(this.#host, checkArguments<InstanceArguments>(instanceSchema, declared));
  }

  diff(olds: InstanceState, news: InstanceArguments): DiffResult {
    const before = declaredIn(olds);
    const known = knownIn(olds);
    const hasNewName = news.name !== before.name;
    const hasNewToken = news.token !== undefined && news.token !== known.token;
    const replaces = [...(hasNewName ? ["name"] : []), ...(hasNewToken ? ["token"] : [])];
    if (replaces.length > 0 && isPaired(known))
      this.#host.warn(costOfReplacement(before.name, known, replaces));
    const differs = replaces.length > 0 || containsUnknown(news) || !sameArguments(before, news);
    const isUnfinished =
      known.status === UNCONFIRMED ||
      BLOCKS.some((block) => plannedAction(block, before, known, news) !== "none");
    return {
      changes: differs ? undefined : isUnfinished,
      replaces,
      // Neither a name nor a token can be used by two instances at once, whoever asks for the replacement.
      deleteBeforeReplace: !hasNewName || (news.token !== undefined && !hasNewToken),
    };
  }

  async create(args: InstanceArguments): Promise<InstanceState> {
    const account = this.#account(args);
    const existing = await account.listing.findAtStart(args.name);
    const claimed = this.#claims.in(account);
    if (claimed.has(args.name) || (existing !== undefined && !args.adopt)) throw nameTaken(args.name);
    claimed.add(args.name);
    try {
      return existing === undefined
        ? await this.#createNew(account, args)
        : await this.#takeOver(account, args, bornOf(existing, account, secretsIn(args)));
    } catch (error) {
      if (!(error instanceof PartialFailure)) claimed.delete(args.name);
      throw error;
    }
  }

  async read(id: string, olds: InstanceState): Promise<ReadResult<InstanceArguments> | undefined> {
    const account = this.#account(argumentsIn(olds));
    const listed = await account.listing.find(id);
    if (listed === undefined) {
      this.#host.warn(gone(id, account));
      return undefined;
    }
    const born = bornOf(listed, account, secretsIn(olds));
    const before = knownIn(olds);
    const args = { ...declaredIn(olds), name: id };
    const instance = account.instance(id, args.token ?? born.token ?? before.token, secretsIn(olds));
    const seen = withLastingErrors(args, await observeAll(instance, args, born.told), before.observed);
    // The declared token stays, as in stateOf: a listed one in its place would plan a replacement.
    const inputs = { ...args, ...liveDeclarations(args, seen) };
    return { inputs, state: stateOf(inputs, knownOf(born, before, storable(seen))) };
  }

  async import(id: string): Promise<ReadResult<InstanceArguments> | undefined> {
    const account = accountOf(this.#host, undefined);
    const listed = await account.listing.find(id);
    return listed && importedInstance(await discover(account, listed), this.#host.warn);
  }

  async update(id: string, olds: InstanceState, news: InstanceArguments): Promise<InstanceState> {
    const account = this.#account(news);
    const before = declaredIn(olds);
    const known = knownIn(olds);
    if (known.status === UNCONFIRMED) return await this.#resumeCreation(account, before, news);
    if (!isDeepStrictEqual(before.account, news.account)) await requireInstance(account, id);
    const instance = account.instance(id, known.token, [...secretsIn(olds), ...secretsIn(news)]);
    const results = await changeAll(instance, before, news, known.observed);
    return concluded(news, known, results, before);
  }

  async delete(id: string, olds: InstanceState): Promise<void> {
    const account = this.#account(argumentsIn(olds));
    if (this.#claims.in(account).has(id)) {
      this.#host.warn(takenOver(`The instance "${id}"`));
      return;
    }
    await account.delete(id);
  }

  declaredIn(state: InstanceState): InstanceArguments {
    return declaredIn(state);
  }

  sameValue([name, field]: readonly string[], left: unknown, right: unknown): boolean {
    const block = BLOCKS.find((each) => each.name === name);
    return block === undefined || field === undefined
      ? isDeepStrictEqual(left, right)
      : isEqual(block, field, left, right);
  }

  async #createNew(account: AccountClient, args: InstanceArguments): Promise<InstanceState> {
    const born = await this.#create(account, args);
    const known = await withToken(account, args, knownOf(born, { token: args.token }, {}));
    const instance = account.instance(args.name, known.token, secretsIn(args));
    return concluded(args, known, await settleAll(instance, args, born.told));
  }

  /** A creation whose outcome cannot be found out now is kept in the state, so that it is never orphaned. */
  async #create(account: AccountClient, args: InstanceArguments): Promise<Born> {
    try {
      return await createOnce(account, args);
    } catch (error) {
      if (!(error instanceof UnclearCreationError)) throw error;
      const known = { token: args.token, status: UNCONFIRMED, numberJid: undefined, observed: {} };
      throw new PartialFailure(args.name, stateOf(args, known), [error.message]);
    }
  }

  async #resumeCreation(
    account: AccountClient,
    before: InstanceArguments,
    args: InstanceArguments,
  ): Promise<InstanceState> {
    const found = await account.listing.lookUp(args.name);
    return found === undefined
      ? await this.#createNew(account, args)
      : await this.#takeOver(account, args, bornOf(found, account, secretsIn(args)), before);
  }

  /**
   * Brings an instance that exists to what is declared, in the fewest calls. What is not declared stays, unless it was
   * declared `before`.
   */
  async #takeOver(
    account: AccountClient,
    args: InstanceArguments,
    born: Born,
    before: Values = {},
  ): Promise<InstanceState> {
    if (args.token !== undefined && born.token !== undefined && args.token !== born.token) {
      throw new Error(
        `The instance "${args.name}" exists with another token than the declared one, and RyzeAPI cannot change a ` +
          "token. Leave `token` out to adopt the instance with the token that it has.",
      );
    }
    const known = knownOf(born, { token: args.token }, {});
    const instance = account.instance(args.name, known.token, secretsIn(args));
    const observed = Object.fromEntries(
      [...(await observeAll(instance, { ...before, ...args }, born.told))].map(([block, seen]) => [
        block.name,
        seen,
      ]),
    );
    return concluded(args, known, await changeAll(instance, before, args, observed), before);
  }

  #account(args: InstanceArguments): AccountClient {
    const account = accountOf(this.#host, args.account);
    account.keepSecret(secretsIn(args));
    return account;
  }
}

function isPaired({ status, numberJid }: Known): boolean {
  return status === "connected" || (numberJid !== undefined && !/^logged_?out$/.test(status));
}

/** A refresh that finds nothing may have looked in the wrong place. */
function gone(name: string, account: AccountClient): string {
  return (
    `The instance "${name}" does not exist in the account at ${account.origin}: it leaves the state, and the next ` +
    "`pulumi up` creates it anew. If the token names another account by now, put the former token back before that."
  );
}

/** No result of a diff carries a message, and this one must be read before anybody confirms. */
function costOfReplacement(name: string, { status, numberJid }: Known, replaces: readonly string[]): string {
  return (
    `Replacing the instance "${name}" (because of its ${replaces.join(" and ")}) ends a WhatsApp session: it is ` +
    `paired with ${numberJid ?? "a number"} (${status}), the number is logged out, and a phone must be paired again. To ` +
    `keep it, put the former ${replaces.join(" and ")} back; the option \`protect: true\` makes Pulumi refuse this.`
  );
}

/** The state after blocks were changed; throws where what happened must not pass as a success. */
function concluded(
  args: InstanceArguments,
  known: Known,
  results: readonly BlockResult[],
  before: Values = {},
): InstanceState {
  const failed = results.filter(({ observed }) => observed.error !== undefined);
  const notWithdrawn = failed.filter(({ action }) => action === "withdraw").map(({ block }) => block);
  // What could not be withdrawn is still declared as far as the state goes, or nobody would try again.
  // Pulumi makes secret what the inputs have as a secret, and there the block is gone: its secrets cannot stay.
  const former = notWithdrawn.map((block): [string, Values] => [
    block.name,
    omit(declarationOf(block, before) ?? {}, block.secrets),
  ]);
  const kept = withoutSecretFields(Object.fromEntries(former), before);
  const recorded = { ...kept, ...args };
  const managed = new Set([...declaredBlocks(recorded)]);
  const observed = storable(
    results.filter(({ block }) => managed.has(block)).map((result) => [result.block, result.observed]),
  );
  const state = stateOf(recorded, {
    ...known,
    observed: withoutSecretFields(observed, before) as Known["observed"],
  });
  const mustFail =
    args.onBlockFailure === "fail" ||
    notWithdrawn.length > 0 ||
    failed.some(({ fatal }) => fatal !== undefined);
  if (failed.length > 0 && mustFail) {
    const reasons = failed.map(({ block, observed: { error } }) => `${block.name}: ${error ?? ""}`);
    throw new PartialFailure(args.name, state, reasons);
  }
  return state;
}

/** Every instance is born so, which an answer may leave out [docs: /en/api/instance/overview]. */
const BORN = "disconnected";

function knownOf(born: Born, before: Pick<Known, "token">, observed: Known["observed"]): Known {
  return {
    token: born.token ?? before.token,
    status: born.status ?? BORN,
    numberJid: born.numberJid,
    observed,
  };
}

/** The token that a creation did not tell is in the account's listing, if anywhere. */
async function withToken(account: AccountClient, args: InstanceArguments, known: Known): Promise<Known> {
  if (known.token !== undefined) return known;
  try {
    const listed = await account.listing.lookUp(args.name);
    return listed === undefined
      ? known
      : knownOf(bornOf(listed, account, secretsIn(args)), known, known.observed);
  } catch {
    return known; // the instance exists; the next refresh asks again
  }
}

/** After a change of account: an update that went to another instance, or to none, would lose this one. */
async function requireInstance(account: AccountClient, name: string): Promise<void> {
  if ((await account.listing.lookUp(name)) !== undefined) return;
  throw new Error(
    `The instance "${name}" does not exist in the account that \`account\` names now (at ${account.origin}), and ` +
      "instances cannot move between accounts. Put the former account back, or declare the instance under a new " +
      "resource name.",
  );
}

function sameArguments(before: InstanceArguments, now: InstanceArguments): boolean {
  const blocks = new Set(BLOCKS.map((block) => block.name));
  const others = [...ARGUMENT_NAMES.filter((name) => !blocks.has(name) && name !== "token"), SECRET_FIELDS];
  return (
    // Declaring the token that is there, or no token any more, changes nothing at the service. The state has to know
    // it all the same: a refresh would bring a token that is no argument any more back as one, and in clear.
    (before.token === undefined) === (now.token === undefined) &&
    isDeepStrictEqual(pick(before, others), pick(now, others)) &&
    BLOCKS.every((block) =>
      sameBlockArguments(block, declarationOf(block, before), declarationOf(block, now)),
    )
  );
}
