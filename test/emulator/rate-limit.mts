import type { Readings } from "./readings.mts";

export interface Limits {
  create: number;
  global: number;
}

interface Bucket {
  limit: number;
  used: number;
  resetsAt: number;
}

/** One request's place in its token's buckets. */
export interface Charge {
  allowed: boolean;
  /** Gives the request back, for the reading in which failed calls do not count. */
  refund(): void;
  headers(): Record<string, string>;
}

/** Requests per window and token (contract, section 4). */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #limits: Limits;
  readonly #windowMs: number;
  readonly #readings: Readings;

  constructor(limits: Limits, windowMs: number, readings: Readings) {
    this.#limits = limits;
    this.#windowMs = windowMs;
    this.#readings = readings;
  }

  charge(token: string, creates: boolean): Charge {
    const buckets = this.#bucketsOf(token, creates);
    const allowed = buckets.every((bucket) => bucket.used < bucket.limit);
    if (allowed) for (const bucket of buckets) bucket.used += 1;
    return {
      allowed,
      refund: () => {
        if (allowed) for (const bucket of buckets) bucket.used -= 1;
      },
      headers: () => ({
        ...headersOf(buckets),
        ...(!allowed && this.#readings.retryAfter ? retryAfter(buckets) : {}),
      }),
    };
  }

  clear(): void {
    this.#buckets.clear();
  }

  #bucketsOf(token: string, creates: boolean): Bucket[] {
    if (!creates) return [this.#bucket(`global ${token}`, this.#limits.global)];
    const own = this.#bucket(`create ${token}`, this.#limits.create);
    if (!this.#readings.createSharesGlobalBucket) return [own];
    return [own, this.#bucket(`global ${token}`, this.#limits.global)];
  }

  #bucket(key: string, limit: number): Bucket {
    const now = Date.now();
    const known = this.#buckets.get(key);
    if (known && now < known.resetsAt) return known;
    const start = this.#readings.windowKind === "aligned" ? now - (now % this.#windowMs) : now;
    const fresh = { limit, used: 0, resetsAt: start + this.#windowMs };
    this.#buckets.set(key, fresh);
    return fresh;
  }
}

function retryAfter(buckets: Bucket[]): Record<string, string> {
  const full = buckets.filter(({ used, limit }) => used >= limit);
  const until = Math.max(...full.map(({ resetsAt }) => resetsAt));
  return { "Retry-After": String(Math.max(1, Math.ceil((until - Date.now()) / 1000))) };
}

/** Where a request counts in two buckets, the headers show the one that is nearer to its end. */
function headersOf(buckets: Bucket[]): Record<string, string> {
  const [first, second] = buckets;
  if (!first) return {};
  const shown = second && second.limit - second.used < first.limit - first.used ? second : first;
  return {
    "X-RateLimit-Limit": String(shown.limit),
    "X-RateLimit-Remaining": String(Math.max(0, shown.limit - shown.used)),
    "X-RateLimit-Reset": String(Math.ceil(shown.resetsAt / 1000)),
  };
}
