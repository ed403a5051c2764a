import type { Dispatcher } from "undici";
import type { Account } from "../../provider/ryzeapi/account.ts";
import { environmentProxy } from "../../provider/ryzeapi/environment-proxy.ts";
import { userAgent } from "../../provider/ryzeapi/user-agent.ts";
import type { Values } from "../../provider/values.ts";
import type { Exchange, TokenKind } from "./exchange.ts";

const MOST_BYTES = 64 * 1024 * 1024;

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

/** Asks RyzeAPI, and gives back what it answers as it is: nothing is retried, awaited or explained. */
export class Wire {
  readonly #account: Account;
  readonly #caller: string;
  #dispatcher: Promise<Dispatcher> | undefined;

  /** `caller` is how the requests name who sends them. */
  constructor(account: Account, caller: string) {
    this.#account = account;
    this.#caller = caller;
  }

  async send(asked: Call, timeoutMs: number, cancelled?: AbortSignal): Promise<Exchange> {
    const { call, token = { kind: "account", value: this.#account.token } } = asked;
    const timeout = AbortSignal.timeout(timeoutMs);
    const dispatcher = await this.#pool();
    const { statusCode, headers, body } = await dispatcher.request({
      origin: this.#account.endpoint,
      path: pathOf(asked),
      method: call.split(" ")[0] as Dispatcher.HttpMethod,
      headers: {
        accept: "application/json",
        "user-agent": userAgent(this.#caller),
        ...(token.value !== undefined && { token: token.value }),
        ...(asked.body !== undefined && { "content-type": "application/json" }),
      },
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      signal: cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    return {
      call,
      sentWith: token.kind,
      status: statusCode,
      headers: singleValued(headers),
      body: jsonIn(await body.text()),
    };
  }

  async close(): Promise<void> {
    // Where there is none, `send` has said why.
    const dispatcher = await this.#dispatcher?.catch(() => undefined);
    await dispatcher?.close();
  }

  #pool(): Promise<Dispatcher> {
    this.#dispatcher ??= import("undici").then(({ Agent, EnvHttpProxyAgent }) => {
      // Plain http never leaves this machine.
      const proxy = this.#account.endpoint.startsWith("http:") ? undefined : environmentProxy(process.env);
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
