import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { PulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { secretMarker } from "./secret-marker.mts";
import { stackEnvironment } from "./stack-environment.mts";
import { SECRETS_PROVIDER, type Vault } from "./vault.mts";

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
  /** Names the Vault that has its key. */
  readonly env: Vault["env"];
}

export async function makeStackTemplate(cli: PulumiCli, vault: Vault): Promise<StackTemplate> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  const [backend, workDir] = [join(folder, BACKEND), join(folder, WORK_DIR)];
  for (const each of [backend, workDir]) await mkdir(each);
  await writeFile(join(workDir, "Pulumi.yaml"), `name: ${STACK}\nruntime: nodejs\n`);
  const env = {
    ...process.env,
    ...cli.env,
    ...stackEnvironment(backend),
    ...vault.env,
    PULUMI_HOME: join(folder, "home"),
  };
  const pulumi = (...args: string[]) =>
    promisify(execFile)(cli.command, [...args, "--non-interactive"], { cwd: workDir, env });
  const accountToken = secretMarker();
  await pulumi("stack", "init", STACK, "--secrets-provider", SECRETS_PROVIDER);
  await pulumi("config", "set", "--secret", "ryzeapi:token", accountToken);
  return { folder, accountToken, env: vault.env };
}
