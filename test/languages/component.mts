import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { repository } from "../../scripts/release/run.mts";
import { generateSdk, type Generator } from "../../scripts/release/sdks.mts";
import { installPython, programFolder, unpackNodejsSdk } from "./sdks.mts";
import { here } from "./tools.mts";

const EXAMPLE = join(repository, "examples", "aws-s3-chatwoot");

const NAME = "whatsapp-media";

const RUN_PLUGIN = join(repository, "node_modules", "@pulumi", "pulumi", "cmd", "run-plugin");

/**
 * Brings the example's component and its program for Python into a project, as far as `pulumi install` can do without
 * language hosts: an SDK from the component's own schema, and its folder as the plugin. What the component itself needs
 * is linked. Gives the command that runs the program.
 */
export async function installComponent(project: string, release: string, generator: Generator) {
  const source = join(project, NAME);
  await cp(join(EXAMPLE, "component"), source, { recursive: true });
  await unpackNodejsSdk(project, release);
  // As Pulumi's present language host starts it, which cannot be built here.
  const plugin = join(source, `pulumi-resource-${NAME}`);
  await writeProgram(plugin, RUN_PLUGIN, source);
  const sdks = join(project, "sdks");
  await mkdir(sdks);
  const sdk = await generateSdk("python", sdks, generator, plugin);

  const settings = join(project, "Pulumi.yaml");
  const before = parse(await readFile(settings, "utf8")) as object;
  await writeFile(settings, stringify({ ...before, packages: { [NAME]: `./${NAME}` } }));
  for (const file of ["__main__.py", "requirements.txt"])
    await cp(join(EXAMPLE, "python", file), join(project, file));
  await cp(join(programFolder("python"), "run.py"), join(project, "run.py"));
  const python = await installPython(project, sdk);
  return [python, "run.py", "__main__.py"] as const;
}

/** A folder with a provider for AWS that keeps what it is told and calls nobody. */
export async function awsStandIn(folder: string): Promise<string> {
  const bin = join(folder, "aws");
  await mkdir(bin);
  await writeProgram(join(bin, "pulumi-resource-aws"), join(here, "aws-standin.mts"));
  return bin;
}

/** Makes a script for Node.js, with the arguments that come first, a program of its own. */
async function writeProgram(path: string, ...script: readonly string[]): Promise<void> {
  const words = [process.execPath, ...script].map((word) => JSON.stringify(word));
  await writeFile(path, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  await chmod(path, 0o755);
}
