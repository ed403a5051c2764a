import { isDeepStrictEqual } from "node:util";
import { BLOCKS } from "../blocks/index.ts";
import { INSTANCE } from "../definitions/resources.ts";
import type { AccountClient } from "../ryzeapi/client.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import { containsUnknown, defined, isUnknown, pick, type Values } from "../values.ts";
import { checkArguments, instanceSchema, type CheckResult, type InstanceArguments } from "./arguments.ts";
import { adoptsUnpaired, protectsPaired } from "./configuration.ts";
import {
  bornOf,
  createOnce,
  CreationRefusedError,
  isOurs,
  nameTaken,
  UnclearCreationError,
  type Born,
} from "./creation.ts";
import { discover } from "./discovery.ts";
import {
  hasToken,
  identityIn,
  identityOf,
  isHeldBy,
  isTokenOf,
  locate,
  RefusedAccountError,
  type Identity,
  type Located,
  type Subject,
} from "./identity.ts";
import { importedInstance } from "./import.ts";
import {
  accountOf,
  accountsOf,
  checkAccount,
  declaredOnce,
  PartialFailure,
  type DiffResult,
  type Host,
  type Lifecycle,
  type ReadResult,
} from "./lifecycle.ts";
import { isPaired, isUntouched, type Connection } from "./pairing.ts";
import {
  changeAll,
  declarationOf,
  declaredBlocks,
  liveDeclarations,
  observeAll,
  pendingWithdrawals,
  plannedAction,
  secretsIn,
  settleAll,
  storable,
  withLastingErrors,
  type BlockResult,
} from "./reconcile/all.ts";
import { isEqual, sameArguments as sameBlockArguments } from "./reconcile/compare.ts";
import {
  adoptedUnpaired,
  costOfReplacement,
  gone,
  namesakeStays,
  pairedAndDeleted,
  pairedSince,
  protectedInstance,
  readAlone,
  refusalOf,
  refusedAccount,
  strangerStays,
  takenOver,
  unproven,
} from "./refusals.ts";
import { Run, type Holding, type Origin } from "./run.ts";
import { SECRET_FIELDS, withoutSecretFields } from "./secret-fields.ts";
import { declaredIn, knownIn, stateOf, UNCONFIRMED, type InstanceState, type Known } from "./state.ts";

/** The lifecycle of one instance. */
export class InstanceLifecycle implements Lifecycle<InstanceArguments> {
  readonly #host: Host;
  readonly #run = new Run();
  readonly #warned = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  idOf(args: InstanceArguments): string {
    return args.name;
  }

  check(declared: Values, origin: Origin = {}): CheckResult<InstanceArguments> {
    const byDefault = this.#run.nameOf(origin, "name");
    const name = declared["name"] ?? byDefault;
    const result = checkArguments<InstanceArguments>(instanceSchema, defined({ ...declared, name }));
    const checked = checkAccount(this.#host, result);
    const { inputs } = checked;
    if (inputs === undefined || isUnknown(inputs.name) || containsUnknown(inputs.account)) return checked;
    if (this.#run.isReplaced(origin)) this.#expectReplacement(inputs);
    return declaredOnce(this.#run, origin, accountOf(this.#host, inputs.account), checked, {
      id: inputs.name,
      argument: "name",
      thing: `the instance "${inputs.name}"`,
    });
  }

  diff(olds: InstanceState, news: InstanceArguments): DiffResult {
    const before = declaredIn(olds);
    const known = knownIn(olds);
    const hasNewName = !isUnknown(news.name) && news.name !== before.name;
    const hasNewToken = !isUnknown(news.token) && isOtherToken(news.token, known);
    const replaces = [...(hasNewName ? ["name"] : []), ...(hasNewToken ? ["token"] : [])];
    if (replaces.length > 0) this.#planReplacement(olds, news, replaces);
    else this.#keep(olds, news);
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
    const account = accountOf(this.#host, args.account);
    const existing = await account.listing.findAtStart(args.name, secretsIn(args));
    if (this.#run.isTaken(args.name, account)) throw nameTaken(args.name);
    if (existing !== undefined) return await this.#adopt(account, args, existing, nameTaken(args.name));
    this.#run.take({ id: args.name, account, identity: {}, isAdopted: false });
    try {
      await this.#requireForeseen(args.name);
      const state = await this.#createNew(account, args);
      this.#run.take({ id: args.name, account, identity: identityIn(state), isAdopted: false });
      return state;
    } catch (error) {
      if (error instanceof PartialFailure) {
        this.#run.take({ id: args.name, account, identity: identityIn(error.state), isAdopted: false });
        throw error;
      }
      this.#run.drop(args.name, account);
      // No page documents that a listing is complete, and one may have come up since it was taken.
      const found =
        error instanceof CreationRefusedError
          ? await account.listing.lookUp(args.name, secretsIn(args))
          : undefined;
      if (found === undefined) throw error;
      return await this.#adopt(account, args, found, error as CreationRefusedError);
    }
  }

  async read(id: string, olds: InstanceState): Promise<ReadResult<InstanceArguments> | undefined> {
    const args = { ...declaredIn(olds), name: id };
    const known = knownIn(olds);
    const subject = subjectOf(id, known, olds);
    const found =
      known.status === UNCONFIRMED
        ? await this.#lookForCreated(args, known)
        : await this.#look(subject, args);
    if (found === undefined) return { inputs: args, state: olds };
    if (found.is === "gone") {
      this.#host.warn(gone(subject, found));
      return undefined;
    }
    if (found.is !== "here") throw await refusalOf(subject, found, "read");
    const { account, listed } = found;
    const born = bornOf(listed, account, subject.secrets);
    const token = await this.#tokenNow(subject, account, born.token);
    const instance = account.instance(id, token, subject.secrets);
    const seen = withLastingErrors(args, await observeAll(instance, args, born.told), known.observed);
    // The declared token stays, as in stateOf: a listed one in its place would plan a replacement.
    const inputs = { ...args, ...liveDeclarations(args, seen) };
    const learned = identityOf({ id: born.id, token }, account, args.token ?? token);
    const state = stateOf(inputs, {
      ...knownOf(born, { token }, storable(seen)),
      identity: found.isAccountKnown ? { ...known.identity, ...learned } : known.identity,
      pendingWithdrawals: known.pendingWithdrawals,
    });
    return { inputs, state };
  }

  async import(id: string): Promise<ReadResult<InstanceArguments> | undefined> {
    const account = accountOf(this.#host, undefined);
    const listed = await account.listing.find(id, []);
    return listed && importedInstance(await discover(account, listed), this.#host.warn);
  }

  async update(id: string, olds: InstanceState, news: InstanceArguments): Promise<InstanceState> {
    const before = declaredIn(olds);
    const known = knownIn(olds);
    if (known.status === UNCONFIRMED) return await this.#resumeCreation(before, known, news);
    const subject = subjectOf(id, known, olds, news);
    const { account, token, identity } = await this.#prove(subject, news);
    const instance = account.instance(id, token, subject.secrets, () => this.#proveAgain(subject, account));
    const now = { ...known, token, identity };
    return concluded(news, now, await changeAll(instance, before, news, now), before);
  }

  async delete(id: string, olds: InstanceState): Promise<void> {
    const args = { ...declaredIn(olds), name: id };
    const known = knownIn(olds);
    const subject = subjectOf(id, known, olds);
    const found = await this.#lookToDelete(subject, args, known);
    if (found === undefined) return;
    // What another resource has by this name in the account that was asked is then another instance.
    if (found.is === "elsewhere" || found.is === "unknown") throw await refusalOf(subject, found, "deleted");
    const { account } = found;
    if (this.#run.isHeldElsewhere({ id, account, identity: known.identity })) {
      this.#host.warn(takenOver(`The instance "${id}"`));
      return;
    }
    if (found.is === "gone") {
      if (found.namesake !== undefined) this.#host.warn(namesakeStays(id));
      return;
    }
    this.#requireExpendable(args, known, found);
    await account.delete(id, subject.secrets);
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
    const told = await withToken(account, args, born);
    const token = told.token ?? args.token;
    const known = { ...knownOf(told, { token }, {}), identity: identityOf({ id: told.id, token }, account) };
    const instance = account.instance(args.name, known.token, secretsIn(args));
    return concluded(args, known, await settleAll(instance, args, born.told));
  }

  /** A creation whose outcome cannot be found out now is kept in the state, so that it is never orphaned. */
  async #create(account: AccountClient, args: InstanceArguments): Promise<Born> {
    try {
      return await createOnce(account, args);
    } catch (error) {
      if (!(error instanceof UnclearCreationError)) throw error;
      const known: Known = {
        ...{ token: args.token, status: UNCONFIRMED, numberJid: undefined },
        identity: { account: sealOfCreation(account, args) },
        ...{ pendingWithdrawals: {}, observed: {} },
      };
      throw new PartialFailure(args.name, stateOf(args, known), [error.message]);
    }
  }

  async #resumeCreation(
    before: InstanceArguments,
    known: Known,
    args: InstanceArguments,
  ): Promise<InstanceState> {
    const account = accountOf(this.#host, args.account);
    const found = await account.listing.lookUp(args.name, secretsIn(args));
    if (!mayHaveCreated(account, before, known)) {
      const subject = subjectOf(args.name, known, before, args);
      throw await refusalOf(subject, { is: "unknown", account, namesake: found }, "changed");
    }
    if (found === undefined) return await this.#createNew(account, args);
    if (!isOurs(found, before) && !args.adopt) throw nameTaken(args.name);
    return await this.#takeOver(account, args, found, before);
  }

  /** Takes an instance over that exists already, where that is wanted; otherwise it is `refused`. */
  async #adopt(
    account: AccountClient,
    args: InstanceArguments,
    existing: ListedInstance,
    refused: CreationRefusedError,
  ): Promise<InstanceState> {
    const [configured] = this.#host.configured();
    const isUnpaired = isUntouched(bornOf(existing, account, secretsIn(args)));
    if (!args.adopt && !(adoptsUnpaired(configured) && isUnpaired)) throw refused;
    if (!args.adopt) this.#host.warn(adoptedUnpaired(args.name));
    const identity = identityOf(bornOf(existing), account, args.token);
    this.#run.take({ id: args.name, account, identity, isAdopted: true });
    try {
      return await this.#takeOver(account, args, existing);
    } catch (error) {
      if (!(error instanceof PartialFailure)) this.#run.drop(args.name, account);
      throw error;
    }
  }

  /**
   * Brings an instance that exists to what is declared, in the fewest calls. What is not declared stays, unless it was
   * declared `before`.
   */
  async #takeOver(
    account: AccountClient,
    args: InstanceArguments,
    existing: ListedInstance,
    before: Values = {},
  ): Promise<InstanceState> {
    const born = bornOf(existing, account, secretsIn(args));
    const token = args.token ?? born.token;
    if (args.token !== undefined && !(await isTokenOf(existing, args.token, account, secretsIn(args)))) {
      throw new Error(
        `The instance "${args.name}" exists with another token than the declared one, and RyzeAPI cannot change a ` +
          "token. Leave `token` out to adopt the instance with the token that it has.",
      );
    }
    const known = { ...knownOf(born, { token }, {}), identity: identityOf({ id: born.id, token }, account) };
    const instance = account.instance(args.name, token, secretsIn(args));
    const observed = Object.fromEntries(
      [...(await observeAll(instance, { ...before, ...args }, born.told))].map(([block, seen]) => [
        block.name,
        seen,
      ]),
    );
    return concluded(args, known, await changeAll(instance, before, args, { ...known, observed }), before);
  }

  /** Where the instance is, for a look at it: where the account's token is refused, its own one is enough. */
  async #look(subject: Subject, args: InstanceArguments): Promise<Found> {
    const accounts = accountsOf(this.#host, args.account);
    try {
      return { ...(await locate(subject, accounts, "to-show")), isAccountKnown: true };
    } catch (error) {
      if (!(error instanceof RefusedAccountError)) throw error;
      const [account] = accounts;
      const listed = await account.instance(subject.name, subject.token, subject.secrets).owner();
      if (listed === undefined) throw error;
      this.#host.warn(readAlone(subject.name));
      return { is: "here", account, listed, isProven: true, isAccountKnown: false };
    }
  }

  async #lookToDelete(subject: Subject, args: InstanceArguments, known: Known): Promise<Located | undefined> {
    if (known.status === UNCONFIRMED) return await this.#lookForCreated(args, known);
    try {
      return await locate(subject, accountsOf(this.#host, args.account), "to-write");
    } catch (error) {
      throw error instanceof RefusedAccountError ? refusedAccount(subject.name, error) : error;
    }
  }

  /** What became of a creation that was never answered; undefined where nothing is there that must be ours. */
  async #lookForCreated(args: InstanceArguments, known: Known): Promise<Found | undefined> {
    const account = accountOf(this.#host, args.account);
    const listed = await account.listing.find(args.name, secretsIn(args));
    if (!mayHaveCreated(account, args, known))
      return { is: "unknown", account, namesake: listed, isAccountKnown: true };
    if (listed === undefined) return undefined;
    if (isOurs(listed, args)) return { is: "here", account, listed, isProven: true, isAccountKnown: true };
    this.#warnOnce(strangerStays(args.name));
    return undefined;
  }

  /** The token that the instance has: listings may mask it, so one that looks changed is tried. */
  async #tokenNow(
    { name, token, secrets }: Subject,
    account: AccountClient,
    listed: string | undefined,
  ): Promise<string | undefined> {
    if (token === undefined || listed === undefined || token === listed) return listed ?? token;
    return (await account.instance(name, token, secrets).owner()) === undefined ? listed : token;
  }

  /**
   * Makes sure that the account which is configured now holds the instance of the state. It costs nothing where that is
   * the account that was seen to hold it.
   */
  async #prove(
    subject: Subject,
    news: InstanceArguments,
  ): Promise<{ account: AccountClient; token: string | undefined; identity: Identity }> {
    const accounts = accountsOf(this.#host, news.account);
    const [account] = accounts;
    const own = [subject.token, news.token].find((token) => hasToken(subject.identity, token));
    if (own !== undefined && isHeldBy(account, subject))
      return {
        account,
        token: own,
        identity: { ...subject.identity, account: account.seal(news.token ?? own) },
      };
    const found = await locate(subject, accounts, "to-write");
    if (found.is !== "here") throw await refusalOf(subject, found, "changed");
    const { id, token: listed } = bornOf(found.listed);
    const token = await this.#tokenNow(subject, found.account, listed);
    const learned = identityOf({ id, token }, found.account, news.token ?? token);
    return { account: found.account, token, identity: { ...subject.identity, ...learned } };
  }

  /** Before the account's token does the work of the instance's own, which was refused. */
  async #proveAgain(subject: Subject, account: AccountClient): Promise<void> {
    const found = await locate(subject, [account], "to-write");
    if (found.is !== "here") throw await refusalOf(subject, found, "changed");
  }

  /** What the engine keeps no deletion must hit. */
  #keep(olds: InstanceState, news: InstanceArguments): void {
    if (!containsUnknown(news.account)) this.#run.keep(this.#holding(olds, news));
  }

  /** No result of a diff carries a message, and this one must be read before anybody confirms. */
  #planReplacement(olds: InstanceState, news: InstanceArguments, replaces: readonly string[]): void {
    const before = declaredIn(olds);
    if (!containsUnknown(news.account))
      this.#run.replace(this.#holding(olds, news), isUnknown(news.name) ? before.name : news.name);
    this.#announce(before.name, knownIn(olds), this.#protects(before) || this.#protects(news), replaces);
  }

  /** Options of the resource replace it as well, and say so only by having it checked once more. */
  #expectReplacement(news: InstanceArguments): void {
    const holding = this.#run.keptAs(news.name);
    if (holding === undefined) return;
    this.#run.replace(holding, news.name);
    if (holding.connection !== undefined)
      this.#announce(news.name, holding.connection, holding.isProtected === true, []);
  }

  #announce(name: string, connection: Connection, isProtected: boolean, replaces: readonly string[]): void {
    if (!isPaired(connection)) return;
    if (isProtected) throw protectedInstance(name, connection, "replaced");
    this.#host.warn(costOfReplacement(name, connection, replaces));
  }

  /** A replacement whose deletion is going to be refused must not leave two instances. */
  async #requireForeseen(name: string): Promise<void> {
    const replaced = this.#run.replacedBy(name);
    // One of the same name is deleted first, and its deletion asks.
    if (replaced !== undefined && replaced.id !== name) await replaced.requireDeletable?.();
  }

  async #requireDeletable(olds: InstanceState): Promise<void> {
    const args = declaredIn(olds);
    const known = knownIn(olds);
    const subject = subjectOf(args.name, known, olds);
    const found = await this.#lookToDelete(subject, args, known);
    if (found === undefined || found.is === "gone") return;
    if (found.is !== "here") throw await refusalOf(subject, found, "replaced");
    this.#requireExpendable(args, known, found);
  }

  /** Nothing is lost with the instance, or what is lost was known. */
  #requireExpendable(args: InstanceArguments, known: Known, found: Extract<Located, { is: "here" }>): void {
    const connection = bornOf(found.listed, found.account, secretsIn(args));
    if (!isPaired(connection)) return;
    if (this.#protects(args)) throw protectedInstance(args.name, connection, "deleted");
    // Nothing that RyzeAPI tells proves that it is the one of the state, and a paired one is no matter for a guess.
    if (!found.isProven) throw unproven(args.name, connection);
    if (isPaired(known)) return;
    if (this.#run.isReplacing(args.name)) throw pairedSince(args.name, connection);
    this.#host.warn(pairedAndDeleted(args.name, connection));
  }

  /** Before a replacement the same is looked at as before its deletion. */
  #warnOnce(line: string): void {
    if (!this.#warned.has(line)) this.#host.warn(line);
    this.#warned.add(line);
  }

  #protects({ account }: InstanceArguments): boolean {
    const [configured] = this.#host.configured();
    return protectsPaired(account, configured);
  }

  #holding(olds: InstanceState, news: InstanceArguments): Holding {
    const before = declaredIn(olds);
    const { identity, status, numberJid } = knownIn(olds);
    return {
      id: before.name,
      account: accountOf(this.#host, news.account),
      identity,
      connection: { status, numberJid },
      requireDeletable: () => this.#requireDeletable(olds),
      // The deletion is asked with what stands in the state: refused only then, it would leave two instances.
      isProtected: this.#protects(before) || this.#protects(news),
    };
  }
}

/** Where an instance is, and whether the account's token has shown it. */
type Found = Located & { readonly isAccountKnown: boolean };

function subjectOf(name: string, { token, identity }: Known, ...values: readonly Values[]): Subject {
  return { name, token, identity, secrets: values.flatMap(secretsIn) };
}

/** A token that the instance has, or may have, replaces nothing. */
function isOtherToken(token: string | undefined, known: Known): boolean {
  return token !== undefined && token !== known.token && !hasToken(known.identity, token);
}

/** The bond with the account that a creation was sent to; the token of what may come of it need not be known. */
function sealOfCreation(account: AccountClient, { name, token }: InstanceArguments): string {
  return account.seal(token ?? name);
}

/** Whether what was sent `before` and never answered went to `account`: no other one tells what became of it. */
function mayHaveCreated(account: AccountClient, before: InstanceArguments, { identity }: Known): boolean {
  // Older versions of this package recorded no account.
  return identity.account === undefined || identity.account === sealOfCreation(account, before);
}

/** The state after blocks were changed; throws where what happened must not pass as a success. */
function concluded(
  args: InstanceArguments,
  known: Known,
  results: readonly BlockResult[],
  before: Values = {},
): InstanceState {
  const failed = results.filter(({ observed }) => observed.error !== undefined);
  const managed = new Set(declaredBlocks(args));
  const observed = storable(
    results.filter(({ block }) => managed.has(block)).map((result) => [result.block, result.observed]),
  );
  const state = stateOf(args, {
    ...known,
    observed: withoutSecretFields(observed, before) as Known["observed"],
    pendingWithdrawals: pendingWithdrawals(failed, before, known, args),
  });
  const mustFail =
    args.onBlockFailure === "fail" ||
    failed.some(({ remains, fatal }) => remains === true || fatal !== undefined);
  if (failed.length > 0 && mustFail) {
    const reasons = failed.map(({ block, observed: { error } }) => `${block.name}: ${error ?? ""}`);
    throw new PartialFailure(args.name, state, reasons);
  }
  return state;
}

/** Every instance is born so, which an answer may leave out [docs: /en/api/instance/overview]. */
const BORN = "disconnected";

/** An instance of which nothing is pending, and that nothing tells from others yet. */
function knownOf(born: Born, before: Pick<Known, "token">, observed: Known["observed"]): Known {
  return {
    token: before.token,
    status: born.status ?? BORN,
    numberJid: born.numberJid,
    identity: {},
    pendingWithdrawals: {},
    observed,
  };
}

/** The token that a creation did not tell is in the account's listing, if anywhere. */
async function withToken(account: AccountClient, args: InstanceArguments, born: Born): Promise<Born> {
  if (born.token !== undefined || args.token !== undefined) return born;
  try {
    const listed = await account.listing.lookUp(args.name, secretsIn(args));
    return listed === undefined ? born : { ...bornOf(listed, account, secretsIn(args)), told: born.told };
  } catch {
    return born; // the instance exists; the next refresh asks again
  }
}

function sameArguments(before: InstanceArguments, now: InstanceArguments): boolean {
  const blocks = new Set(BLOCKS.map((block) => block.name));
  const apart = ["token", "adopt"];
  const others = [
    ...INSTANCE.arguments.filter((name) => !blocks.has(name) && !apart.includes(name)),
    SECRET_FIELDS,
  ];
  return (
    // Declaring the token that is there, or no token any more, changes nothing at the service. The state has to know
    // it all the same: a refresh would bring a token that is no argument any more back as one, and in clear.
    before.token === now.token &&
    isDeepStrictEqual(pick(before, others), pick(now, others)) &&
    BLOCKS.every((block) =>
      sameBlockArguments(block, declarationOf(block, before), declarationOf(block, now)),
    )
  );
}
