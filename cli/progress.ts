import type { WriteStream } from "node:tty";

export function canMoveCursor(stream: WriteStream): boolean {
  return stream.isTTY && process.env["TERM"] !== "dumb";
}

const CLEAR_LINE = "\r\u001b[K";

/** One line on standard error that says what is going on, in the place of the one before; none outside of a terminal. */
export function showProgress(text: string): void {
  // A second line could not be cleared.
  if (canMoveCursor(process.stderr))
    process.stderr.write(CLEAR_LINE + text.slice(0, process.stderr.columns - 1));
}

export function endProgress(): void {
  showProgress("");
}

/** A line on standard error that stays. */
export function notice(line: string): void {
  endProgress();
  console.error(line);
}
