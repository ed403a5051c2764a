import type { Account } from "./account.ts";
import { AccountClient } from "./client.ts";
import { RateLimiter } from "./limiter.ts";
import { Transport } from "./transport.ts";

/** One client per account, so that everything in this process shares its limits, listing and connections. */
export class Service {
  readonly #notice: (line: string) => void;
  readonly #cancelled: AbortSignal;
  readonly #timeoutFactor: number;
  readonly #transports = new Map<string, Transport>();
  readonly #clients = new Map<string, AccountClient>();

  /** `notice` tells people about waits; `timeoutFactor` shortens timeouts and back-offs for tests. */
  constructor(
    notice: (line: string) => void,
    timeoutFactor = 1,
    cancelled: AbortSignal = new AbortController().signal,
  ) {
    this.#notice = notice;
    this.#cancelled = cancelled;
    this.#timeoutFactor = timeoutFactor;
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
    const transport = new Transport(
      endpoint,
      new RateLimiter(this.#notice, this.#cancelled, this.#timeoutFactor),
      this.#cancelled,
      this.#timeoutFactor,
    );
    this.#transports.set(endpoint, transport);
    return transport;
  }
}
