import { createRequire } from "node:module";
import type { TestProject } from "vitest/node";

import { pulumiCli, type PulumiCli } from "../scripts/pulumi-cli/find.mts";
import { startVault, type Vault } from "./support/vault.mts";

declare module "vitest" {
  interface ProvidedContext {
    pulumiCli: PulumiCli;
    /** What the CLI needs in its environment to ask the Vault for the key of a stack. */
    vault: Vault["env"];
  }
}

/**
 * Once for all tests that need it: the real Pulumi CLI, which may have to be got first, the built package, and a Vault.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const { vault } = await providePulumi(project);
  return vault.close;
}

export async function providePulumi(project: TestProject): Promise<{ cli: PulumiCli; vault: Vault }> {
  requireBuiltPackage();
  const cli = await pulumiCli({ report: (line) => process.stderr.write(`${line}\n`) });
  const vault = await startVault();
  project.provide("pulumiCli", cli);
  project.provide("vault", vault.env);
  return { cli, vault };
}

function requireBuiltPackage(): void {
  const { resolve } = createRequire(import.meta.url);
  try {
    for (const entry of ["pulumi-ryzeapi", "pulumi-ryzeapi/provider"]) resolve(entry);
  } catch (cause) {
    throw new Error("The package is not built: run `npm run build` first.", { cause });
  }
}
