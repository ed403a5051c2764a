import type { Values } from "../../provider/values.ts";
import { isDisguised, isRefused, recordAt, wordsOf, type Exchange } from "../wire/exchange.ts";
import type { OwnValues } from "./own-values.ts";

/** What the service answered to each question of the probe, as far as it was asked. */
export interface Evidence {
  /** Everything that was asked, in its order. */
  readonly journal: readonly Exchange[];
  /** What the probe sends, which is recognised in answers. */
  readonly own: OwnValues;
  readonly readOnly: ReadOnlyEvidence;
  readonly write: WriteEvidence;
  readonly chatwoot: ChatwootEvidence;
}

export interface ReadOnlyEvidence {
  health?: Exchange;
  /** Milliseconds that the service's clock is ahead of ours. */
  clockAhead?: number;
  /** The list without a filter. */
  listed?: Exchange;
  /** The list filtered by one name that no instance has. */
  unlisted?: Exchange;
  /** The list filtered by several such names. */
  noneListed?: Exchange;
  /** The settings of an instance that is not there. */
  missing?: Exchange;
  /** The Chatwoot integration of an instance that is not there. */
  bridgeOfNone?: Exchange;
  /** The first instance of the account, block by block. */
  existing?: ExistingInstance;
}

export interface ExistingInstance {
  settings: Exchange;
  proxy: Exchange;
  s3: Exchange;
  webhooks: Exchange;
  websocket: Exchange;
  chatwoot: Exchange;
}

/** A creation, and the name that the service gave to what it created. */
export interface Creation {
  readonly sentName: string;
  readonly answer: Exchange;
  /** Undefined where it was refused, or is not found by any form of its name. */
  readonly storedName: string | undefined;
}

export interface WriteEvidence {
  /** With webhook and settings; the other blocks come later, by their own endpoints. */
  main?: Creation;
  /** With a webhook and a websocket that are wrong, and nothing else. */
  bare?: Creation;
  /** With a name of which the service may make another one. */
  oddName?: Creation;
  /** Where proxies are validated with a wrong one, else plain. */
  spare?: Creation;
  /** Plain, for an account that has no room for it. */
  filler?: Creation;
  sameName?: Exchange;
  sameToken?: Exchange;
  /** The same name once more, after a creation that was refused for the quota. */
  sameNameWhenFull?: Exchange;

  /** Right after it was created. */
  bareListed?: Exchange;
  bareProxy?: Exchange;
  bareS3?: Exchange;
  bareSettings?: Exchange;
  wrongProxy?: Exchange;
  qrCode?: Exchange | undefined;
  pairingCode?: Exchange | undefined;

  absentWebsocket?: Exchange;
  ownToken?: Exchange;
  proxySet?: Exchange;
  proxyAfterPart?: Exchange;
  proxyWhenOff?: Exchange;
  s3?: Exchange;
  s3WhenOff?: Exchange;
  /** With every block on. */
  mainListed?: Exchange;
  webhook?: Exchange;
  webhookWhenOff?: Exchange;
  websocketForAllEvents?: Exchange;
  wrongEvent?: Exchange;
  wrongUrl?: Exchange;
  sameUrl?: Exchange;
  webhookWithoutAuthorization?: Exchange;
  fourthWebhook?: Exchange;
  /** The list without a filter, after all creations, and the probe's own instances that have to be in it. */
  all?: { readonly listed: Exchange; readonly ownNames: readonly string[] };
}

export interface ChatwootEvidence {
  main?: Exchange;
  mainInboxes?: { readonly before: number; readonly after: number };
  /** After a creation with a wrong token. */
  bareAfterCreation?: Exchange;
  wrongToken?: Exchange | undefined;
  bareAfterWrongToken?: Exchange;
  unreachable?: Exchange | undefined;
  repaired?: Exchange | undefined;
  bareRepaired?: Exchange;
}

/** The record of a created instance, what is around it, and where it was found. */
export interface CreatedRecord {
  readonly place: "instance" | "data-instance" | "data";
  readonly record: Values;
  readonly around: Values;
}

export function createdRecord(answer: Exchange): CreatedRecord | undefined {
  if (isRefused(answer)) return undefined;
  const whole = recordAt(answer) ?? {};
  const data = recordAt(answer, "data");
  const within = recordAt(answer, "data", "instance");
  const instance = recordAt(answer, "instance");
  if (instance) return { place: "instance", record: instance, around: whole };
  if (data && within) return { place: "data-instance", record: within, around: data };
  if (data) return { place: "data", record: data, around: whole };
  return undefined;
}

/** Where a creation echoes its blocks, judged by the one that always succeeds. */
export function echoOf(answer: Exchange): { place: "inside" | "beside"; blocks: Values } | undefined {
  const created = createdRecord(answer);
  if (created === undefined) return undefined;
  if (created.record["settings"] !== undefined) return { place: "inside", blocks: created.record };
  if (created.around["settings"] !== undefined) return { place: "beside", blocks: created.around };
  return undefined;
}

/** A creation that was refused because the account is full, if there was one. */
export function quotaRefusal({ bare, oddName, spare, filler }: WriteEvidence): Exchange | undefined {
  const creations = [bare, oddName, spare, filler].flatMap((creation) => creation?.answer ?? []);
  const documented = creations.find(({ status }) => status === 403);
  if (documented) return documented;
  // Nothing else is in the way of this one.
  if (filler && isDisguised(filler.answer)) return filler.answer;
  // What might be wrong with the others differs, so one and the same refusal of two means none of that.
  const disguised = creations.filter(isDisguised);
  return disguised.find((one) => disguised.some((other) => other !== one && wordsOf(other) === wordsOf(one)));
}

export function isQuotaRefusal(answer: Exchange, write: WriteEvidence): boolean {
  const quota = quotaRefusal(write);
  if (quota === undefined) return false;
  return isDisguised(quota) ? wordsOf(answer) === wordsOf(quota) : answer.status === quota.status;
}
