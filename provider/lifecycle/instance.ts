import { isDeepStrictEqual } from "node:util";
import { BLOCKS } from "../blocks/index.ts";
import { INSTANCE } from "../definitions/resources.ts";
import type { AccountClient } from "../ryzeapi/client.ts";
import { asError } from "../ryzeapi/errors.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import { containsUnknown, defined, isUnknown, pick, type Values } from "../values.ts";
import { checkArguments, instanceSchema, type CheckResult, type InstanceArguments } from "./arguments.ts";
import { adoptsUnpaired } from "./configuration.ts";
import {
  CreationRefusedError,
  createOnce,
  isOurs,
  nameTaken,
  UnclearCreationError,
  type Creation,
} from "./creation.ts";
import { discover } from "./discovery.ts";
import { hasToken, identityIn, identityOf, isTokenOf, learnedFrom } from "./identity.ts";
import { importedInstance } from "./import.ts";
import { InstanceLocator, mayHaveCreated, sealOfCreation, subjectOf } from "./instance-locator.ts";
import {
  accountOf,
  checkAccount,
  declaredOnce,
  PartialFailure,
  type DiffResult,
  type Host,
  type Lifecycle,
  type ReadResult,
} from "./lifecycle.ts";
import { observedInstance, type ObservedInstance } from "./observed-instance.ts";
import { wasNeverPaired } from "./pairing.ts";
import { requireHere } from "./proof.ts";
import type { BlockOutcome } from "./reconcile/block.ts";
import {
  declarationOf,
  declaredBlocks,
  liveDeclarations,
  observeBlocks,
  pendingWithdrawals,
  plannedAction,
  reconcileBlocks,
  reconcileCreatedBlocks,
  storableBlocks,
} from "./reconcile/blocks.ts";
import { isEqual, sameBlockArguments } from "./reconcile/compare.ts";
import { adoptedUnpaired, gone, heldByAnother, namesakeStays, refusalOf, takenOver } from "./refusals.ts";
import { ReplacementGuard } from "./replacement.ts";
import { Run, type Origin } from "./run.ts";
import { SECRET_FIELDS, secretsIn, withoutSecretFields } from "./secret-fields.ts";
import {
  declaredIn,
  knownIn,
  stateOf,
  storedNameIn,
  UNCONFIRMED,
  type InstanceState,
  type Known,
} from "./state.ts";

/** The lifecycle of one instance. */
export class InstanceLifecycle implements Lifecycle<InstanceArguments> {
  readonly #host: Host;
  readonly #run = new Run();
  readonly #locator: InstanceLocator;
  readonly #guard: ReplacementGuard;

  constructor(host: Host) {
    this.#host = host;
    this.#locator = new InstanceLocator(host);
    this.#guard = new ReplacementGuard(host, this.#run, this.#locator);
  }

  idOf(state: InstanceState): string {
    return storedNameIn(state);
  }

  check(declared: Values, origin: Origin = {}): CheckResult<InstanceArguments> {
    const byDefault = this.#run.nameOf(origin, "name");
    const name = declared["name"] ?? byDefault;
    const result = checkArguments<InstanceArguments>(instanceSchema, defined({ ...declared, name }));
    const checked = checkAccount(this.#host, result);
    const { inputs } = checked;
    if (inputs === undefined || isUnknown(inputs.name) || containsUnknown(inputs.account)) return checked;
    if (this.#run.isReplaced(origin)) this.#guard.expect(inputs);
    return declaredOnce(this.#run, origin, accountOf(this.#host, inputs.account), checked, {
      id: inputs.name,
      argument: "name",
      thing: `the instance "${inputs.name}"`,
    });
  }

  diff(olds: InstanceState, news: InstanceArguments): DiffResult {
    const before = declaredIn(olds);
    const known = knownIn(olds);
    const hasNewName = !isUnknown(news.name) && ![before.name, known.identity.name].includes(news.name);
    const hasNewToken = !isUnknown(news.token) && isOtherToken(news.token, known);
    const replaces = [...(hasNewName ? ["name"] : []), ...(hasNewToken ? ["token"] : [])];
    if (replaces.length > 0) this.#guard.plan(olds, news, replaces);
    else this.#guard.keep(olds, news);
    const differs = replaces.length > 0 || containsUnknown(news) || !declareTheSame(before, news);
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
    const existing = await account.listing.findAtStart(args.name, secretsIn(args, INSTANCE));
    const taken = this.#run.isOfAnother(args.name, account)
      ? heldByAnother(`The instance "${args.name}"`, "name")
      : nameTaken(args.name);
    if (this.#run.isTaken(args.name, account)) throw taken;
    if (existing !== undefined) return await this.#adopt(account, args, existing, taken);
    this.#run.take({ id: args.name, account, identity: {}, isAdopted: false });
    try {
      await this.#guard.requireForeseen(args.name);
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
          ? await account.listing.lookUpSpelling(args.name, secretsIn(args, INSTANCE))
          : undefined;
      if (found === undefined) throw error;
      return await this.#adopt(account, args, found, asError(error));
    }
  }

  async read(id: string, olds: InstanceState): Promise<ReadResult<InstanceArguments> | undefined> {
    const args = argumentsOf(id, olds);
    const known = knownIn(olds);
    const subject = subjectOf(id, known, olds);
    const found = await this.#locator.look(subject, args, known);
    if (found === undefined) return { inputs: args, state: olds };
    if (found.is === "gone") {
      this.#host.warn(gone(subject, found));
      return undefined;
    }
    if (found.is !== "here") throw await refusalOf(subject, found, "read");
    const { account, listed } = found;
    const { secrets } = subject;
    const shown = observedInstance(listed, { account, secrets });
    const token = await this.#locator.presentToken(subject, account, shown.token);
    const instance = account.instance(id, token, secrets);
    const blocks = await observeBlocks(instance, args, shown.summaries, known.observed);
    // The declared token stays, as in stateOf: a listed one in its place would plan a replacement.
    const inputs = { ...args, ...liveDeclarations(args, blocks) };
    const learned = learnedFrom(found, token, args.token);
    const state = stateOf(inputs, {
      ...knownOf(shown, token),
      observed: storableBlocks(blocks),
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
    const { account, token, identity } = await this.#locator.prove(subject, news);
    // The account's token does the work of the instance's own, where that is refused, for no other instance.
    const instance = account.instance(id, token, subject.secrets, () => requireHere(subject, [account]));
    const now = { ...known, token, identity };
    return recorded(news, now, await reconcileBlocks(instance, before, now, news), before);
  }

  async delete(id: string, olds: InstanceState): Promise<void> {
    const args = argumentsOf(id, olds);
    const known = knownIn(olds);
    const subject = subjectOf(id, known, olds);
    const found = await this.#locator.lookToDelete(subject, args, known);
    if (found === undefined) return;
    // What another resource has by this name in the account that was asked is then another instance.
    if (found.is === "elsewhere" || found.is === "unknown") throw await refusalOf(subject, found, "deleted");
    const { account } = found;
    if (this.#run.isHeldElsewhere({ id: args.name, account, identity: known.identity })) {
      this.#host.warn(takenOver(`The instance "${id}"`));
      return;
    }
    if (found.is === "gone") {
      if (found.namesake !== undefined) this.#host.warn(namesakeStays(id));
      return;
    }
    this.#guard.requireExpendable(args, known, found);
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
    const { shown: created, hasBlocks } = await this.#create(account, args);
    const shown = await withToken(account, args, created);
    const token = shown.token ?? args.token;
    const name = created.name ?? args.name;
    const identity = { name, ...identityOf({ id: shown.id, token }, account) };
    const known = { ...knownOf(shown, token), identity };
    const instance = account.instance(name, token, secretsIn(args, INSTANCE));
    const summaries = hasBlocks ? created.summaries : undefined;
    return recorded(args, known, await reconcileCreatedBlocks(instance, args, summaries));
  }

  /** A creation whose outcome cannot be found out now is kept in the state, so that it is never orphaned. */
  async #create(account: AccountClient, args: InstanceArguments): Promise<Creation> {
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
    const found = await account.listing.lookUpSpelling(args.name, secretsIn(args, INSTANCE));
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
    refused: Error,
  ): Promise<InstanceState> {
    const [configured] = this.#host.configured();
    const shown = observedInstance(existing);
    if (!args.adopt && !(adoptsUnpaired(configured) && wasNeverPaired(shown))) throw refused;
    if (!args.adopt) this.#host.warn(adoptedUnpaired(args.name));
    const identity = identityOf(shown, account, args.token);
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
    const secrets = secretsIn(args, INSTANCE);
    const shown = observedInstance(existing, { account, secrets });
    const token = args.token ?? shown.token;
    if (args.token !== undefined && !(await isTokenOf(existing, args.token, account, secrets))) {
      throw new Error(
        `The instance "${args.name}" exists with another token than the declared one, and RyzeAPI cannot change a ` +
          "token. Leave `token` out to adopt the instance with the token that it has.",
      );
    }
    const instance = account.instance(existing.name, token, secrets);
    const blocks = await observeBlocks(instance, { ...before, ...args }, shown.summaries);
    const known = {
      ...knownOf(shown, token),
      identity: { name: existing.name, ...identityOf({ id: shown.id, token }, account) },
      observed: Object.fromEntries([...blocks].map(([block, seen]) => [block.name, seen])),
    };
    return recorded(args, known, await reconcileBlocks(instance, before, known, args), before);
  }
}

/** What was declared of the instance; its name is the id, unless the service has it by another one. */
function argumentsOf(id: string, olds: InstanceState): InstanceArguments {
  const declared = declaredIn(olds);
  return identityIn(olds).name === id ? declared : { ...declared, name: id };
}

/** A token that the instance has, or may have, replaces nothing. */
function isOtherToken(token: string | undefined, known: Known): boolean {
  return token !== undefined && token !== known.token && !hasToken(known.identity, token);
}

/** The state once blocks were reconciled; throws with it where what happened must not pass as a success. */
function recorded(
  args: InstanceArguments,
  known: Known,
  outcomes: readonly BlockOutcome[],
  before: Values = {},
): InstanceState {
  const failed = outcomes.filter(({ observed }) => observed.error !== undefined);
  const managed = new Set(declaredBlocks(args));
  const observed = storableBlocks(
    outcomes.filter(({ block }) => managed.has(block)).map((outcome) => [outcome.block, outcome.observed]),
  );
  const state = stateOf(args, {
    ...known,
    observed: withoutSecretFields(observed, before) as Known["observed"],
    pendingWithdrawals: pendingWithdrawals(failed, before, known, args),
  });
  if (!failed.some((outcome) => mustFail(args, outcome))) return state;
  const reasons = failed.map(({ block, observed: { error } }) => `${block.name}: ${error ?? ""}`);
  throw new PartialFailure(storedNameIn(state), state, reasons);
}

/** A block that is not as declared is a warning; what the program no longer declares must not stay in force unseen. */
function mustFail({ onBlockFailure }: InstanceArguments, { action, failure }: BlockOutcome): boolean {
  if (onBlockFailure === "fail") return true;
  return failure !== undefined && (failure.isFatal || action === "withdraw");
}

/** Every instance is created so, which an answer may leave out [docs: /en/api/instance/overview]. */
const CREATED_STATUS = "disconnected";

/** An instance of which nothing is pending, and that nothing tells from others yet. */
function knownOf({ status, numberJid }: ObservedInstance, token: string | undefined): Known {
  return {
    token,
    status: status ?? CREATED_STATUS,
    numberJid,
    identity: {},
    pendingWithdrawals: {},
    observed: {},
  };
}

/** The token that a creation did not return is in the account's listing, if anywhere. */
async function withToken(
  account: AccountClient,
  args: InstanceArguments,
  created: ObservedInstance,
): Promise<ObservedInstance> {
  if (created.token !== undefined || args.token !== undefined) return created;
  const secrets = secretsIn(args, INSTANCE);
  try {
    const listed = await account.listing.lookUp(created.name ?? args.name, secrets);
    return listed === undefined ? created : observedInstance(listed, { account, secrets });
  } catch {
    return created; // the instance exists; the next refresh asks again
  }
}

function declareTheSame(before: InstanceArguments, now: InstanceArguments): boolean {
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
