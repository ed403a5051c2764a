import { setTimeout as sleep } from "node:timers/promises";

import type { Account } from "../../provider/ryzeapi/account.ts";

export type Values = Readonly<Record<string, unknown>>;

/** The documented routes that read one thing of an instance, and the key of their answer; Chatwoot's has none. */
const READS = {
  proxy: ["GET /api/instance/getProxy/:instance", "proxy"],
  settings: ["GET /api/instance/getSettings/:instance", "settings"],
  s3: ["GET /api/instance/getS3/:instance", "s3"],
  webhook: ["GET /api/events/getWebhook/:instance", "webhook"],
  websocket: ["GET /api/events/getWebsocket/:instance", "websocket"],
  chatwoot: ["GET /api/chatwoot/list/:instance", undefined],
} as const;

const WRITES = {
  proxy: "POST /api/instance/proxy/:instance",
  settings: "POST /api/instance/settings/:instance",
  s3: "POST /api/instance/s3/:instance",
  webhook: "POST /api/events/webhook/:instance",
  websocket: "POST /api/events/websocket/:instance",
} as const;

/** Chatwoot may take a minute. */
const TIMEOUT_MS = 90_000;
const MOST_ATTEMPTS = 10;
const LONGEST_WINDOW_MS = 60_000;
const MARGIN_MS = 500;

/** RyzeAPI as its documentation has it, for whoever looks at it or changes it beside Pulumi. */
export class RyzeApi {
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  async create(body: Values & { readonly name: string }): Promise<void> {
    await this.#accepted("POST /api/instance/new", { body });
  }

  /** The list's item of an instance; undefined: the account has none of this name. */
  async listed(name: string): Promise<Values | undefined> {
    const { body } = await this.#ask("GET /api/instance/list", { query: { instanceName: name } });
    const { instances } = body as { instances?: Values[] | null };
    return instances?.find((item) => item["name"] === name);
  }

  /** What is set of a block; undefined: it is off, or was never set. */
  async read(block: keyof typeof READS, instance: string, label = "default"): Promise<Values | undefined> {
    const [route, key] = READS[block];
    const answer = await this.#ask(route, { instance, ...(block === "webhook" && { query: { label } }) });
    if (isRefused(answer)) {
      if (answer.status !== 404 && answer.status !== 200) throw refusal(route, answer);
      return undefined;
    }
    const record = (key === undefined ? answer.body : answer.body[key]) as Values | null | undefined;
    return record == null || record["enabled"] === false ? undefined : record;
  }

  async write(block: keyof typeof WRITES, instance: string, body: Values): Promise<void> {
    await this.#accepted(WRITES[block], { instance, body });
  }

  async deleteChatwoot(instance: string): Promise<void> {
    await this.#accepted("DELETE /api/chatwoot/delete/:instance", { instance });
  }

  async #accepted(route: string, sent: Sent): Promise<void> {
    const answer = await this.#ask(route, sent);
    if (isRefused(answer)) throw refusal(route, answer);
  }

  async #ask(route: string, sent: Sent): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#send(route, sent);
      if (response.status !== 429 || attempt === MOST_ATTEMPTS) return await answerOf(response);
      await sleep(untilReset(response));
    }
  }

  #send(route: string, { instance = "", query = {}, body }: Sent): Promise<Response> {
    const [method = "GET", path = ""] = route.split(" ");
    const url = new URL(path.replace(":instance", encodeURIComponent(instance)), this.#account.endpoint);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return fetch(url, {
      method,
      headers: { token: this.#account.token, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

interface Sent {
  readonly instance?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Values;
}

interface Answer {
  readonly status: number;
  readonly body: Values;
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: (await response.json()) as Values };
}

function isRefused({ status, body }: Answer): boolean {
  return status >= 400 || body["success"] === false;
}

function refusal(route: string, { status, body }: Answer): Error {
  return new Error(`${route} was answered ${status}: ${JSON.stringify(body["error"])}`);
}

function untilReset({ headers }: Response): number {
  const reset = Number(headers.get("x-ratelimit-reset") ?? NaN) * 1_000 - Date.now();
  const wait = reset >= 0 && reset <= LONGEST_WINDOW_MS ? reset : LONGEST_WINDOW_MS;
  return wait + MARGIN_MS;
}
