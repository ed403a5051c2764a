import { execFile } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { inject } from "vitest";

import type { Emulator } from "../emulator/emulator.mts";
import { stackEnvironment, WITHOUT_TYPES } from "../support/stack-environment.mts";
import { linkNodeModules, temporaryFolder } from "../support/stack.mts";
import { STACK_INIT } from "../support/vault.mts";

export const examples = fileURLToPath(new URL("../../examples", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Project {
  readonly directory: string;
  /** Runs commands with bash in the project's folder, as its README or a pipeline has them. */
  readonly sh: (script: string, environment?: Record<string, string>) => Promise<Outcome>;
  /** The same where it has to succeed; gives what was printed. */
  readonly ok: (script: string) => Promise<string>;
  /** Makes the stack of a test that is about something else, and selects it. */
  readonly initStack: (name: string) => Promise<string>;
}

/** The real one would put the npm package `pulumi`, which is no CLI, before the CLI on PATH. */
const NPX = 'npx() { "$@"; }\n';

/** A copy of an example with a state of its own, the real CLI on its PATH, and the emulator as its RyzeAPI. */
export async function projectFor(example: string, emulator: Emulator): Promise<Project> {
  const folder = await temporaryFolder();
  const directory = join(folder, example);
  await cp(join(examples, example), directory, { recursive: true });
  await linkNodeModules(folder);
  const backend = join(folder, "backend");
  await mkdir(backend);
  const { env } = inject("pulumiCli");
  const inherited = {
    ...process.env,
    ...env,
    ...stackEnvironment(backend),
    PATH: [env.PATH, join(folder, "node_modules", ".bin")].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_SKIP_CONFIRMATIONS: "true",
    ...WITHOUT_TYPES, // test/package/package.test.mts compiles the examples, once
    RYZEAPI_ENDPOINT: emulator.url,
    RYZEAPI_TOKEN: emulator.accountToken,
  };
  const sh = async (script: string, environment: Record<string, string> = {}): Promise<Outcome> => {
    const child = promisify(execFile)(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", NPX + script],
      {
        cwd: directory,
        env: { ...inherited, ...environment },
      },
    );
    child.child.stdin?.end();
    try {
      return { code: 0, ...(await child) };
    } catch (error) {
      return error as Outcome;
    }
  };
  const ok = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await sh(script);
    if (code !== 0) throw new Error(`${script} ended with exit code ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  const initStack = (name: string) => ok(["pulumi", ...STACK_INIT, name].join(" "));
  return { directory, sh, ok, initStack };
}

/** The commands of a README, which are the lines of its indented blocks, under one heading or in the whole of it. */
export async function commandsIn(example: string, heading?: string): Promise<string[]> {
  const readme = await readFile(join(examples, example, "README.md"), "utf8");
  const text =
    heading === undefined ? readme : readme.split(/^## /m).find((part) => part.startsWith(heading));
  return [...(text ?? "").matchAll(/^ {4}(\S.*)$/gm)].map(([, command = ""]) => command);
}
