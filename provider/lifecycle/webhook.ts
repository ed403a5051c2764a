import { isDeepStrictEqual } from "node:util";
import type { Block, Observation } from "../blocks/block.ts";
import { enabledLabels, MOST_ENABLED, webhookLabelled } from "../blocks/webhook.ts";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { WEBHOOK } from "../definitions/resources.ts";
import { shapeOf, switchable } from "../definitions/schemas.ts";
import { DEFAULT_LABEL, webhookResourceFields } from "../definitions/webhook-resource.ts";
import { webhookFields } from "../definitions/webhook.ts";
import type { AccountClient, InstanceClient } from "../ryzeapi/client.ts";
import { isInstanceMissing, RyzeApiError } from "../ryzeapi/errors.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import { containsUnknown, defined, isObject, isUnknown, pick, type Values } from "../values.ts";
import { accountArgument, argumentsIn, checkArguments, type CheckResult } from "./arguments.ts";
import type { AccountSettings } from "./configuration.ts";
import { discoverBlock, webhookLeftOut } from "./discovery.ts";
import { identityIn, identityOf, locate, type Identity, type Located, type Subject } from "./identity.ts";
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
import { noInstance } from "./lookup.ts";
import { completed, condensed } from "./observations.ts";
import { observedInstance } from "./observed-instance.ts";
import { locateToDelete } from "./proof.ts";
import { observeBlock, reconcileBlock, type BlockOutcome, type BlockSituation } from "./reconcile/block.ts";
import {
  actionFor,
  isEqual,
  isInSync,
  liveDeclaration,
  sameBlockArguments,
  storable,
} from "./reconcile/compare.ts";
import { refusalOf, heldByAnother, takenOver } from "./refusals.ts";
import { Run, type Holding, type Origin } from "./run.ts";
import { SECRET_FIELDS, secretsIn, withoutSecretFields } from "./secret-fields.ts";

/** The arguments of a webhook beside the `default` one, after `check`. */
export type WebhookArguments = Values &
  Readonly<{
    instance: string;
    label: string;
    token?: string;
    account?: AccountSettings;
    /** Default: false. */
    adopt?: boolean;
  }>;

const { adopt, ...own } = shapeOf(webhookResourceFields);

export const webhookSchema = switchable(webhookFields, {
  ...own,
  account: accountArgument.optional(),
  adopt,
});

const WEBHOOK_NAMES = Object.keys(BLOCK_FIELDS.webhook);

/** The lifecycle of one webhook of an instance, beside the one labelled `default`. */
export class WebhookLifecycle implements Lifecycle<WebhookArguments> {
  readonly #host: Host;
  readonly #run = new Run();

  constructor(host: Host) {
    this.#host = host;
  }

  idOf(state: Values): string {
    return webhookId(declaredIn(state));
  }

  check(declared: Values, origin: Origin = {}): CheckResult<WebhookArguments> {
    const byDefault = this.#run.nameOf(origin, "label");
    const args = defined({ ...declared, label: declared["label"] ?? byDefault });
    const failures = ["instance", "label"]
      .filter((argument) => args[argument] === undefined || args[argument] === null)
      .map((argument) => ({ reason: `${argument} is required` }));
    const result = checkArguments<WebhookArguments>(webhookSchema, args);
    if (failures.length > 0) return { failures: [...failures, ...result.failures] };
    const checked = checkAccount(this.#host, result);
    const { inputs } = checked;
    if (inputs === undefined || containsUnknown([inputs.instance, inputs.label, inputs.account]))
      return checked;
    return declaredOnce(this.#run, origin, this.#account(inputs), checked, {
      id: webhookId(inputs),
      argument: "label",
      thing: `the webhook "${inputs.label}" of the instance "${inputs.instance}"`,
    });
  }

  diff(olds: Values, news: WebhookArguments): DiffResult {
    const before = declaredIn(olds);
    const situation = situationOf(news, declarationOf(before), observedIn(olds));
    const replaces = ["instance", "label"].filter(
      (argument) => !isUnknown(news[argument]) && news[argument] !== before[argument],
    );
    if (!containsUnknown([news.instance, news.label, news.account])) {
      const holding = this.#holding(before, this.#account(news), identityIn(olds));
      if (replaces.length > 0) this.#run.replace(holding, webhookId(news));
      else this.#run.keep(holding);
    }
    const others = ["token", "account", SECRET_FIELDS];
    const differs =
      replaces.length > 0 ||
      containsUnknown(news) ||
      !isDeepStrictEqual(pick(before, others), pick(news, others)) ||
      !sameBlockArguments(situation.block, situation.former, situation.desired);
    return {
      changes: differs ? undefined : plannedFor(situation) !== "none",
      replaces,
      // One label of one instance cannot be two webhooks, whoever asks for the replacement.
      deleteBeforeReplace: replaces.length === 0,
    };
  }

  async create(args: WebhookArguments): Promise<Values> {
    const access = await this.#access(args);
    const existing = await observeBlock(access.instance, blockOf(args), declarationOf(args));
    const isThere = existing.enabled !== false;
    const holding = this.#holding(args, access.account, access.identity);
    if (isThere && (!args.adopt || this.#run.isTaken(holding.id, access.account))) {
      const isOfAnother = this.#run.isOfAnother(holding.id, access.account);
      throw isOfAnother ? heldByAnother(thingOf(args), "label") : labelTaken(args);
    }
    this.#run.take({ ...holding, isAdopted: isThere });
    return await this.#reconcile(args, situationOf(args, undefined, existing), access);
  }

  async read(id: string, olds: Values): Promise<ReadResult<WebhookArguments> | undefined> {
    const args = { ...declaredIn(olds), ...namesIn(id) };
    const declared = declarationOf(args);
    const found = await unlessGone(this.#observe(args, identityIn(olds)));
    if (found === undefined) return undefined;
    const { observed, identity } = found;
    const live = Object.keys(declared).length > 0 ? liveDeclaration(blockOf(args), declared, observed) : {};
    const inputs = { ...args, ...live };
    return { inputs, state: webhookStateOf(inputs, observed, identity) };
  }

  async import(id: string): Promise<ReadResult<WebhookArguments> | undefined> {
    const args = namesIn(id);
    const access = await unlessGone(this.#access(args));
    const found = access && (await unlessGone(discoverBlock(access.instance, blockOf(args))));
    if (access === undefined || found === undefined) return undefined;
    const { inputs } = checkArguments<WebhookArguments>(webhookSchema, { ...args, ...found.declaration });
    if (inputs === undefined) throw new Error(webhookLeftOut(args, found.problem ?? ""));
    return { inputs, state: webhookStateOf(inputs, found.observed, access.identity) };
  }

  async update(_id: string, olds: Values, news: WebhookArguments): Promise<Values> {
    const before = declaredIn(olds);
    const isSameAccount = isDeepStrictEqual(before.account, news.account);
    if (!isSameAccount) await this.#requireSameInstance(olds, news);
    // A webhook whose instance was replaced is gone with it, which a new token shows: everything is sent again.
    const isSameToken = before.token === news.token;
    const access = await this.#access(news, isSameToken ? identityIn(olds) : undefined);
    const situation = isSameToken
      ? situationOf(news, declarationOf(before), observedIn(olds))
      : situationOf(news, undefined, undefined);
    const isFree = (isSameAccount && isSameToken) || plannedFor(situation) === "none";
    if (!isFree) await this.#requireFree(before, news, access);
    return await this.#reconcile(news, situation, access);
  }

  /** The row stays, switched off: RyzeAPI has no way to delete it. */
  async delete(_id: string, olds: Values): Promise<void> {
    const args = declaredIn(olds);
    const subject = subjectOf(args, identityIn(olds));
    // Webhooks go before their instance: where that could not be deleted, none of them must be switched off.
    const found = await locateToDelete(subject, accountsOf(this.#host, args.account));
    // What another resource has by this name in the account that was asked is then another webhook.
    if (found.is === "elsewhere" || found.is === "unknown") throw await refusalOf(subject, found, "changed");
    if (this.#run.isHeldElsewhere(this.#holding(args, found.account, subject.identity))) {
      this.#host.warn(takenOver(thingOf(args)));
      return;
    }
    if (found.is === "gone") return;
    const instance = found.account.instance(args.instance, args.token, subject.secrets);
    await unlessGone(blockOf(args).withdraw(instance, declarationOf(args)));
  }

  declaredIn(state: Values): WebhookArguments {
    return declaredIn(state);
  }

  sameValue([name = "", ...rest]: readonly string[], left: unknown, right: unknown): boolean {
    const isField = rest.length === 0 && WEBHOOK_NAMES.includes(name);
    return isField
      ? isEqual(webhookLabelled(DEFAULT_LABEL), name, left, right)
      : isDeepStrictEqual(left, right);
  }

  async #observe(
    args: WebhookArguments,
    known: Identity,
  ): Promise<{ readonly observed: Observation; readonly identity: Identity }> {
    const { instance, identity } = await this.#access(args, known);
    // A row that is gone is a webhook that is off.
    return { observed: await observeBlock(instance, blockOf(args), declarationOf(args)), identity };
  }

  /** Another account must hold the instance too, or the webhook of the former one would be forgotten. */
  async #requireSameInstance(olds: Values, news: WebhookArguments): Promise<void> {
    const subject = subjectOf(declaredIn(olds), identityIn(olds));
    const found = await locate(subject, accountsOf(this.#host, news.account), "to-write");
    if (found.is === "gone" || (found.is === "here" && found.isProven)) return;
    // That the account has an instance of that name is no proof.
    const doubt =
      found.is === "here"
        ? { is: "unknown" as const, account: found.account, namesake: found.listed }
        : found;
    throw await refusalOf(subject, doubt, "changed");
  }

  /** What another instance has under this label is somebody else's, unless it is what was declared before. */
  async #requireFree(before: WebhookArguments, news: WebhookArguments, { instance }: Access): Promise<void> {
    if (news.adopt) return;
    const existing = await observeBlock(instance, blockOf(news), declarationOf(news));
    if (existing.enabled !== false && !isInSync(blockOf(news), declarationOf(before), existing))
      throw labelTaken(news);
  }

  async #reconcile(args: WebhookArguments, situation: BlockSituation, access: Access): Promise<Values> {
    const outcome = await reconcileBlock(access.instance, situation);
    const isAgain =
      outcome.failure !== undefined && (await this.#makesRoom(outcome.failure.cause, args, access));
    return this.#recorded(args, isAgain ? await reconcileBlock(access.instance, situation) : outcome, access);
  }

  /**
   * The state once the webhook was reconciled. Where it is not known whether a change was carried out, the webhook goes
   * into the state all the same: what may exist must not be orphaned.
   */
  #recorded(args: WebhookArguments, { observed, failure }: BlockOutcome, { identity }: Access): Values {
    const state = webhookStateOf(args, observed, identity);
    if (observed.error === undefined) return state;
    const reason = failure?.cause.message ?? observed.error;
    const problem = `the webhook "${args.label}" of the instance "${args.instance}" is not as declared: ${reason}`;
    if (failure?.isUnclear === true) throw new PartialFailure(webhookId(args), state, [reason], problem);
    if (failure !== undefined) throw failure.cause;
    this.#host.warn(problem);
    return state;
  }

  /**
   * Where the instance has as many enabled webhooks as it may, the one that this one replaces goes first. Otherwise it
   * goes last, so that no event is lost in between.
   */
  async #makesRoom(error: unknown, args: WebhookArguments, { instance }: Access): Promise<boolean> {
    const replaced = this.#run.replacedBy(webhookId(args));
    if (replaced === undefined || !(error instanceof RyzeApiError) || error.tokenRefused) return false;
    const { instance: name, label } = namesIn(replaced.id);
    const enabled = await enabledLabels(instance);
    if (name !== args.instance || enabled.length < MOST_ENABLED || !enabled.includes(label)) return false;
    await webhookLabelled(label).withdraw(instance, { enabled: true });
    return true;
  }

  /**
   * The instance of the webhook. Calls with its own token prove by themselves that it is the one; before the account's
   * token is used, the account has to be seen to hold it.
   */
  async #access(args: WebhookArguments, known?: Identity): Promise<Access> {
    const identity = known ?? {};
    const subject = subjectOf(args, identity);
    if (args.token === undefined) {
      const { account, listed } = await (known === undefined
        ? this.#requireThere(args)
        : this.#requireHere(subject, args));
      const learned = identityOf(observedInstance(listed), account);
      return {
        account,
        instance: account.instance(args.instance, undefined, subject.secrets),
        identity: { ...identity, ...learned },
      };
    }
    const account = this.#account(args);
    const prove = () => this.#requireHere(subject, args);
    const believed = identityOf({ id: undefined, token: args.token }, account);
    return {
      account,
      instance: account.instance(args.instance, args.token, subject.secrets, prove),
      // Nothing was asked with the account's token, so an account that was seen to hold the instance stays.
      identity: { ...believed, ...identity },
    };
  }

  /** Of an instance that no state knows yet its name says which one is meant. */
  async #requireThere(args: WebhookArguments): Promise<{ account: AccountClient; listed: ListedInstance }> {
    const account = this.#account(args);
    const listed = await account.listing.find(args.instance, subjectOf(args, {}).secrets);
    if (listed !== undefined) return { account, listed };
    throw new InstanceGoneError(noInstance(account, args.instance));
  }

  async #requireHere(subject: Subject, args: WebhookArguments): Promise<Extract<Located, { is: "here" }>> {
    const found = await locate(subject, accountsOf(this.#host, args.account), "to-write");
    if (found.is === "here") return found;
    const refusal = await refusalOf(subject, found, "changed");
    throw found.is === "gone" ? new InstanceGoneError(refusal.message) : refusal;
  }

  #holding(args: WebhookArguments, account: AccountClient, identity: Identity): Holding {
    return { id: webhookId(args), account, identity };
  }

  #account(args: WebhookArguments): AccountClient {
    return accountOf(this.#host, args.account);
  }
}

/** The instance of a webhook, and what it is known by. */
interface Access {
  readonly account: AccountClient;
  readonly instance: InstanceClient;
  readonly identity: Identity;
}

/** The instance of a webhook is gone, and the webhook with it. */
class InstanceGoneError extends Error {
  override readonly name = "InstanceGoneError";
}

function subjectOf(args: WebhookArguments, identity: Identity): Subject {
  return { name: args.instance, token: args.token, identity, secrets: secretsIn(args, WEBHOOK) };
}

function situationOf(
  args: WebhookArguments,
  former: Values | undefined,
  observed: Observation | undefined,
): BlockSituation {
  return { block: blockOf(args), former, desired: declarationOf(args), observed };
}

function plannedFor({ block, former, desired, observed }: BlockSituation) {
  return actionFor(block, former, desired, observed);
}

/** Undefined where the instance is gone. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof InstanceGoneError || isInstanceMissing(error);
}

/** The instance and the label, each encoded, so that neither can be taken for the other. */
export function webhookId({ instance, label }: Pick<WebhookArguments, "instance" | "label">): string {
  return `${encodeURIComponent(instance)}/${encodeURIComponent(label)}`;
}

function blockOf({ label }: WebhookArguments): Block {
  return webhookLabelled(label);
}

/** The part of the arguments that the service stores. */
function declarationOf(args: Values): Values {
  return pick(args, WEBHOOK_NAMES);
}

function declaredIn(state: Values): WebhookArguments {
  return argumentsIn(state, WEBHOOK) as WebhookArguments;
}

function observedIn(state: Values): Observation {
  const stored = isObject(state["observed"]) ? state["observed"] : {};
  return completed(BLOCK_FIELDS.webhook, declarationOf(declaredIn(state)), stored);
}

export function webhookStateOf(args: WebhookArguments, observed: Observation, identity: Identity): Values {
  const shown = withoutSecretFields(storable(blockOf(args), observed), args);
  const kept = condensed(BLOCK_FIELDS.webhook, declarationOf(args), defined(shown));
  return defined({ ...args, observed: kept, identity: { ...identity } });
}

function namesIn(id: string): { instance: string; label: string } {
  const [instance, label, ...rest] = id.split("/").map(decoded);
  if (instance === undefined || label === undefined || rest.length > 0) {
    throw new Error(`The id of a RyzeWebhook is <instance>/<label>, each URL-encoded, which "${id}" is not.`);
  }
  return { instance, label };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function thingOf({ instance, label }: WebhookArguments): string {
  return `The webhook "${label}" of the instance "${instance}"`;
}

function labelTaken({ instance, label }: WebhookArguments): Error {
  return new Error(
    `The instance "${instance}" has an enabled webhook labelled "${label}" already, and it is left as it is. To manage ` +
      "it with this resource, set `adopt: true`; otherwise choose another `label`.",
  );
}
