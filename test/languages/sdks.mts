import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import manifest from "../../package.json" with { type: "json" };
import { EXAMPLES, LANGUAGE_FILES, SHOWN } from "../../scripts/reference/examples.mts";
import { namesOf } from "../../scripts/reference/names.mts";
import { repository, run } from "../package/packed.mts";
import { GO, here, PLUGIN_PROGRAM, pulumiWithPlugin } from "./tools.mts";

const NAMES = namesOf(manifest);

/** One language: how its generated SDK is compiled, and how the program beside this file is compiled with it. */
export interface Language {
  readonly name: "nodejs" | "python" | "go";
  /** What has to be on the machine beside Go, which builds the generators. */
  readonly needs?: readonly [tool: string, version: string];
  /** `project` holds the program, `sdk` what was generated. Gives the command that runs the program. */
  readonly compile: (project: string, sdk: string) => Promise<readonly [string, ...string[]]>;
}

export const LANGUAGES: readonly Language[] = [
  { name: "nodejs", compile: compileNodejs },
  { name: "python", needs: ["python3", "--version"], compile: compilePython },
  { name: "go", compile: compileGo },
];

/** `pulumi package gen-sdk` for each language, from the schema that the plugin itself answers with. */
export async function generateSdks(folder: string, hosts: string): Promise<string> {
  await mkdir(folder);
  const { command, environment } = pulumiWithPlugin();
  const own = { ...environment, PATH: [hosts, environment["PATH"]].join(delimiter), PULUMI_HOME: folder };
  for (const { name } of LANGUAGES)
    await run(command, ["package", "gen-sdk", PLUGIN_PROGRAM, "--language", name, "--out", "."], folder, own);
  await run(TSC, ["-p", "."], join(folder, "nodejs"));
  await cp(join(folder, "nodejs", "package.json"), join(folder, "nodejs", "bin", "package.json"));
  return folder;
}

/** Brings the examples of the schema into a project, each under a name of its own. */
async function copyExamples(project: string, language: string, target: (name: string) => string) {
  const targets = Object.values(SHOWN).map(async ({ folder }) => {
    const file = join(project, target(folder));
    await cp(join(repository, EXAMPLES, folder, LANGUAGE_FILES[language] ?? ""), file);
    return file;
  });
  return await Promise.all(targets);
}

/** Their programs are compiled beside those of the tests; no language host is there to run them. */
const TEMPLATES = join(repository, "templates");

const TSC = join(repository, "node_modules", ".bin", "tsc");

async function compileNodejs(project: string, sdk: string) {
  await installNodejsSdk(project, sdk);
  const examples = await copyExamples(project, "typescript", (name) => `${name}.ts`);
  const options = "--module nodenext --target es2022 --types node --strict --noUncheckedIndexedAccess";
  await run(
    TSC,
    [...options.split(" "), "--checkJs", "--noEmit", "--skipLibCheck", "program.mjs", ...examples],
    project,
  );
  return [process.execPath, "program.mjs"] as const;
}

export async function installNodejsSdk(project: string, sdk: string): Promise<void> {
  const installed = join(project, "node_modules", NAMES.nodejs);
  await mkdir(dirname(installed), { recursive: true });
  await symlink(join(sdk, "bin"), installed);
}

async function compilePython(project: string, sdk: string) {
  // Without a pip of its own, which takes as long as half of what is installed.
  await run("python3", ["-m", "venv", "--without-pip", "venv"], project);
  const python = join(project, "venv", "bin", "python");
  const pip = ["-m", "pip", "--python", python, "--disable-pip-version-check"];
  // Of what is installed, little is ever imported: that is compiled then.
  await run(
    "python3",
    [...pip, "install", "--quiet", "--no-compile", "-r", "requirements.txt", sdk],
    project,
  );
  const template = join(project, "template.py");
  await cp(join(TEMPLATES, "ryzeapi-python", "__main__.py"), template);
  const examples = await copyExamples(project, "python", (name) => `${name.replaceAll("-", "_")}.py`);
  await run(python, ["-m", "compileall", "-q", sdk, "program.py", template, ...examples], project);
  await run(python, ["-m", "mypy", "--strict", "program.py", template, ...examples], project);
  return [python, "program.py"] as const;
}

async function compileGo(project: string, sdk: string) {
  await cp(sdk, join(project, "sdk"), { recursive: true });
  // The generator leaves the module to whoever publishes the SDK.
  await writeFile(join(project, "sdk", "go.mod"), `module ${GO_SDK}\n\ngo 1.25.11\n`);
  await cp(join(TEMPLATES, "ryzeapi-go", "main.go"), join(project, "template", "main.go"));
  await copyExamples(project, "go", (name) => join(name, "main.go"));
  await run("go", ["vet", "./...", `${GO_SDK}/...`], project, GO);
  await run("go", ["build", "-o", "program", "."], project, GO);
  return [join(project, "program")] as const;
}

/** The module, in which the package is a folder. */
const GO_SDK = dirname(NAMES.go);

export function programFolder({ name }: Language): string {
  return join(here, name);
}
