import { presentDeadline } from "./deadline.ts";
import { CancelledError, OutOfTimeError } from "./errors.ts";
import { Turns } from "./turns.ts";

/** Rate limits per minute and token until an answer says otherwise [docs: /en/guide/rate-limit-cors]. */
const DOCUMENTED_LIMITS = { calls: 100, creates: 20 } as const;

const WINDOW_MS = 60_000;
/** A reset further away than this is a wrong clock, not a limit. */
const LONGEST_WAIT_MS = 2 * WINDOW_MS;
/** How long after the announced reset the next call goes, for the two clocks' rounding. */
const RESET_MARGIN_MS = 30;
const ANNOUNCED_WAIT_MS = 10_000;

export type LimitKind = keyof typeof DOCUMENTED_LIMITS;

/** The limit headers of one answer, and the times between which it was given. */
export interface LimitReport {
  readonly limit?: number;
  readonly remaining?: number;
  /** Unix seconds on the server's clock. */
  readonly reset?: number;
  readonly retryAfterMs?: number;
  /** The call was refused because the limit is used up. */
  readonly exceeded: boolean;
  readonly serverDate?: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** Under which conditions a process waits for RyzeAPI. */
export interface Conditions {
  /** Who calls, for RyzeAPI to see: `dynamic`, `plugin`, `command` or `look-up`. */
  readonly caller: string;
  /** Tells people about waits. */
  readonly notice: (line: string) => void;
  readonly cancelled: AbortSignal;
  /** Shortens every timeout, and every wait that no answer has told, for tests. */
  readonly timeoutFactor: number;
}

/** The growing wait after so many refusals in a row, up to a whole window. */
export function backOffAfter(refusals: number): number {
  return Math.min(WINDOW_MS, 500 * 2 ** refusals);
}

/** Spreads those who wait for the same thing. */
export function jittered(milliseconds: number): number {
  return milliseconds + Math.random() * Math.min(1_000, milliseconds / 10);
}

/** Whose calls a limit counts, and which. */
export interface Limited {
  readonly token: string;
  readonly kind: LimitKind;
  /** Whether other processes may use the token at the same time. */
  readonly sharedToken: boolean;
}

type OnWait = (milliseconds: number) => void;

interface Waiter {
  readonly go: () => void;
  readonly refuse: (reason: Error) => void;
}

/**
 * Holds calls with one token back before they exceed one limit.
 *
 * The server counts per fixed window and tells in every answer what is left; calls under way are counted as used until
 * their answer says so. The headers also show what others use of the same token.
 */
class Bucket {
  #limit: number;
  /** The lowest `remaining` told in this window. */
  #left: number;
  #windowEndsAt = Number.POSITIVE_INFINITY;
  #resetSeconds = 0;
  #underWay = 0;
  #exceededInARow = 0;
  readonly #turns: Turns | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: Waiter[] = [];
  readonly #share: () => number;
  readonly #clock: ServerClock;
  readonly #conditions: Omit<Conditions, "notice">;
  readonly #onWait: OnWait;

  constructor(
    { kind, sharedToken }: Limited,
    share: () => number,
    clock: ServerClock,
    conditions: Conditions,
    onWait: OnWait,
  ) {
    this.#share = share;
    this.#limit = DOCUMENTED_LIMITS[kind];
    this.#left = this.#limit;
    this.#turns = sharedToken ? new Turns() : undefined;
    this.#clock = clock;
    this.#conditions = conditions;
    this.#onWait = onWait;
    conditions.cancelled.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      for (const { refuse } of this.#waiting.splice(0)) refuse(new CancelledError());
    });
  }

  async enter(): Promise<void> {
    if (this.#conditions.cancelled.aborted) throw new CancelledError();
    const deadline = presentDeadline();
    if (deadline?.over.aborted === true) throw new OutOfTimeError(deadline.seconds);
    if (this.#waiting.length === 0 && this.#mayGo()) {
      this.#send();
      return;
    }
    await new Promise<void>((go, refuse) => {
      const waiter = { go, refuse };
      this.#waiting.push(waiter);
      deadline?.over.addEventListener("abort", () => {
        const place = this.#waiting.indexOf(waiter);
        if (place >= 0) this.#waiting.splice(place, 1);
        refuse(new OutOfTimeError(deadline.seconds));
      });
      this.#schedule();
    });
  }

  /** Ends a call that `enter` let through; without a report it counts as used in the window that is known. */
  leave(report: LimitReport | undefined): void {
    this.#underWay -= 1;
    if (report !== undefined) this.#learn(report);
    else this.#countUnanswered();
    this.#release();
  }

  #mayGo(): boolean {
    if (Date.now() >= this.#windowEndsAt) {
      this.#left = this.#limit;
      this.#windowEndsAt = Number.POSITIVE_INFINITY;
      this.#turns?.begin();
    }
    if (this.#ours <= this.#underWay) return false;
    return this.#turns?.mayGo(this.#ours, this.#underWay) ?? true;
  }

  #send(): void {
    this.#underWay += 1;
    this.#turns?.sent();
  }

  /** What is left of the limit, without the part of it that is others'. */
  get #ours(): number {
    return this.#left - Math.floor((this.#limit * (100 - this.#share())) / 100);
  }

  #release(): void {
    while (this.#waiting.length > 0 && this.#mayGo()) {
      this.#send();
      this.#waiting.shift()?.go();
    }
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    const wait = this.#mayGo() ? 0 : this.#wait();
    if (wait === undefined) return;
    this.#timer = setTimeout(() => {
      this.#release();
    }, wait);
  }

  /** How long nothing may go; undefined where the answer of a call that is under way will tell. */
  #wait(): number | undefined {
    const isUsedUp = this.#ours <= this.#underWay;
    const turn = isUsedUp ? 0 : (this.#turns?.nextAt(this.#underWay) ?? 0) - Date.now();
    if (turn > 0) return turn;
    if (this.#windowEndsAt === Number.POSITIVE_INFINITY || (!isUsedUp && this.#underWay > 0))
      return undefined;
    const wait = Math.max(0, this.#windowEndsAt - Date.now());
    if (wait > ANNOUNCED_WAIT_MS) this.#onWait(wait);
    return wait;
  }

  #countUnanswered(): void {
    this.#turns?.unanswered();
    if (this.#windowEndsAt !== Number.POSITIVE_INFINITY) this.#left -= 1;
  }

  #learn(report: LimitReport): void {
    if (report.limit !== undefined && report.limit > 0) this.#limit = report.limit;
    if (report.exceeded) {
      this.#exceed(report);
      return;
    }
    this.#exceededInARow = 0;
    if (report.remaining === undefined || report.reset === undefined) {
      this.#turns?.unanswered();
      return;
    }
    const sameWindow = report.reset <= this.#resetSeconds;
    if (sameWindow && this.#windowEndsAt === Number.POSITIVE_INFINITY) return; // a late answer of a window that is over
    this.#left = sameWindow ? Math.min(this.#left, report.remaining) : report.remaining;
    this.#resetSeconds = Math.max(this.#resetSeconds, report.reset);
    this.#endWindowAt(this.#clock.localTime(this.#resetSeconds * 1000) + RESET_MARGIN_MS);
    this.#turns?.told({
      limit: this.#limit,
      left: this.#left,
      windowEndsAt: this.#windowEndsAt,
      isNewWindow: !sameWindow,
      underWay: this.#underWay,
    });
  }

  /** The limit was hit after all, by others or by a clock that is wrong: everyone with this token waits. */
  #exceed(report: LimitReport): void {
    const waitsAlready =
      this.#left === 0 && Number.isFinite(this.#windowEndsAt) && Date.now() < this.#windowEndsAt;
    if (waitsAlready) return;
    this.#turns?.refused();
    this.#exceededInARow += 1;
    this.#left = 0;
    const backOff = backOffAfter(this.#exceededInARow) * this.#conditions.timeoutFactor;
    // What is told may be nothing, or wrong: refusals in a row wait longer each time, whatever they say.
    const wait = Math.max(jittered(backOff), this.#toldWait(report));
    if (report.reset !== undefined) this.#resetSeconds = Math.max(this.#resetSeconds, report.reset);
    this.#endWindowAt(Date.now() + wait);
  }

  /** How long a refusal says to wait; none of its headers may, or only a time that is past. */
  #toldWait({ retryAfterMs = 0, reset }: LimitReport): number {
    if (retryAfterMs > 0 || reset === undefined) return retryAfterMs;
    return this.#clock.localTime(reset * 1000) + RESET_MARGIN_MS - Date.now();
  }

  #endWindowAt(time: number): void {
    this.#windowEndsAt = Math.min(time, Date.now() + LONGEST_WAIT_MS);
  }
}

/** How far the server's clock is from ours, as far as the answers' Date headers tell. */
class ServerClock {
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  observe({ serverDate, sentAt, receivedAt }: LimitReport): void {
    if (serverDate === undefined) return;
    // A Date header is cut to whole seconds, and was written somewhere between sending and receiving.
    const least = serverDate - receivedAt;
    const most = serverDate + 1_000 - sentAt;
    this.#least = Math.max(this.#least, least);
    this.#most = Math.min(this.#most, most);
    if (this.#least > this.#most) [this.#least, this.#most] = [least, most]; // one of the clocks was set
  }

  /** Our time at the server's time; clocks that may be equal are taken as equal. */
  localTime(serverTime: number): number {
    const ahead = Math.min(Math.max(0, this.#least), this.#most);
    return serverTime - ahead;
  }
}

/** Every bucket of one origin: one per token and limit. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #clock = new ServerClock();
  readonly #shares = new Map<string, number>();
  readonly #announced = new Set<string>();
  readonly #conditions: Conditions;

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /** From now on no more than this of the token's limits is taken, in percent; the least of several such numbers counts. */
  leaveRestOf(token: string, percent: number): void {
    this.#shares.set(token, Math.min(percent, this.#shareOf(token)));
  }

  /** Runs one call when the limit allows it; `call` answers with what it learned of the limit. */
  async run<T>(limited: Limited, call: () => Promise<{ result: T; report: LimitReport }>): Promise<T> {
    const bucket = this.#bucket(limited);
    await bucket.enter();
    let report: LimitReport | undefined;
    try {
      const outcome = await call();
      report = outcome.report;
      this.#clock.observe(report);
      return outcome.result;
    } finally {
      bucket.leave(report);
    }
  }

  #bucket(limited: Limited): Bucket {
    const key = `${limited.kind} ${limited.token}`;
    const found = this.#buckets.get(key);
    if (found !== undefined) return found;
    const share = () => this.#shareOf(limited.token);
    const bucket = new Bucket(limited, share, this.#clock, this.#conditions, (milliseconds) => {
      this.#announce(limited, milliseconds);
    });
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #shareOf(token: string): number {
    return this.#shares.get(token) ?? 100;
  }

  #announce({ kind, sharedToken, token }: Limited, milliseconds: number): void {
    const what = kind === "creates" ? "new instances" : "calls";
    const whose = sharedToken ? "the account's token" : "an instance's token";
    const subject = `${what} with ${whose}`;
    if (this.#announced.has(subject)) return;
    this.#announced.add(subject);
    const seconds = Math.ceil(milliseconds / 1_000);
    const share = this.#shareOf(token);
    this.#conditions.notice(
      share === 100
        ? `RyzeAPI's limit for ${subject} is used up: waiting ${seconds} s (later waits are not announced).`
        : `The share (${share} %) of RyzeAPI's limit for ${subject} is used up: waiting ${seconds} s (later waits are not announced).`,
    );
  }
}
