import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import {
  accountArgument,
  checkArguments,
  nameArgument,
  tokenArgument,
  type CheckResult,
} from "./arguments.ts";
import type { Block, Observation } from "./blocks/block.ts";
import {
  isEqual,
  isInSync,
  isOff,
  liveDeclaration,
  sameArguments,
  withoutSecrets,
} from "./blocks/compare.ts";
import { flag, orUnknown, switchable, switchableNames } from "./blocks/fields.ts";
import { webhookFields, webhookLabelled } from "./blocks/webhook.ts";
import type { AccountSettings } from "./config.ts";
import { Claims, takenOver } from "./claims.ts";
import { discoverBlock } from "./discovery.ts";
import {
  accountOf,
  checkAccount,
  PartialFailure,
  type DiffResult,
  type Host,
  type Lifecycle,
  type ReadResult,
} from "./lifecycle.ts";
import type { AccountClient, InstanceClient } from "./ryzeapi/client.ts";
import { SECRET_FIELDS, textsInSecretFields, withoutSecretFields } from "./secret-fields.ts";
import { isInstanceMissing, leavesOpen } from "./ryzeapi/errors.ts";
import { containsUnknown, defined, isObject, pick, type Values } from "./values.ts";

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

export const webhookSchema = switchable(
  {
    instance: nameArgument.optional(),
    label: orUnknown(
      z
        .string({ error: "must be a string" })
        .refine((label) => label.trim() !== "" && label.trim() === label, {
          error: "must not be blank, nor start or end with white space",
        })
        .refine((label) => label.isWellFormed(), { error: "must be well-formed Unicode" })
        .refine((label) => label !== "default", {
          error: "must be another than default, which is the argument `webhook` of RyzeInstance",
        }),
    ).optional(),
    token: tokenArgument.optional(),
    account: accountArgument.optional(),
    adopt: flag().optional(),
    ...webhookFields,
  },
  ["url"],
);

const WEBHOOK_NAMES = switchableNames(webhookFields);
const ARGUMENT_NAMES = [
  ...["instance", "label", "token", "account", "adopt", SECRET_FIELDS],
  ...WEBHOOK_NAMES,
];

/** The lifecycle of one webhook of an instance, beside the one labelled `default`. */
export class WebhookLifecycle implements Lifecycle<WebhookArguments> {
  readonly #host: Host;
  readonly #claims = new Claims();

  constructor(host: Host) {
    this.#host = host;
  }

  idOf(args: WebhookArguments): string {
    return webhookId(args);
  }

  check(declared: Values): CheckResult<WebhookArguments> {
    const failures = ["instance", "label"]
      .filter((argument) => declared[argument] === undefined || declared[argument] === null)
      .map((argument) => ({ property: argument, reason: `${argument} is required` }));
    const result = checkArguments<WebhookArguments>(webhookSchema, declared);
    if (failures.length > 0) return { failures: [...failures, ...result.failures] };
    return checkAccount(this.#host, result);
  }

  diff(olds: Values, news: WebhookArguments): DiffResult {
    const before = argumentsIn(olds);
    const block = blockOf(news);
    const replaces = ["instance", "label"].filter((argument) => news[argument] !== before[argument]);
    const others = ["token", "account", "adopt", SECRET_FIELDS];
    const differs =
      replaces.length > 0 ||
      containsUnknown(news) ||
      !isDeepStrictEqual(pick(before, others), pick(news, others)) ||
      !sameArguments(block, declarationOf(before), declarationOf(news));
    return {
      changes: differs ? undefined : !isInSync(block, declarationOf(news), observedIn(olds)),
      replaces,
      // One label of one instance cannot be two webhooks, whoever asks for the replacement.
      deleteBeforeReplace: replaces.length === 0,
    };
  }

  async create(args: WebhookArguments): Promise<Values> {
    const instance = this.#instance(args);
    const block = blockOf(args);
    const existing = await block.read(instance);
    if (existing.enabled !== false && !args.adopt) throw labelTaken(args);
    this.#claims.in(this.#account(args)).add(webhookId(args));
    if (isOff(declarationOf(args)) && existing.enabled === false) return webhookStateOf(args, existing);
    return await this.#bring(args, instance);
  }

  async read(id: string, olds: Values): Promise<ReadResult<WebhookArguments> | undefined> {
    const args = { ...argumentsIn(olds), ...namesIn(id) };
    const seen = await this.#observe(args);
    if (seen === undefined) return undefined;
    const declared = declarationOf(args);
    const live = Object.keys(declared).length > 0 ? liveDeclaration(blockOf(args), declared, seen) : {};
    const inputs = { ...args, ...live };
    return { inputs, state: webhookStateOf(inputs, seen) };
  }

  async import(id: string): Promise<ReadResult<WebhookArguments> | undefined> {
    const args = namesIn(id);
    const found = await unlessInstanceMissing(discoverBlock(this.#instance(args), blockOf(args)));
    if (found === undefined) return undefined;
    const { inputs } = checkArguments<WebhookArguments>(webhookSchema, { ...args, ...found.declaration });
    return inputs && { inputs, state: webhookStateOf(inputs, found.observed) };
  }

  /** A webhook whose instance was replaced is gone with it, which a new token shows: everything is sent again. */
  async update(_id: string, olds: Values, news: WebhookArguments): Promise<Values> {
    const before = argumentsIn(olds);
    const observed = observedIn(olds);
    const block = blockOf(news);
    const isSame =
      isInSync(block, declarationOf(news), observed) &&
      sameArguments(block, declarationOf(before), declarationOf(news)) &&
      before.token === news.token &&
      isDeepStrictEqual(before.account, news.account);
    return isSame ? webhookStateOf(news, observed) : await this.#bring(news, this.#instance(news));
  }

  /** The row stays, switched off: RyzeAPI has no way to delete it. */
  async delete(_id: string, olds: Values): Promise<void> {
    const args = argumentsIn(olds);
    if (this.#claims.in(this.#account(args)).has(webhookId(args))) {
      this.#host.warn(takenOver(`The webhook "${args.label}" of the instance "${args.instance}"`));
      return;
    }
    await unlessInstanceMissing(blockOf(args).withdraw(this.#instance(args), declarationOf(args)));
  }

  declaredIn(state: Values): WebhookArguments {
    return argumentsIn(state);
  }

  sameValue([name = "", ...rest]: readonly string[], left: unknown, right: unknown): boolean {
    const isField = rest.length === 0 && WEBHOOK_NAMES.includes(name);
    return isField ? isEqual(webhookLabelled("default"), name, left, right) : isDeepStrictEqual(left, right);
  }

  async #bring(args: WebhookArguments, instance: InstanceClient): Promise<Values> {
    const block = blockOf(args);
    const declared = declarationOf(args);
    try {
      const seen = isOff(declared)
        ? await block.withdraw(instance, declared)
        : await block.apply(instance, { declared, before: undefined, observed: undefined });
      return webhookStateOf(args, seen);
    } catch (error) {
      if (!leavesOpen(error)) throw error;
      return await lookAfter(error, args, instance);
    }
  }

  /** Undefined where the instance is gone; a row that is gone is a webhook that is off. */
  #observe(args: WebhookArguments): Promise<Observation | undefined> {
    return unlessInstanceMissing(blockOf(args).read(this.#instance(args)));
  }

  #account(args: WebhookArguments): AccountClient {
    return accountOf(this.#host, args.account);
  }

  #instance(args: WebhookArguments): InstanceClient {
    const secrets = [args.token, args.account?.token, args["authorization"]].filter(
      (secret) => typeof secret === "string",
    );
    return this.#account(args).instance(args.instance, args.token, [
      ...secrets,
      ...textsInSecretFields(args),
    ]);
  }
}

/**
 * Whether a change that was not answered was carried out shows in a look at the webhook. Where it does not, the webhook
 * goes into the state all the same: what may exist must not be orphaned.
 */
async function lookAfter(unclear: Error, args: WebhookArguments, instance: InstanceClient): Promise<Values> {
  const block = blockOf(args);
  const seen = await block.read(instance).catch((error: unknown) => {
    if (isInstanceMissing(error)) throw error;
    return undefined;
  });
  if (isInSync(block, declarationOf(args), seen)) return webhookStateOf(args, seen ?? {});
  const state = webhookStateOf(args, { ...seen, error: unclear.message });
  throw new PartialFailure(
    webhookId(args),
    state,
    [unclear.message],
    `the webhook "${args.label}" of the instance "${args.instance}" is not as declared: ${unclear.message}`,
  );
}

async function unlessInstanceMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isInstanceMissing(error)) return undefined;
    throw error;
  }
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

function argumentsIn(state: Values): WebhookArguments {
  return pick(state, ARGUMENT_NAMES) as WebhookArguments;
}

function observedIn(state: Values): Observation {
  return isObject(state["observed"]) ? state["observed"] : {};
}

export function webhookStateOf(args: WebhookArguments, observed: Observation): Values {
  const shown = withoutSecretFields(withoutSecrets(blockOf(args), observed), args);
  return defined({ ...args, observed: defined(shown) });
}

function namesIn(id: string): { instance: string; label: string } {
  const [instance, label, ...rest] = id.split("/").map(decoded);
  if (instance === undefined || label === undefined || rest.length > 0) {
    throw new Error(`The id of a RyzeWebhook is <instance>/<label>, each URL-encoded; "${id}" is none.`);
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

function labelTaken({ instance, label }: WebhookArguments): Error {
  return new Error(
    `The instance "${instance}" has an enabled webhook labelled "${label}" already, and it is left as it is. To manage ` +
      "it with this resource, set `adopt: true`; otherwise choose another `label`.",
  );
}
