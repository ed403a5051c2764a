import type { Account } from "../../provider/ryzeapi/account.ts";
import { InterruptedError } from "../prompt.ts";
import { CREATE, isOverLimit, type Exchange } from "../wire/exchange.ts";
import { Wire, type Call } from "../wire/wire.ts";
import { MOST_CALLS, MOST_CREATIONS } from "./allowance.ts";
import { LimitUsedUpError, type Kind, type Pace } from "./pace.ts";

/** Connect and Chatwoot may take a minute. */
const TIMEOUT_MS = 90_000;
const MOST_ATTEMPTS = 6;

/** No answer came: what was asked may have been done or not. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

/** Asks RyzeAPI and keeps what it answers, as it is: nothing is retried but calls that met the limit. */
export class Asking {
  readonly account: Account;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  readonly #wire: Wire;
  readonly #journal: Exchange[] = [];
  readonly #sent: Record<Kind, number> = { calls: 0, creations: 0 };
  #isCleaningUp = false;
  #leftOpen = false;

  constructor(account: Account, pace: Pace, signal: AbortSignal) {
    this.account = account;
    this.#pace = pace;
    this.#signal = signal;
    this.#wire = new Wire(account, "probe");
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
    await this.#wire.close();
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
      const cancelled = this.#isAwaited(call) ? undefined : this.#signal;
      const answer = await this.#wire.send(asked, TIMEOUT_MS, cancelled);
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

  /** A creation that is given up may be carried out after what it created was looked for. */
  #isAwaited(call: string): boolean {
    return this.#isCleaningUp || call === CREATE;
  }
}

/** A code or a status: a message of the network would name the address. */
function reasonOf(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  return /^\d{3}$/.test(message) ? message : name;
}
