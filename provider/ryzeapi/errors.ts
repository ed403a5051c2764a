import { maskSecrets } from "./masking.ts";

/** Where a call went, in words that are safe to show: no host, no token, no body. */
export interface CallSite {
  readonly method: string;
  readonly route: string;
  readonly instance?: string;
  /** The system behind the route, whose own refusals name it. */
  readonly gateway?: string;
}

/** RyzeAPI answered with an error status. Its documentation: /en/guide/errors. */
export class RyzeApiError extends Error {
  override readonly name = "RyzeApiError";
  readonly status: number;
  /** What happened and where, for where the instance is named already. */
  readonly brief: string;
  /** The service's own message, fit to be shown. */
  readonly reason: string;
  /** RyzeAPI refused the token that the call was sent with. */
  readonly tokenRefused: boolean;
  /** A 429 that is none of the token's limit: something behind RyzeAPI throttles. */
  readonly throttled: boolean;
  readonly #site: CallSite;
  /**
   * As the service said it, secrets included: nothing that prints an error gets here. Undefined for an answer that
   * something else on the way gave (a proxy's HTML page).
   */
  readonly #said: string | undefined;
  readonly #secrets: readonly string[];

  /** `said` is the service's own message, out of which `secrets` are kept; undefined where it gave none. */
  constructor(
    site: CallSite,
    status: number,
    said: string | undefined,
    secrets: readonly string[],
    throttled = false,
  ) {
    const shown = said === undefined ? "an answer that is not RyzeAPI's" : cleanMessage(said, secrets);
    const cause = causeOf(site, status, said);
    const hint = throttled ? THROTTLED : hintFor(cause === "block" ? 400 : status);
    super(`${place(site)} answered ${status}: ${shown}${punctuation(shown)} ${hint}`.trim());
    this.throttled = throttled;
    this.status = status;
    this.brief = `${shown} (${site.method} ${site.route} answered ${status})`;
    this.reason = shown;
    this.tokenRefused = cause === "token";
    this.#site = site;
    this.#said = said;
    this.#secrets = secrets;
  }

  /** Only the service's own words mean that an instance is gone; a proxy's 404 does not. */
  get instanceMissing(): boolean {
    return this.status === 404 && this.says(/instance not found/i);
  }

  /** The gateway to the system behind the route is not configured: an answer, and no passing fault. */
  get gatewayMissing(): boolean {
    return this.#site.gateway !== undefined && this.status === 503 && this.#said !== undefined;
  }

  /** Whether the service says so. What is shown proves nothing: a secret that is one of these words is gone from it. */
  says(pattern: RegExp): boolean {
    return this.#said !== undefined && pattern.test(beginningOf(this.#said));
  }

  /** The same without further secrets: one answer may concern several resources, and each knows its own. */
  hiding(secrets: readonly string[]): RyzeApiError {
    const all = [...this.#secrets, ...secrets];
    return new RyzeApiError(this.#site, this.status, this.#said, all, this.throttled);
  }
}

/** RyzeAPI's own words for a token that it does not accept for a call, in the languages that it has. */
const TOKEN_REFUSED =
  /\b(?:instance|account) token\b|^(?:invalid|missing) token\b|\btoken (?:da inst[âa]ncia|da conta|de (?:la )?(?:instancia|cuenta))|^token inv[áa]lido/i;

/**
 * What a refusal is about, where that shows: the token of the call, or what a block declares. A 403 may be either, for
 * RyzeAPI passes on what a proxy, a bucket or Chatwoot said of tokens of theirs. Where something is only read it asked
 * none of them.
 */
function causeOf(site: CallSite, status: number, said: string | undefined): "token" | "block" | undefined {
  const words = beginningOf(said ?? "");
  if (site.gateway !== undefined && words.includes(site.gateway)) return "block";
  if (status === 401) return "token";
  if (status !== 403 || said === undefined) return undefined;
  if (TOKEN_REFUSED.test(words) || (site.method === "GET" && site.gateway === undefined)) return "token";
  return site.instance !== undefined && site.method === "POST" ? "block" : undefined;
}

/** What tells one refusal from another stands in the first words. */
function beginningOf(said: string): string {
  return said.slice(0, 1_000);
}

/** Hands on what several calls share; where that failed, each is told without its own secrets. */
export async function hiding<T>(secrets: readonly string[], shared: Promise<T>): Promise<T> {
  try {
    return await shared;
  } catch (error) {
    throw error instanceof RyzeApiError ? error.hiding(secrets) : error;
  }
}

/** No usable answer came: refused, reset, timed out, cut off or unintelligible. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  /** True where the service may have carried the call out. */
  readonly maybeApplied: boolean;

  constructor(site: CallSite, what: string, maybeApplied: boolean, hint: string) {
    super(`${place(site)}: ${what}. ${hint}`);
    this.maybeApplied = maybeApplied;
  }
}

export function isInstanceMissing(error: unknown): boolean {
  return error instanceof RyzeApiError && error.instanceMissing;
}

/** Whether a write that ended so may have been carried out: a 5xx tells no more of that than no answer at all. */
export function leavesOpen(error: unknown): error is Error {
  if (error instanceof NoAnswerError) return error.maybeApplied;
  return error instanceof RyzeApiError && error.status >= 500 && !error.gatewayMissing;
}

/** The deployment was cancelled while a call waited; the call was not sent. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  constructor() {
    super("The deployment was cancelled before this could be sent. Run `pulumi up` again to go on.");
  }
}

function place(site: CallSite): string {
  return `${site.method} ${site.route}${site.instance === undefined ? "" : ` (instance "${cleanMessage(site.instance, [])}")`}`;
}

function punctuation(text: string): string {
  return /[.!?]$/.test(text) ? "" : ".";
}

const HINTS: Readonly<Record<number, string>> = {
  400: "Check the values that this block declares.",
  401: "Check the account's token: `pulumi config set --secret ryzeapi:token <TokenAccount>`, or RYZEAPI_TOKEN.",
  403: "The token is valid but has no right to do this; check that it is the account's own token.",
  404: "If it was deleted outside of Pulumi, run `pulumi refresh` and then `pulumi up`.",
  409: "It exists already.",
  429: "The limit was still used up after several waits; another user of the same token may be at work. Try again later.",
  503: "The service says that this part of it is not available; try again later or ask its operator.",
};

const THROTTLED =
  "The limit of the token is not used up: WhatsApp, or a part of RyzeAPI, throttles this. Try again later.";

function hintFor(status: number): string {
  if (status >= 300 && status < 400) {
    return "Redirects are not followed, so that no token goes elsewhere: check ryzeapi:endpoint.";
  }
  return HINTS[status] ?? (status >= 500 ? "This is a fault of the service; run `pulumi up` again." : "");
}

/** What was thrown, which may be anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

const MAX_MESSAGE_LENGTH = 500;
const WITHHELD = "a message that is not shown, because it may hold secrets";

/** A message from outside, made fit for a terminal and rid of every secret that it might repeat. Never throws. */
export function cleanMessage(message: string, secrets: Iterable<string>): string {
  try {
    // Control and formatting characters could rewrite what the terminal shows.
    const clean = maskSecrets(message, secrets)
      .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu, " ")
      .trim();
    return clean.length > MAX_MESSAGE_LENGTH
      ? `${clean.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()}…`
      : clean;
  } catch {
    // What happened must not be lost because it could not be told.
    return WITHHELD;
  }
}
