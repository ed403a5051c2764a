import type { LandLate } from "./faults.mts";

interface Waiting {
  /** How many answers are still to go out first. */
  answers: number;
  due: () => void;
}

/** Creations that were answered as failed and are applied afterwards. */
export class Landings {
  #waiting: Waiting[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  add({ requests, ms }: LandLate, apply: () => Promise<unknown>): void {
    const due = () => {
      this.#start(ms, apply);
    };
    // The answer to the creation itself is counted as well.
    this.#waiting.push({ answers: requests + 1, due });
  }

  /** Called as an answer goes out, so that whoever got it finds what has landed by then. */
  answered(): void {
    for (const waiting of this.#waiting) waiting.answers -= 1;
    const due = this.#waiting.filter(({ answers }) => answers === 0);
    this.#waiting = this.#waiting.filter(({ answers }) => answers > 0);
    for (const landing of due) landing.due();
  }

  clear(): void {
    this.#waiting = [];
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #start(ms: number, apply: () => Promise<unknown>): void {
    if (ms === 0) {
      land(apply);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      land(apply);
    }, ms);
    this.#timers.add(timer);
  }
}

/** What goes wrong would stand in an answer, and that is out already. */
function land(apply: () => Promise<unknown>): void {
  apply().catch(() => undefined);
}
