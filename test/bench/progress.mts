const EVERY_MS = 10_000;

/** Lines for whoever waits, apart from the results on standard output. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Says every ten seconds how far something is. */
export function counter(subject: string, total: number): (done: number) => void {
  let saidAt = Date.now();
  return (done) => {
    if (Date.now() - saidAt < EVERY_MS) return;
    saidAt = Date.now();
    say(`  ${subject}: ${done} of ${total}`);
  };
}
