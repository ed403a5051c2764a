/** What a shell says of a command that Ctrl-C, or a termination, has ended. */
export const INTERRUPTED = 130;
export const TERMINATED = 143;

let inHand: AbortController | undefined;

/**
 * From now on the first Ctrl-C only aborts the signal, so that a command can take back what it has begun. The second
 * one ends it at once, as the first one ends every other command.
 */
export function interruptible(): AbortSignal {
  inHand = new AbortController();
  return inHand.signal;
}

export function interrupt(exitCode: number): void {
  if (inHand === undefined || inHand.signal.aborted) process.exit(exitCode);
  inHand.abort();
}
