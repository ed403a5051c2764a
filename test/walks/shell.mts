import { spawn } from "@lydell/node-pty";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";

/** What a reader answers a question with, which is known by its words. Some do something meanwhile, such as scan a code. */
export interface Answer {
  readonly to: RegExp;
  readonly with: string | (() => string | Promise<string>);
}

const PROMPT = "WALKER> ";
const LONGEST_COMMAND_MS = 120_000;
const LOOK_AGAIN_MS = 20;
/** A reader does not answer before the question is complete. */
const READING_MS = 200;

/** A terminal in which commands are typed one after the other, and whose questions are answered. */
export class ShellInTerminal {
  readonly #terminal: ReturnType<typeof spawn>;
  readonly #answers: readonly Answer[];
  #said = "";

  constructor(folder: string, env: Record<string, string>, answers: readonly Answer[]) {
    this.#answers = answers;
    this.#terminal = spawn("bash", ["--noprofile", "--norc", "-i"], {
      ...{ cwd: folder, cols: 160, rows: 50, name: "xterm-256color" },
      env: { ...env, PS1: PROMPT, TERM: "xterm-256color", HISTFILE: "" },
    });
    this.#terminal.onData((data) => {
      this.#said += data;
      // Who asks where the cursor is would take what is typed for the answer.
      if (data.includes("\u001b[6n")) this.#terminal.write("\u001b[1;1R");
    });
  }

  /** What the command printed, without control sequences, and how it ended. */
  async type(command: string): Promise<{ output: string; status: number }> {
    await this.#until(() => this.#isReady());
    this.#said = "";
    this.#terminal.write(`${command}\r`);
    // A question is drawn anew with its answer.
    const open = new Set(this.#answers);
    await this.#until(async () => {
      for (const answer of open) {
        if (!answer.to.test(this.#text())) continue;
        open.delete(answer);
        await sleep(READING_MS);
        this.#terminal.write(typeof answer.with === "string" ? answer.with : await answer.with());
      }
      return this.#isReady();
    }, command);
    const output = this.#text();
    this.#said = "";
    this.#terminal.write("echo status=$?\r");
    await this.#until(() => this.#isReady() && /status=\d+/.test(this.#said));
    const status = Number(/status=(\d+)/.exec(this.#said)?.[1]);
    return { output: output.slice(output.indexOf("\n") + 1, output.lastIndexOf(PROMPT.trim())), status };
  }

  close(): void {
    this.#terminal.kill();
  }

  #text(): string {
    return stripVTControlCharacters(this.#said).replaceAll("\r", "");
  }

  #isReady(): boolean {
    return this.#text().endsWith(PROMPT);
  }

  async #until(condition: () => boolean | Promise<boolean>, command = "the shell"): Promise<void> {
    const end = Date.now() + LONGEST_COMMAND_MS;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`${command} does not end; it has printed:\n${this.#text()}`);
      await sleep(LOOK_AGAIN_MS);
    }
  }
}
