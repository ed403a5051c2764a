import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { inject } from "vitest";

import type { TestService } from "../support/service.mts";
import { stackEnvironment, WITHOUT_TYPES } from "../support/stack-environment.mts";
import { linkNodeModules, temporaryFolder } from "../support/stack.mts";
import { STACK_INIT } from "../support/vault.mts";

const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const QUICKSTART = fileURLToPath(new URL("../../examples/quickstart", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Pulumi project of its own, without a program yet, and the commands in its folder. */
export async function projectFor({ emulator }: TestService) {
  const directory = await temporaryFolder();
  await linkNodeModules(directory);
  for (const file of ["package.json", "tsconfig.json"])
    await cp(join(QUICKSTART, file), join(directory, file));
  await writeFile(join(directory, "Pulumi.yaml"), "name: imported\nruntime: nodejs\n");
  const cli = inject("pulumiCli");
  const env = {
    ...process.env,
    ...cli.env,
    ...stackEnvironment(directory),
    RYZEAPI_TOKEN: emulator.accountToken,
    RYZEAPI_ENDPOINT: emulator.url,
  };
  const run = async (command: string, args: readonly string[], extra = {}): Promise<Outcome> => {
    const child = promisify(execFile)(command, args, { cwd: directory, env: { ...env, ...extra } });
    child.child.stdin?.end();
    try {
      return { code: 0, ...(await child) };
    } catch (error) {
      return error as Outcome;
    }
  };
  return {
    directory,
    ryzeapi: (...args: string[]) => run(process.execPath, [COMMAND, ...args]),
    pulumi: (...args: string[]) => run(cli.command, args),
    initStack: (name: string) => run(cli.command, [...STACK_INIT, name]),
    /** Of a program whose types were checked already. */
    pulumiWithoutTypes: (...args: string[]) => run(cli.command, args, WITHOUT_TYPES),
  };
}
