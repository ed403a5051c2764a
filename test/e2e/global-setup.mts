import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";

import { providePulumi } from "../global-setup.mts";
import { makeStackTemplate } from "../support/stack-template.mts";
import { startVault } from "../support/vault.mts";

declare module "vitest" {
  interface ProvidedContext {
    /** Which face of the provider end-to-end tests ask. */
    face: "dynamic" | "native";
  }
}

/** The CLI, the stack that every test copies, and the Vault with that stack's key. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const vault = await startVault();
  const template = await makeStackTemplate(await providePulumi(project), vault);
  project.provide("stackTemplate", template);
  return () => {
    vault.close();
    return rm(template.folder, { recursive: true, force: true });
  };
}
