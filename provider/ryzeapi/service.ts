import type { Account } from "./account.ts";
import { AccountClient } from "./client.ts";
import { RateLimiter, type Conditions } from "./limiter.ts";
import { Transport } from "./transport.ts";

interface Origin {
  readonly limiter: RateLimiter;
  readonly transport: Transport;
}

/** One client per account, so that everything in this process shares its limits, listing and connections. */
export class Service {
  readonly #conditions: Conditions;
  readonly #origins = new Map<string, Origin>();
  readonly #clients = new Map<string, AccountClient>();

  constructor({
    caller,
    notice,
    cancelled = new AbortController().signal,
    timeoutFactor = 1,
  }: Pick<Conditions, "caller" | "notice"> & Partial<Conditions>) {
    this.#conditions = { caller, notice, cancelled, timeoutFactor };
  }

  account({ endpoint, token, limitShare = 100 }: Account): AccountClient {
    const { limiter, transport } = this.#origin(endpoint);
    limiter.leaveRestOf(token, limitShare);
    const key = `${endpoint} ${token}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client = new AccountClient(endpoint, token, transport);
    this.#clients.set(key, client);
    return client;
  }

  #origin(endpoint: string): Origin {
    const known = this.#origins.get(endpoint);
    if (known !== undefined) return known;
    const limiter = new RateLimiter(this.#conditions);
    const origin = { limiter, transport: new Transport(endpoint, limiter, this.#conditions) };
    this.#origins.set(endpoint, origin);
    return origin;
  }
}
