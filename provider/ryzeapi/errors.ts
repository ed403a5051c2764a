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
  /** The service's own message. */
  readonly reason: string;
  /** False for an answer that something else on the way gave (a proxy's HTML page). */
  readonly fromService: boolean;
  /** RyzeAPI refused the token that the call was sent with. */
  readonly tokenRefused: boolean;
  /** A 429 that is none of the token's limit: something behind RyzeAPI throttles. */
  readonly throttled: boolean;

  constructor(site: CallSite, status: number, reason: string | undefined, throttled = false) {
    const shown = reason ?? "an answer that is not RyzeAPI's";
    const isGateways = site.gateway !== undefined && shown.includes(site.gateway);
    const hint = throttled ? THROTTLED : hintFor(isGateways ? 400 : status);
    super(`${place(site)} answered ${status}: ${shown}${punctuation(shown)} ${hint}`.trim());
    this.throttled = throttled;
    this.tokenRefused = !isGateways && (status === 401 || (status === 403 && /token/i.test(shown)));
    this.status = status;
    this.brief = `${shown} (${site.method} ${site.route} answered ${status})`;
    this.reason = shown;
    this.fromService = reason !== undefined;
  }

  /** Only the service's own words mean that an instance is gone; a proxy's 404 does not. */
  get instanceMissing(): boolean {
    return this.status === 404 && this.fromService && /instance not found/i.test(this.reason);
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
  return error instanceof RyzeApiError && error.status >= 500;
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

const MAX_MESSAGE_LENGTH = 500;

/** A message from outside, made fit for a terminal and rid of every secret that it might repeat. */
export function cleanMessage(message: string, secrets: Iterable<string>): string {
  // Control and formatting characters could rewrite what the terminal shows.
  const clean = withoutSecrets(message, secrets)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu, " ")
    .trim();
  return clean.length > MAX_MESSAGE_LENGTH ? `${clean.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()}…` : clean;
}

function withoutSecrets(message: string, secrets: Iterable<string>): string {
  // The longest first: where one secret is a part of another, the rest of the longer one must not stay.
  const spellings = [...secrets].flatMap(spellingsOf).sort((left, right) => right.length - left.length);
  if (spellings.length === 0) return message;
  const literal = spellings.map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return message.replace(new RegExp(literal.join("|"), "g"), "[secret]");
}

/** A secret as it is, and as it stands in JSON or a URL that a message quotes. */
function spellingsOf(secret: string): string[] {
  if (secret === "") return [];
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, inJson, JSON.stringify(inJson).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
}
