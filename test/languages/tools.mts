import { delimiter, join } from "node:path";

import { inject } from "vitest";

import { repository, type Environment } from "../../scripts/release/run.mts";

export const here = import.meta.dirname;
const PLUGIN = join(repository, "dist", "plugin");
export const PLUGIN_PROGRAM = join(PLUGIN, "pulumi-resource-ryzeapi");

/** The real CLI with the built plugin on PATH, where the engine finds it, and those in other folders. */
export function pulumiWithPlugin(...folders: string[]): { command: string; environment: Environment } {
  const { command, env } = inject("pulumiCli");
  return { command, environment: { ...env, PATH: [PLUGIN, ...folders, env.PATH].join(delimiter) } };
}
