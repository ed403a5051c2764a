import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** Asks in the terminal without showing what is typed. */
export async function askSecret(question: string): Promise<string> {
  const silent = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  process.stderr.write(question);
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
