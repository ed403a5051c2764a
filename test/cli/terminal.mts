import { spawn } from "@lydell/node-pty";
import headless, { type IBuffer } from "@xterm/headless";

import { COMMAND } from "./command.mts";

interface Settings {
  readonly env: Record<string, string>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
}

const LONGEST_WAIT_MS = 15_000;

/** A terminal with the command `ryzeapi` in it, as somebody sees it who sits before it. */
export class CommandInTerminal {
  /** Everything that was written to the terminal, control sequences included. */
  output = "";
  readonly exitCode: Promise<number>;
  readonly #terminal: headless.Terminal;
  readonly #process: ReturnType<typeof spawn>;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[], { env, cwd, columns = 100, rows = 45 }: Settings) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#process = spawn(process.execPath, [COMMAND, ...args], {
      ...{ cols: columns, rows, env, name: env["TERM"] ?? "" },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#process.onData((data) => {
      this.output += data;
      this.#terminal.write(data, () => {
        for (const look of this.#watchers) look();
      });
    });
    this.exitCode = new Promise((resolve) => {
      this.#process.onExit(({ exitCode }) => {
        // What was written last may still be on its way through the terminal.
        this.#terminal.write("", () => {
          resolve(exitCode);
        });
      });
    });
  }

  get buffer(): IBuffer {
    return this.#terminal.buffer.active;
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  /** The lines on the screen, from the top; those that are empty below the text are left out. */
  get lines(): string[] {
    const lines = Array.from({ length: this.#terminal.rows }, (_none, row) =>
      (
        this.buffer.getLine(this.buffer.baseY + row)?.translateToString(true, 0, this.columns) ?? ""
      ).trimEnd(),
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** Whether what ran before the command is on the screen again, with a cursor. */
  get isRestored(): boolean {
    const hidden = this.output.lastIndexOf("\u001b[?25l");
    return this.buffer.type === "normal" && this.output.lastIndexOf("\u001b[?25h") >= hidden;
  }

  /** What `look` finds on the screen, as soon as it finds something. */
  async waitFor<Found>(look: () => Found | undefined): Promise<Found> {
    const found = await new Promise<Found>((resolve, reject) => {
      const watcher = () => {
        const seen = look();
        if (seen === undefined) return;
        this.#watchers.delete(watcher);
        resolve(seen);
      };
      this.#watchers.add(watcher);
      const fail = (what: string) => {
        reject(new Error(`${what} with this on the screen:\n${this.text}`));
      };
      void this.exitCode.then((code) => {
        fail(`The command ended (${code})`);
      });
      setTimeout(fail, LONGEST_WAIT_MS, "Nothing more came").unref();
      watcher();
    });
    return found;
  }

  waitForText(text: string): Promise<true> {
    return this.waitFor(() => this.text.includes(text) || undefined);
  }

  type(keys: string): void {
    this.#process.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#process.resize(columns, rows);
  }

  /** For the end of a test that did not wait for the command to end. */
  kill(): void {
    this.#process.kill();
  }
}
