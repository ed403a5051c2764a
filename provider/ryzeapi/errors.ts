import { maskSecrets } from "./masking.ts";

/** Where a call went, in words that are safe to show: no host, no token, no body. */
export interface CallSite {
  readonly method: string;
  readonly route: string;
  readonly instance?: string;
  /** The system behind the route, whose own refusals name it. */
  readonly gateway?: string;
  /** What is said where the thing that the route is about is missing of an instance that is there. */
  readonly absent?: RegExp;
}

/** A refusal as it came. */
export interface Refusal {
  readonly site: CallSite;
  /** Of the answer; 200 where the service refuses with `success: false`. */
  readonly answered: number;
  /** The service's own message; undefined where it gave none. */
  readonly said: string | undefined;
  /** Whether it came in RyzeAPI's own form, `success: false`, which nothing else on the way has. */
  readonly isEnvelope: boolean;
  /** What no message may show. */
  readonly secrets: readonly string[];
  /** Whether something behind RyzeAPI throttles, and not the token's limit. */
  readonly throttled?: boolean;
}

/** RyzeAPI refused a call. Its documentation: /en/guide/errors. */
export class RyzeApiError extends Error {
  override readonly name = "RyzeApiError";
  /** What the refusal means; where it came with status 200, as far as its words tell. */
  readonly status: number;
  /** What happened and where, for where the instance is named already. */
  readonly brief: string;
  /** The service's own message, fit to be shown. */
  readonly reason: string;
  /** It came with status 200, and its words are none that say what it means. */
  readonly meaningUnknown: boolean;
  /** RyzeAPI refused the token that the call was sent with. */
  readonly tokenRefused: boolean;
  /** A 429 that does not concern the token's limit: something behind RyzeAPI throttles. */
  readonly throttled: boolean;
  /** Hidden from whatever prints an error: it has the service's words, secrets included. */
  readonly #refusal: Refusal;

  constructor(refusal: Refusal) {
    const { site, answered, said, secrets, throttled = false } = refusal;
    const shown = said === undefined ? "an answer that is not RyzeAPI's" : cleanMessage(said, secrets);
    const meaning = meaningOf(refusal);
    const status = meaning ?? 400;
    const cause = causeOf(site, status, said);
    const hint = throttled ? THROTTLED : hintFor(cause === "block" ? 400 : status);
    const outcome = answered < 300 ? `${answered} with success: false` : String(answered);
    super(`${place(site)} answered ${outcome}: ${shown}${punctuation(shown)} ${hint}`.trim());
    this.throttled = throttled;
    this.status = status;
    this.meaningUnknown = meaning === undefined;
    this.brief = `${shown} (${site.method} ${site.route} answered ${outcome})`;
    this.reason = shown;
    this.tokenRefused = cause === "token";
    this.#refusal = refusal;
  }

  /** Whether the answer is RyzeAPI's own: a proxy's page is not. */
  get fromService(): boolean {
    return this.#refusal.isEnvelope;
  }

  /**
   * Status and route say that the instance is gone, whatever the language. Where the route has something else that may be
   * missing, and where the answer may be a proxy's, the words have to.
   */
  get instanceMissing(): boolean {
    if (this.status !== 404) return false;
    const { site } = this.#refusal;
    return (
      this.says(INSTANCE_MISSING) ||
      (this.fromService && site.instance !== undefined && site.absent === undefined)
    );
  }

  /** The gateway to the system behind the route is not configured: an answer, and no passing fault. */
  get gatewayMissing(): boolean {
    const { site, said } = this.#refusal;
    return site.gateway !== undefined && this.status === 503 && said !== undefined;
  }

  /**
   * The token of the call may be what is refused, in words that nobody has seen: the token of an instance may be good
   * for less than documented, or only once a phone is paired.
   */
  get mayConcernToken(): boolean {
    const { site, said } = this.#refusal;
    if (this.tokenRefused) return true;
    // Routes of a gateway may have refusals of a form of their own.
    const mayBeTheServices = this.fromService || (site.gateway !== undefined && said !== undefined);
    if (!mayBeTheServices || site.instance === undefined || namesGateway(site, beginningOf(said)))
      return false;
    return this.status === 403 || this.meaningUnknown || (this.status === 400 && this.says(NOT_CONNECTED));
  }

  /** Whether the service said the same to another call. */
  isLike(other: RyzeApiError): boolean {
    return this.#refusal.said === other.#refusal.said;
  }

  /** Whether the service says so. What is shown proves nothing: a secret that is one of these words is gone from it. */
  says(pattern: RegExp): boolean {
    return pattern.test(beginningOf(this.#refusal.said));
  }

  /** The same without further secrets: one answer may concern several resources, and each knows its own. */
  hiding(secrets: readonly string[]): RyzeApiError {
    return new RyzeApiError({ ...this.#refusal, secrets: [...this.#refusal.secrets, ...secrets] });
  }
}

const INSTANCE_MISSING =
  /\binst[aâ]nc(?:e|ia)\b.*(?:not found|n[ãa]o (?:foi )?encontrad|no (?:fue )?encontrad|not exist|n[ãa]o existe|no existe)/i;

const NOT_CONNECTED = /\bnot connected\b|n[ãa]o (?:est[áa] )?conectad|no (?:est[áa] )?conectad/i;

/** RyzeAPI's own words for a token that it does not accept for a call, in the languages that it has. */
const TOKEN_REFUSED =
  /\b(?:instance|account) token\b|^(?:invalid|missing) token\b|^unauthenticated\b|\btoken (?:da inst[âa]ncia|da conta|de (?:la )?(?:instancia|cuenta))|^token (?:inv[áa]lido|no v[áa]lido)/i;

/** What a refusal means that came with status 200, by its words: they are all that there is. */
const MEANT: readonly (readonly [words: RegExp, status: number])[] = [
  [TOKEN_REFUSED, 401],
  [/quota|\bcota\b|\bcuota\b/i, 403],
  [/\b(?:gateway|pasarela)\b.*\b(?:not|n[ãa]o|no) configur/i, 503],
  [INSTANCE_MISSING, 404],
  [/not found|not configured for this instance|encontrad/i, 404],
  [/already (?:exists|in use)|duplicate|j[áa] existe|ya existe/i, 409],
  [/^(?:failed|falha|fallo|error) (?:to|ao|al)\b|^(?:could not|cannot|unable)\b|internal/i, 500],
];

/** The status that the service gave, or hides behind a 200; undefined where it hides it well. */
function meaningOf({ site, answered, said }: Refusal): number | undefined {
  if (answered >= 300) return answered;
  const words = beginningOf(said);
  const known = MEANT.find(([pattern]) => pattern.test(words))?.[1];
  return known ?? (site.absent?.test(words) === true ? 404 : undefined);
}

/**
 * What a refusal is about, where that shows: the token of the call, or what a block declares. A 403 may be either, for
 * RyzeAPI passes on what a proxy, a bucket or Chatwoot said of tokens of theirs. Where something is only read it asked
 * none of them.
 */
function causeOf(site: CallSite, status: number, said: string | undefined): "token" | "block" | undefined {
  const words = beginningOf(said);
  if (namesGateway(site, words)) return "block";
  if (status === 401) return "token";
  if (status !== 403 || said === undefined) return undefined;
  if (TOKEN_REFUSED.test(words) || (site.method === "GET" && site.gateway === undefined)) return "token";
  return site.instance !== undefined && site.method === "POST" ? "block" : undefined;
}

function namesGateway({ gateway }: CallSite, words: string): boolean {
  return gateway !== undefined && words.includes(gateway);
}

/** What tells one refusal from another stands in the first words. */
function beginningOf(said = ""): string {
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
  /** What happened, without where. */
  readonly reason: string;
  /** True where the service may have carried the call out. */
  readonly maybeApplied: boolean;

  constructor(site: CallSite, what: string, maybeApplied: boolean, hint: string) {
    super(`${place(site)}: ${what}. ${hint}`);
    this.reason = what;
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

  constructor(
    message = "The deployment was cancelled before this could be sent. Run `pulumi up` again to go on.",
  ) {
    super(message);
  }
}

/** The time that the operation has was over while a call waited; the call was not sent. */
export class OutOfTimeError extends CancelledError {
  constructor(seconds: number) {
    super(
      `The ${seconds} s of the resource option \`customTimeouts\` were over before this could be sent. Run \`pulumi up\` again to ` +
        "go on, with a longer time if it is over again.",
    );
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
