import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify, stripVTControlCharacters } from "node:util";

import { say, showCommand } from "./narration.mts";

interface RunnerOptions {
  command: string;
  /** The folder of Pulumi.yaml. */
  directory: string;
  environment: NodeJS.ProcessEnv;
  /** The stack's configuration, outside of that folder. */
  configFile: string;
  /** What must not be shown in clear, as it is at the time of asking. */
  secrets: () => string[];
  interrupted: AbortSignal;
}

const leak = "(here was a line with a secret in clear)";

/** Runs the real Pulumi CLI for everyone to see. */
export class PulumiRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Shows the command and its output, and gives its standard output without colours; throws where it fails. */
  async run(...args: string[]): Promise<string> {
    const { command, directory, environment, configFile, interrupted } = this.#options;
    interrupted.throwIfAborted();
    showCommand(["pulumi", ...args].join(" "));
    // Left out of what is shown: where the demo keeps the configuration, and colours, which the CLI cannot tell are wanted.
    const color = process.stdout.isTTY && !process.env["NO_COLOR"] ? "always" : "never";
    const own = ["--non-interactive", "--color", color];
    if (args[0] !== "stack") own.push("--config-file", configFile, "--suppress-progress");
    const child = spawn(command, [...args, ...own], {
      cwd: directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = () => child.kill("SIGINT");
    interrupted.addEventListener("abort", stop);
    const [output, errors, [code]] = await Promise.all([
      this.#show(child.stdout),
      this.#show(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    interrupted.removeEventListener("abort", stop);

    interrupted.throwIfAborted();
    if (code !== 0) throw new Error(`\`pulumi ${args.join(" ")}\` ended with exit code ${code ?? "none"}`);
    if (output.includes(leak) || errors.includes(leak)) throw new Error("Pulumi showed a secret in clear");
    return output;
  }

  /** For preparations, which nobody needs to see unless they fail. */
  async quietly(directory: string, ...args: string[]): Promise<void> {
    const { command, environment: env, interrupted: signal } = this.#options;
    try {
      await promisify(execFile)(command, [...args, "--non-interactive"], { cwd: directory, env, signal });
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      // Not the error itself: its message repeats the command line, with the secrets in it.
      throw new Error(
        `\`pulumi ${args.slice(0, 2).join(" ")}\` failed: ${stderr?.trim() ?? "it did not start"}`,
      );
    }
  }

  async #show(stream: Readable): Promise<string> {
    const lines: string[] = [];
    for await (const line of createInterface(stream)) {
      const isLeak = this.#options.secrets().some((secret) => line.includes(secret));
      const shown = isLeak ? leak : line;
      say(shown);
      lines.push(stripVTControlCharacters(shown));
    }
    return lines.join("\n");
  }
}
