import { createRequire } from "node:module";
import type { TestProject } from "vitest/node";

import { pulumiCli, type PulumiCli } from "../scripts/pulumi-cli/find.mts";

declare module "vitest" {
  interface ProvidedContext {
    pulumiCli: PulumiCli;
  }
}

/** Once for all tests that need it: the real Pulumi CLI, which may have to be got first, and the built package. */
export default async function setup(project: TestProject): Promise<void> {
  await providePulumi(project);
}

export async function providePulumi(project: TestProject): Promise<PulumiCli> {
  requireBuiltPackage();
  const cli = await pulumiCli({ report: (line) => process.stderr.write(`${line}\n`) });
  project.provide("pulumiCli", cli);
  return cli;
}

function requireBuiltPackage(): void {
  const { resolve } = createRequire(import.meta.url);
  try {
    for (const entry of ["pulumi-ryzeapi", "pulumi-ryzeapi/provider"]) resolve(entry);
  } catch (cause) {
    throw new Error("The package is not built: run `npm run build` first.", { cause });
  }
}
