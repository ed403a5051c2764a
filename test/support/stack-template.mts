import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { PulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { secretMarker } from "./secret-marker.mts";
import { stackEnvironment } from "./stack-environment.mts";
import { STACK_INIT, type Vault } from "./vault.mts";

declare module "vitest" {
  interface ProvidedContext {
    /** In end-to-end tests only. */
    stackTemplate?: StackTemplate;
  }
}

export const STACK = "test";
/** Folders of a stack: its state, and its project with its configuration. */
export const BACKEND = "backend";
export const WORK_DIR = "program";

/** An empty stack as the real CLI made it, for tests to copy. */
export interface StackTemplate {
  readonly folder: string;
  /** `ryzeapi:token` of its configuration. */
  readonly accountToken: string;
}

export async function makeStackTemplate(cli: PulumiCli, vault: Vault["env"]): Promise<StackTemplate> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  const [backend, workDir] = [join(folder, BACKEND), join(folder, WORK_DIR)];
  for (const each of [backend, workDir]) await mkdir(each);
  await writeFile(join(workDir, "Pulumi.yaml"), `name: ${STACK}\nruntime: nodejs\n`);
  const own = { ...stackEnvironment(backend, vault), PULUMI_HOME: join(folder, "home") };
  const env = { ...process.env, ...cli.env, ...own };
  const pulumi = (...args: string[]) =>
    promisify(execFile)(cli.command, [...args, "--non-interactive"], { cwd: workDir, env });
  const accountToken = secretMarker();
  await pulumi(...STACK_INIT, STACK);
  await pulumi("config", "set", "--secret", "ryzeapi:token", accountToken);
  return { folder, accountToken };
}
