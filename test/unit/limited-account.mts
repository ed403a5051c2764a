import { RateLimiter, type LimitKind, type LimitReport } from "../../provider/ryzeapi/limiter.ts";
import { RateLimiter as Limits } from "../emulator/rate-limit.mts";
import { parseReadings, type Readings } from "../emulator/readings.mts";

export const WINDOW_MS = 60_000;
const TOKEN = "token-of-the-account";

/** One call, as the service counted it. */
export interface Counted {
  readonly by: string;
  readonly window: number;
  readonly isRefused: boolean;
  /** Milliseconds after the first window began. */
  readonly at: number;
}

/** The limits of one account as the emulator counts them, over a network whose answers take as long as `latency` says. */
export class LimitedAccount {
  readonly counted: Counted[] = [];
  readonly #limits: Limits;
  readonly #latency: () => number;
  readonly #start = Date.now();

  constructor({
    readings = {},
    latency = () => 200,
  }: {
    readings?: Partial<Readings>;
    latency?: () => number;
  } = {}) {
    this.#limits = new Limits({ create: 20, global: 100 }, WINDOW_MS, parseReadings(readings) as Readings);
    this.#latency = latency;
  }

  /** A call that nobody holds back. */
  async call(by: string, kind: LimitKind): Promise<LimitReport> {
    const sentAt = Date.now();
    await sleep(this.#latency() / 2);
    const charge = this.#limits.charge(TOKEN, kind === "creates");
    const headers = charge.headers();
    const now = Date.now();
    this.counted.push({
      by,
      window: Math.floor(now / WINDOW_MS),
      isRefused: !charge.allowed,
      at: now - this.#start,
    });
    await sleep(this.#latency() / 2);
    return {
      limit: Number(headers["X-RateLimit-Limit"]),
      remaining: Number(headers["X-RateLimit-Remaining"]),
      reset: Number(headers["X-RateLimit-Reset"]),
      exceeded: !charge.allowed,
      serverDate: now - (now % 1_000),
      sentAt,
      receivedAt: Date.now(),
    };
  }

  /** A provider process that makes so many calls of this kind, as many at a time as the engine does. */
  async deploy(
    by: string,
    calls: number,
    {
      kind = "creates",
      share = 100,
      parallel = 8,
    }: { kind?: LimitKind; share?: number; parallel?: number } = {},
  ): Promise<void> {
    const limiter = new RateLimiter({
      caller: by,
      notice: () => undefined,
      cancelled: new AbortController().signal,
      timeoutFactor: 1,
    });
    limiter.leaveRestOf(TOKEN, share);
    let left = calls;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        while (!(await this.#held(limiter, by, kind)));
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }

  #held(limiter: RateLimiter, by: string, kind: LimitKind): Promise<boolean> {
    return limiter.run({ token: TOKEN, kind, sharedToken: true }, async () => {
      const report = await this.call(by, kind);
      return { result: !report.exceeded, report };
    });
  }

  /** The calls that were refused. */
  refused(by?: string): Counted[] {
    return this.counted.filter((call) => call.isRefused && (by === undefined || call.by === by));
  }

  /** The calls of one, by window. */
  windowsOf(by: string): number[] {
    const windows = new Map<number, number>();
    for (const call of this.counted)
      if (call.by === by && !call.isRefused) windows.set(call.window, (windows.get(call.window) ?? 0) + 1);
    return [...windows.values()];
  }
}

/** By the timers that tests put in place of the system's. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
