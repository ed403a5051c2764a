import { cp, link, mkdir, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import manifest from "../../package.json" with { type: "json" };
import type { PulumiCli } from "../pulumi-cli/find.mts";
import { namesOf } from "../reference/names.mts";
import { packNpm } from "./npm.mts";
import { repository, run, type Environment } from "./run.mts";

const NAMES = namesOf(manifest);

/** An SDK that a release has. */
export type Language = "nodejs" | "python" | "go";

export const LANGUAGES: readonly Language[] = ["nodejs", "python", "go"];

/** Neither what a user has set for work of their own nor a newer version of a module changes what is built. */
export const GO: Environment = { GOWORK: "off", GOFLAGS: "-mod=readonly -buildvcs=false" };

const PLUGIN_PROGRAM = join(repository, "dist", "plugin", "pulumi-resource-ryzeapi");

const here = import.meta.dirname;

/** Builds generator/ into a folder that has to come first on PATH: language hosts that generate SDKs and programs. */
export async function buildGenerators(folder: string): Promise<string> {
  await mkdir(folder);
  const program = join(folder, "generator");
  await run("go", ["build", "-o", program, "."], join(here, "generator"), GO);
  for (const language of LANGUAGES) await link(program, join(folder, `pulumi-language-${language}`));
  return folder;
}

/** What generates SDKs: the real CLI, and the folder of language hosts that `buildGenerators` fills. */
export interface Generator {
  readonly cli: Pick<PulumiCli, "command" | "env">;
  readonly hosts: string;
}

/** `pulumi package gen-sdk`, from the schema that a plugin, ours or another, answers with. Gives the folder with the sources. */
export async function generateSdk(
  language: Language,
  folder: string,
  { cli, hosts }: Generator,
  plugin = PLUGIN_PROGRAM,
): Promise<string> {
  const own = { ...cli.env, PATH: [hosts, cli.env.PATH].join(delimiter), PULUMI_HOME: join(folder, "home") };
  const options = ["--language", language, "--out", "."];
  await run(cli.command, ["package", "gen-sdk", plugin, ...options], folder, own);
  const sources = join(folder, language);
  await cp(join(repository, "LICENSE"), join(sources, "LICENSE"));
  return sources;
}

/** Compiles the SDK for Node.js, and packs it. */
export async function packNodejs(sources: string, target: string): Promise<void> {
  await symlink(join(repository, "node_modules"), join(sources, "node_modules"));
  await run(join(repository, "node_modules", ".bin", "tsc"), ["-p", "."], sources);
  const compiled = join(sources, "bin");
  for (const file of ["package.json", "README.md", "LICENSE"])
    await cp(join(sources, file), join(compiled, file));
  await packNpm(compiled, target);
}

/** Builds the wheel and the source distribution, with tools of the versions in requirements.txt. */
export async function packPython(sources: string, target: string): Promise<void> {
  // As in the packages that Pulumi publishes, the description of the package is the one of its module.
  await cp(join(sources, NAMES.python, "README.md"), join(sources, "README.md"));
  const python = await pythonWith(join(dirname(sources), "tools"), "-r", join(here, "requirements.txt"));
  await run(python, ["-m", "build", "--no-isolation", "--outdir", target, "."], sources);
}

/** Makes a virtual environment and installs what pip is told, whose paths are absolute. Gives the interpreter. */
export async function pythonWith(environment: string, ...installed: readonly string[]): Promise<string> {
  // Without a pip of its own, which takes as long as half of what is installed.
  await run("python3", ["-m", "venv", "--without-pip", environment], repository);
  const python = join(environment, "bin", "python");
  const pip = ["-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet"];
  // Of what is installed, little is ever imported: that is compiled then.
  await run("python3", [...pip, "--no-compile", ...installed], repository);
  return python;
}

/** Makes a module of the SDK for Go, as the repository has it in sdk/go at the module's tag. */
export async function makeGoModule(sources: string, target: string): Promise<void> {
  await cp(sources, target, { recursive: true });
  // The generator leaves the module to whoever publishes the SDK.
  await cp(join(here, "go"), target, { recursive: true });
}
