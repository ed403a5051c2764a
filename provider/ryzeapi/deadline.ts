import { AsyncLocalStorage } from "node:async_hooks";
import { setMaxListeners } from "node:events";
import { OutOfTimeError } from "./errors.ts";

/** How long the one who asked for an operation waits for all of it. */
export interface Deadline {
  readonly seconds: number;
  /** Aborted when the time is over. */
  readonly over: AbortSignal;
}

const present = new AsyncLocalStorage<Deadline | undefined>();

/** Does the work in so many seconds, or as much of it: what waits or is asked by then gives up. 0: as long as it takes. */
export async function within<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  if (seconds <= 0) return await work();
  const ending = new AbortController();
  setMaxListeners(0, ending.signal); // every waiting call listens
  const timer = setTimeout(() => {
    ending.abort();
  }, seconds * 1_000);
  try {
    return await present.run({ seconds, over: ending.signal }, work);
  } finally {
    clearTimeout(timer);
  }
}

/** That of the operation at work; undefined where it may take as long as it takes. */
export function presentDeadline(): Deadline | undefined {
  return present.getStore();
}

/** What several operations share must not end with the time of the one that began it: each waits as long as it may. */
export async function sharing<T>(work: () => Promise<T>): Promise<T> {
  const deadline = presentDeadline();
  if (deadline === undefined) return await work();
  const { over, seconds } = deadline;
  if (over.aborted) throw new OutOfTimeError(seconds);
  return await new Promise<T>((resolve, reject) => {
    over.addEventListener("abort", () => {
      reject(new OutOfTimeError(seconds));
    });
    present.run(undefined, work).then(resolve, reject);
  });
}
