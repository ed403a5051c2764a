import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError } from "../prompt.ts";
import { isOverLimit, limitTold, type Exchange } from "../wire/exchange.ts";

/** Where a token's limits are not told, no more than half of those that are documented. */
const PAUSE_WITHOUT_LIMITS_MS: Readonly<Record<Kind, number>> = { calls: 1_200, creations: 6_000 };
/** Longer than a window: a reset that lies further away is none. */
const LONGEST_WAIT_MS = 70_000;
/** Clocks are compared to no better than this. */
const MARGIN_MS = 250;
/** For all waits of a step. */
const PATIENCE_MS = 15 * 60_000;
const ANNOUNCED_MS = 5_000;

export type Kind = "calls" | "creations";

/** What the probe needs of the world to wait in it. */
export interface Clock {
  readonly now: () => number;
  /** Rejects when the signal is aborted. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export const CLOCK: Clock = {
  now: () => Date.now(),
  pause: (milliseconds, signal) => sleep(milliseconds, undefined, signal && { signal }),
};

/** Others use the account's token so much that the probe gets no turn. */
export class LimitUsedUpError extends Error {
  override readonly name = "LimitUsedUpError";

  constructor() {
    super("the limit of the account's token is used up by others");
  }
}

/**
 * Never takes more than half of a limit: once no more than half is left, whoever used the rest, it waits for the next
 * window.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #notice: (line: string) => void;
  /** When the window ends of which no more may be taken. */
  readonly #heldUntil = new Map<string, number>();
  /** Whether a bucket's answers have told its limit. */
  readonly #isTold = new Map<string, boolean>();
  /** What the service's clock is ahead of ours. */
  #ahead = 0;
  #waited = 0;
  #signal: AbortSignal | undefined;

  constructor(clock: Clock, notice: (line: string) => void, signal: AbortSignal) {
    this.#clock = clock;
    this.#notice = notice;
    this.#signal = signal;
  }

  set serviceIsAhead(milliseconds: number) {
    this.#ahead = milliseconds;
  }

  /** What is left to do has patience of its own, and is not interrupted. */
  beginCleaningUp(): void {
    this.#waited = 0;
    this.#signal = undefined;
  }

  async pause(milliseconds: number): Promise<void> {
    const signal = this.#signal;
    try {
      await this.#clock.pause(milliseconds, signal);
    } catch (error) {
      throw signal?.aborted === true ? new InterruptedError() : error;
    }
  }

  async beforeCall(bucket: string, kind: Kind): Promise<void> {
    const until = this.#heldUntil.get(bucket) ?? 0;
    const wait = Math.min(until - this.#clock.now(), LONGEST_WAIT_MS);
    if (wait > 0) {
      await this.#wait(wait);
      this.#heldUntil.delete(bucket);
    } else if (this.#isTold.get(bucket) === false) {
      await this.pause(PAUSE_WITHOUT_LIMITS_MS[kind]);
    }
  }

  afterCall(bucket: string, answer: Exchange): void {
    const told = limitTold(answer);
    // An answer without limits among others with them is that of something in between.
    this.#isTold.set(bucket, told !== undefined || this.#isTold.get(bucket) === true);
    const isOver = isOverLimit(answer);
    if (told && (isOver || told.remaining <= told.limit / 2)) {
      this.#heldUntil.set(bucket, told.reset * 1_000 - this.#ahead + MARGIN_MS);
    } else if (isOver) {
      this.#heldUntil.set(bucket, this.#clock.now() + LONGEST_WAIT_MS);
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    this.#waited += milliseconds;
    if (this.#waited > PATIENCE_MS) throw new LimitUsedUpError();
    if (milliseconds > ANNOUNCED_MS) {
      this.#notice(
        `Half of the limit is used. Waiting ${Math.ceil(milliseconds / 1_000)} s for the next window…`,
      );
    }
    await this.pause(milliseconds);
  }
}
