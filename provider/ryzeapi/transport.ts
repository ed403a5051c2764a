import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { presentDeadline } from "./deadline.ts";
import {
  CancelledError,
  cleanMessage,
  NoAnswerError,
  OutOfTimeError,
  RyzeApiError,
  type CallSite,
} from "./errors.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { isObject } from "../values.ts";
import { environmentProxy } from "./environment-proxy.ts";
import { backOffAfter, jittered, type Conditions, type LimitReport, type RateLimiter } from "./limiter.ts";
import { requestLog, type RequestLog } from "./request-log.ts";
import { CERTIFICATE_REFUSED, rootCause } from "./network-failure.ts";
import { userAgent } from "./user-agent.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_TIMEOUT_SECONDS = 30;
const ATTEMPTS = 5;
const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 8_000;
/** A call that meets the limit this often is not alone with its token and gives up. */
const LIMIT_WAITS = 10;
/** Together longer than a window: a 429 whose headers are wrong about the limit is waited out as well. */
const THROTTLE_WAITS = 6;
const LARGEST_ANSWER_MIB = 64;

const PASSING_FAULTS: ReadonlySet<number> = new Set([502, 503, 504]);

/** Failures to connect, before anything was sent. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

interface RawAnswer {
  readonly status: number;
  /** Calls that the limit leaves, as far as the answer tells. */
  readonly left: number | undefined;
  readonly body: string;
  readonly throttled: boolean;
}

/** HTTP to one origin: one keep-alive pool, limits, retries, and errors that say what to do. */
export class Transport {
  /** Tells people something that no answer can carry. */
  readonly notice: (line: string) => void;
  readonly #origin: string;
  readonly #limiter: RateLimiter;
  readonly #cancelled: AbortSignal;
  readonly #timeoutFactor: number;
  readonly #userAgent: string;
  readonly #log: RequestLog | undefined;
  readonly #proxy: string | undefined;
  #dispatcher: Promise<Dispatcher> | undefined;

  constructor(
    origin: string,
    limiter: RateLimiter,
    { caller, notice, cancelled, timeoutFactor }: Conditions,
  ) {
    this.notice = notice;
    this.#origin = origin;
    this.#limiter = limiter;
    this.#cancelled = cancelled;
    this.#timeoutFactor = timeoutFactor;
    this.#userAgent = userAgent(caller);
    this.#log = requestLog(process.env, notice);
    // Plain http never leaves this machine; through a proxy the token would cross a network in clear.
    this.#proxy = origin.startsWith("http:") ? undefined : environmentProxy(process.env);
  }

  async send<Answer>(call: Call<Answer>): Promise<Answer> {
    let faults = 0;
    let refusals = 0;
    for (;;) {
      const outcome = await this.#attempt(call, faults + refusals + 1);
      if (!(outcome instanceof Error)) return outcome;
      if (outcome instanceof RyzeApiError && outcome.status === 429) {
        refusals += 1;
        if (refusals > waitsFor(call.endpoint, outcome)) throw outcome;
        // Where it is the limit, the limiter holds the next attempt back until that is reset.
        if (outcome.throttled) await this.pause(jittered(backOffAfter(refusals)));
      } else {
        faults += 1;
        // Of one that may have been carried out nothing must say that it was never sent.
        const isOver = presentDeadline()?.over.aborted === true;
        if (isOver || faults >= ATTEMPTS || !mayRetry(call.endpoint, outcome)) throw outcome;
        const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (faults - 1));
        await this.pause(backOff * (0.5 + Math.random() / 2));
      }
    }
  }

  /** Waits before something is tried again; ends at once where the deployment is cancelled, or the time is over. */
  async pause(milliseconds: number): Promise<void> {
    const deadline = presentDeadline();
    const signal =
      deadline === undefined ? this.#cancelled : AbortSignal.any([this.#cancelled, deadline.over]);
    try {
      await sleep(milliseconds * this.#timeoutFactor, undefined, { signal });
    } catch {
      throw deadline?.over.aborted === true ? new OutOfTimeError(deadline.seconds) : new CancelledError();
    }
  }

  /** One request; failures come back as values so that `send` reads as what it does about them. */
  async #attempt<Answer>(call: Call<Answer>, number: number): Promise<Answer | RyzeApiError | NoAnswerError> {
    const kind = call.endpoint.limit ?? "calls";
    let sentAt = Date.now();
    let answer: RawAnswer | undefined;
    let outcome: Answer | RyzeApiError | NoAnswerError;
    try {
      answer = await this.#limiter.run({ ...call, kind }, () => {
        sentAt = Date.now();
        return this.#exchange(call, sentAt);
      });
      outcome = interpret(call, answer);
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      outcome = unanswered(call, error);
    }
    const failure = outcome instanceof Error ? outcome : undefined;
    this.#log?.write(call, { number, sentAt, answer, failure });
    return outcome;
  }

  async #exchange(call: Call<unknown>, sentAt: number): Promise<{ result: RawAnswer; report: LimitReport }> {
    const { endpoint } = call;
    const dispatcher = await this.#pool();
    const timeout = (endpoint.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1_000 * this.#timeoutFactor;
    const answer = await dispatcher.request({
      origin: this.#origin,
      path: pathOf(call),
      method: endpoint.method,
      headers: {
        token: call.token,
        accept: "application/json",
        "user-agent": this.#userAgent,
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: untilOver(timeout),
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    const throttled = isThrottling(endpoint, answer);
    const report = limitReport(answer, throttled, sentAt);
    const body = await readBody(answer.body, endpoint.largestAnswerMiB ?? LARGEST_ANSWER_MIB);
    return { result: { status: answer.statusCode, left: report.remaining, body, throttled }, report };
  }

  /** undici is loaded with the first request: previews without changes never need it. */
  #pool(): Promise<Dispatcher> {
    this.#dispatcher ??= import("undici").then(({ Agent, EnvHttpProxyAgent }) => {
      const options = { connect: { timeout: CONNECT_TIMEOUT_MS * this.#timeoutFactor } };
      return this.#proxy === undefined
        ? new Agent(options)
        : new EnvHttpProxyAgent({ ...options, httpProxy: "", httpsProxy: this.#proxy });
    });
    return this.#dispatcher;
  }
}

function untilOver(timeout: number): AbortSignal {
  const own = AbortSignal.timeout(timeout);
  const deadline = presentDeadline();
  return deadline === undefined ? own : AbortSignal.any([own, deadline.over]);
}

function pathOf({ endpoint, instance, query }: Call<unknown>): string {
  const path =
    instance === undefined
      ? endpoint.route
      : endpoint.route.replace(":instance", () => encodeURIComponent(instance));
  return query === undefined ? path : `${path}?${new URLSearchParams(query).toString()}`;
}

async function readBody(body: Dispatcher.ResponseData["body"], largestMiB: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestMiB * 1024 * 1024) {
      body.destroy();
      throw new Error(`cut off: it is larger than ${largestMiB} MiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Whether a 429 is none of the token's limit: calls are left, or it does not say and WhatsApp throttles there. */
function isThrottling(
  { limit, reachesWhatsApp = false }: Endpoint<unknown>,
  { statusCode, headers }: Dispatcher.ResponseData,
): boolean {
  if (statusCode !== 429) return false;
  const remaining = numberIn(headers["x-ratelimit-remaining"]);
  if (remaining === undefined) return reachesWhatsApp;
  // No page says which of its two limits the headers of a creation show.
  return remaining > 0 && limit !== "creates";
}

function limitReport(
  { statusCode, headers }: Dispatcher.ResponseData,
  throttled: boolean,
  sentAt: number,
): LimitReport {
  const date = Date.parse(single(headers["date"]) ?? "");
  const retryAfter = numberIn(headers["retry-after"]);
  return {
    ...optional("limit", numberIn(headers["x-ratelimit-limit"])),
    ...optional("remaining", numberIn(headers["x-ratelimit-remaining"])),
    ...optional("reset", numberIn(headers["x-ratelimit-reset"])),
    ...optional("retryAfterMs", retryAfter === undefined ? undefined : retryAfter * 1_000),
    ...optional("serverDate", Number.isNaN(date) ? undefined : date),
    exceeded: statusCode === 429 && !throttled,
    sentAt,
    receivedAt: Date.now(),
  };
}

function optional<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function numberIn(header: string | string[] | undefined): number | undefined {
  const text = single(header);
  const number = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function interpret<Answer>(
  call: Call<Answer>,
  { status, body, throttled }: RawAnswer,
): Answer | RyzeApiError | NoAnswerError {
  const json = parseJson(body);
  const isEnvelope = isObject(json) && json["success"] === false;
  if (status >= 200 && status < 300 && !isEnvelope) return accepted(call, json);
  const { secrets } = call;
  const site = siteOf(call);
  return new RyzeApiError({
    site,
    answered: status,
    said: serviceMessage(json),
    isEnvelope,
    secrets,
    throttled,
  });
}

function accepted<Answer>(call: Call<Answer>, json: unknown): Answer | NoAnswerError {
  const result = call.endpoint.answer.safeParse(json);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join(".") ?? "";
  const where = json === undefined ? "it is not JSON" : `unexpected ${path === "" ? "content" : path}`;
  return new NoAnswerError(
    siteOf(call),
    `the answer could not be read (${cleanMessage(where, call.secrets)})`,
    true,
    "Check that ryzeapi:endpoint is RyzeAPI's own address; if it is, the service's answers have changed.",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{error: {message}}` on most routes; those of a gateway are flat. */
function serviceMessage(json: unknown): string | undefined {
  if (!isObject(json)) return undefined;
  const { error, message } = json;
  const nested = isObject(error) ? error["message"] : error;
  return [nested, message].find((text): text is string => typeof text === "string");
}

function unanswered(call: Call<unknown>, error: unknown): NoAnswerError {
  const deadline = presentDeadline();
  if (deadline?.over.aborted === true) {
    return new NoAnswerError(
      siteOf(call),
      `no answer within the ${deadline.seconds} s of the resource option \`customTimeouts\``,
      true,
      call.endpoint.method === "GET"
        ? "Run the command again, with a longer time if it is over again."
        : "RyzeAPI may have carried it out. The next `pulumi up` finds out and goes on from there.",
    );
  }
  const { code, name, message } = rootCause(error);
  const timedOut = name === "TimeoutError" || (code?.includes("TIMEOUT") ?? false);
  const what = timedOut ? `no answer in time (${code ?? name})` : `no answer (${code ?? message})`;
  const isUntrusted = code !== undefined && CERTIFICATE_REFUSED.test(code);
  return new NoAnswerError(
    siteOf(call),
    cleanMessage(what, call.secrets),
    !isUntrusted && !(code !== undefined && NEVER_SENT.has(code)),
    isUntrusted
      ? "The certificate of ryzeapi:endpoint is not trusted. If your own certificate authority signed it, name that " +
          "authority's file in the environment variable NODE_EXTRA_CA_CERTS."
      : "Check the network and ryzeapi:endpoint, then run `pulumi up` again.",
  );
}

function waitsFor({ reachesWhatsApp = false }: Endpoint<unknown>, { throttled }: RyzeApiError): number {
  if (!throttled) return LIMIT_WAITS;
  return reachesWhatsApp ? 0 : THROTTLE_WAITS;
}

function mayRetry(endpoint: Endpoint<unknown>, error: RyzeApiError | NoAnswerError): boolean {
  if (error instanceof NoAnswerError) return endpoint.idempotent || !error.maybeApplied;
  return endpoint.idempotent && PASSING_FAULTS.has(error.status) && !error.gatewayMissing;
}

function siteOf({ endpoint, instance }: Call<unknown>): CallSite {
  const { method, route, gateway, absent } = endpoint;
  return {
    ...{ method, route },
    ...(gateway && { gateway }),
    ...(absent && { absent }),
    ...(instance !== undefined && { instance }),
  };
}
