import type { Account } from "./account.ts";
import { AccountClient } from "./client.ts";
import { RateLimiter, type Conditions } from "./limiter.ts";
import { Transport } from "./transport.ts";

/** One client per account, so that everything in this process shares its limits, listing and connections. */
export class Service {
  readonly #conditions: Conditions;
  readonly #transports = new Map<string, Transport>();
  readonly #clients = new Map<string, AccountClient>();

  constructor({
    caller,
    notice,
    cancelled = new AbortController().signal,
    timeoutFactor = 1,
  }: Pick<Conditions, "caller" | "notice"> & Partial<Conditions>) {
    this.#conditions = { caller, notice, cancelled, timeoutFactor };
  }

  account({ endpoint, token }: Account): AccountClient {
    const key = `${endpoint} ${token}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client = new AccountClient(endpoint, token, this.#transport(endpoint));
    this.#clients.set(key, client);
    return client;
  }

  #transport(endpoint: string): Transport {
    const known = this.#transports.get(endpoint);
    if (known !== undefined) return known;
    const transport = new Transport(endpoint, new RateLimiter(this.#conditions), this.#conditions);
    this.#transports.set(endpoint, transport);
    return transport;
  }
}
