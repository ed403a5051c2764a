import type { Dispatcher } from "undici";
import { userAgent } from "../../provider/ryzeapi/user-agent.ts";
import { environmentProxy } from "../../provider/ryzeapi/environment-proxy.ts";
import type { Account } from "../../provider/ryzeapi/account.ts";
import type { Values } from "../../provider/values.ts";
import { InterruptedError } from "../prompt.ts";
import { MOST_CALLS, MOST_CREATIONS } from "./allowance.ts";
import { CREATE, isOverLimit, type Exchange, type TokenKind } from "./exchange.ts";
import { LimitUsedUpError, type Kind, type Pace } from "./pace.ts";

/** Connect and Chatwoot may take a minute. */
const TIMEOUT_MS = 90_000;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ATTEMPTS = 6;

/** One request to RyzeAPI. */
export interface Call {
  /** Such as `GET /api/instance/getProxy/:instance`. */
  readonly call: string;
  readonly instance?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Values;
  /** Default: the account's. */
  readonly token?: { readonly kind: TokenKind; readonly value?: string };
}

/** No answer came: what was asked may have been done or not. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

/** Asks RyzeAPI and keeps what it answers, as it is: nothing is retried but calls that met the limit. */
export class Asking {
  readonly account: Account;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  readonly #journal: Exchange[] = [];
  readonly #sent: Record<Kind, number> = { calls: 0, creations: 0 };
  #dispatcher: Promise<Dispatcher> | undefined;
  #isCleaningUp = false;
  #leftOpen = false;

  constructor(account: Account, pace: Pace, signal: AbortSignal) {
    this.account = account;
    this.#pace = pace;
    this.#signal = signal;
  }

  get journal(): readonly Exchange[] {
    return this.#journal;
  }

  get sent(): Readonly<Record<Kind, number>> {
    return this.#sent;
  }

  /** Whether a creation may still be on its way. */
  get leftOpen(): boolean {
    return this.#leftOpen;
  }

  /** From now on nothing is created, and neither Ctrl-C nor the number of calls stops what is asked. */
  beginCleaningUp(): void {
    this.#isCleaningUp = true;
    this.#pace.beginCleaningUp();
  }

  async ask(asked: Call): Promise<Exchange> {
    const kind = asked.call === CREATE ? "creations" : "calls";
    const bucket = `${kind} ${asked.token?.kind ?? "account"}`;
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      await this.#pace.beforeCall(bucket, kind);
      this.#count(kind);
      const answer = await this.#send(asked);
      this.#journal.push(answer);
      this.#pace.afterCall(bucket, answer);
      if (!isOverLimit(answer)) return answer;
      if (kind === "creations") this.#sent.creations -= 1; // nothing was created
    }
    throw new LimitUsedUpError();
  }

  /** What waits for others than RyzeAPI, and may do so for longer than anybody else waits: undefined without an answer. */
  async askPatiently(asked: Call): Promise<Exchange | undefined> {
    try {
      return await this.ask(asked);
    } catch (error) {
      if (error instanceof NoAnswerError) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await (await this.#dispatcher)?.close();
  }

  #count(kind: Kind): void {
    if (this.#isCleaningUp) {
      if (kind === "creations") throw new Error("nothing is created while cleaning up");
      return;
    }
    if (this.#signal.aborted) throw new InterruptedError();
    const most = kind === "creations" ? MOST_CREATIONS : MOST_CALLS;
    // Only calls that met the limit again and again make so many of them.
    if (this.#sent[kind] >= most) throw new LimitUsedUpError();
    this.#sent[kind] += 1;
  }

  async #send(asked: Call): Promise<Exchange> {
    const { call } = asked;
    try {
      const answer = await this.#exchange(asked);
      // Something between the probe and RyzeAPI has answered.
      if (answer.status >= 500 && answer.body === undefined) throw new Error(String(answer.status));
      return answer;
    } catch (error) {
      if (this.#signal.aborted && !this.#isAwaited(call)) throw new InterruptedError();
      if (call === CREATE) this.#leftOpen = true;
      throw new NoAnswerError(
        `no answer to ${call} (${reasonOf(error)}). Check the network and RYZEAPI_ENDPOINT`,
      );
    }
  }

  async #exchange(asked: Call): Promise<Exchange> {
    const { call, token = { kind: "account", value: this.account.token } } = asked;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const dispatcher = await this.#pool();
    const { statusCode, headers, body } = await dispatcher.request({
      origin: this.account.endpoint,
      path: pathOf(asked),
      method: call.split(" ")[0] as Dispatcher.HttpMethod,
      headers: {
        accept: "application/json",
        "user-agent": userAgent("probe"),
        ...(token.value !== undefined && { token: token.value }),
        ...(asked.body !== undefined && { "content-type": "application/json" }),
      },
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      signal: this.#isAwaited(call) ? timeout : AbortSignal.any([timeout, this.#signal]),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    return {
      call,
      sentWith: token.kind,
      status: statusCode,
      headers: singleValued(headers),
      body: jsonIn(await body.text()),
    };
  }

  /** A creation that is given up may be carried out after what it created was looked for. */
  #isAwaited(call: string): boolean {
    return this.#isCleaningUp || call === CREATE;
  }

  #pool(): Promise<Dispatcher> {
    this.#dispatcher ??= import("undici").then(({ Agent, EnvHttpProxyAgent }) => {
      // Plain http never leaves this machine.
      const proxy = this.account.endpoint.startsWith("http:") ? undefined : environmentProxy(process.env);
      const options = { maxResponseSize: MOST_BYTES };
      return proxy === undefined
        ? new Agent(options)
        : new EnvHttpProxyAgent({ ...options, httpProxy: "", httpsProxy: proxy });
    });
    return this.#dispatcher;
  }
}

function pathOf({ call, instance = "", query }: Call): string {
  const [, route = ""] = call.split(" ");
  const path = route.replace(":instance", () => encodeURIComponent(instance));
  return query === undefined ? path : `${path}?${new URLSearchParams(query).toString()}`;
}

function singleValued(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const single = Array.isArray(value) ? value[0] : value;
      return single === undefined ? [] : [[name, single]];
    }),
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A code or a status: a message of the network would name the address. */
function reasonOf(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  return /^\d{3}$/.test(message) ? message : name;
}
