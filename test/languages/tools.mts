import { link, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { inject } from "vitest";

import { repository, run } from "../package/packed.mts";

export const here = fileURLToPath(new URL(".", import.meta.url));
const PLUGIN = join(repository, "dist", "plugin");
export const PLUGIN_PROGRAM = join(PLUGIN, "pulumi-resource-ryzeapi");

/** Neither what a user has set for work of their own nor a newer version of a module changes what is built. */
export const GO = { GOWORK: "off", GOFLAGS: "-mod=readonly -buildvcs=false" };

export type Environment = Record<string, string>;

/** The real CLI with the built plugin on PATH, where the engine finds it. */
export function pulumiWithPlugin(): { command: string; environment: Environment } {
  const { command, env } = inject("pulumiCli");
  return { command, environment: { ...env, PATH: [PLUGIN, env.PATH].join(delimiter) } };
}

/** Builds generator/ into a folder that has to come first on PATH: language hosts that generate SDKs and programs. */
export async function buildGenerators(folder: string): Promise<string> {
  await mkdir(folder);
  const program = join(folder, "generator");
  await run("go", ["build", "-o", program, "."], join(here, "generator"), GO);
  for (const language of ["nodejs", "python", "go"])
    await link(program, join(folder, `pulumi-language-${language}`));
  return folder;
}

/** Why a test cannot run on this machine; undefined where the tool is there. */
export async function missing(tool: string, ...version: string[]): Promise<string | undefined> {
  try {
    await run(tool, version, here);
    return undefined;
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (cause?.code === "ENOENT") return `there is no ${tool} on PATH`;
    throw error;
  }
}
