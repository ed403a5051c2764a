import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Ctrl-C while the terminal was asked. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Asks in the terminal without showing what is typed. */
export async function askSecret(question: string): Promise<string> {
  const silent = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Only now does the terminal keep to itself what is typed.
  process.stderr.write(question);
  try {
    return await new Promise((resolve, reject) => {
      terminal.once("line", resolve);
      terminal.once("SIGINT", () => {
        reject(new InterruptedError());
      });
      terminal.once("close", () => {
        reject(new Error("the input ended before all secrets were given; nothing was written"));
      });
    });
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
