import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";

import { providePulumi } from "../global-setup.mts";
import { makeStackTemplate } from "../support/stack-template.mts";

declare module "vitest" {
  interface ProvidedContext {
    /** Which face of the provider end-to-end tests ask. */
    face: "dynamic" | "native";
  }
}

/** The CLI, and the stack that every test copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { cli, vault } = await providePulumi(project);
  const template = await makeStackTemplate(cli, vault.env);
  project.provide("stackTemplate", template);
  return () => {
    vault.close();
    return rm(template.folder, { recursive: true, force: true });
  };
}
