import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import manifest from "../../package.json" with { type: "json" };
import { packNpm } from "./npm.mts";
import { packPlugin } from "./plugin.mts";
import { repository, run } from "./run.mts";
import {
  generateSdk,
  LANGUAGES,
  makeGoModule,
  packNodejs,
  packPython,
  type Generator,
  type Language,
} from "./sdks.mts";

export const { version: VERSION } = manifest;

/** Where the parts of a release are, in its folder. */
export const PARTS = {
  plugin: "plugin",
  npm: "npm",
  nodejs: "sdk/nodejs",
  python: "sdk/python",
  go: "sdk/go",
};

/** Makes all that a release consists of, in a new folder, from what is built in dist/. */
export async function makeRelease(
  folder: string,
  generator: Generator,
  languages: readonly Language[] = LANGUAGES,
): Promise<void> {
  const part = (name: keyof typeof PARTS) => join(folder, PARTS[name]);
  for (const name of ["npm", "nodejs"] as const) await mkdir(part(name), { recursive: true });
  await packPlugin(part("plugin"), VERSION);
  // It was built along with the plugin.
  await packNpm(repository, part("npm"), "--ignore-scripts");

  const sources = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  const generate = (language: Language) => generateSdk(language, sources, generator);
  try {
    if (languages.includes("nodejs")) await packNodejs(await generate("nodejs"), part("nodejs"));
    if (languages.includes("python")) await packPython(await generate("python"), part("python"));
    if (languages.includes("go")) await makeGoModule(await generate("go"), part("go"));
  } finally {
    await rm(sources, { recursive: true });
  }
}

/** Why this machine cannot make the SDK of a language; undefined where it can. */
export async function missingFor(language: Language): Promise<string | undefined> {
  const tools = [["go", "version"], ...(language === "python" ? [["python3", "--version"]] : [])] as const;
  for (const [tool = "", version = ""] of tools) {
    const reason = await missing(tool, version);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function missing(tool: string, version: string): Promise<string | undefined> {
  try {
    await run(tool, [version], repository);
    return undefined;
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (cause?.code === "ENOENT") return `there is no ${tool} on PATH`;
    throw error;
  }
}
