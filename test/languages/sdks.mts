import { globSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import manifest from "../../package.json" with { type: "json" };
import { EXAMPLES, LANGUAGE_FILES, SHOWN } from "../../scripts/reference/examples.mts";
import { namesOf } from "../../scripts/reference/names.mts";
import { tagGoModule } from "../../scripts/release/go-tag.mts";
import { PARTS, VERSION } from "../../scripts/release/make.mts";
import { repository, run } from "../../scripts/release/run.mts";
import { GO, pythonWith, type Language } from "../../scripts/release/sdks.mts";
import { here } from "./tools.mts";

const NAMES = namesOf(manifest);

/**
 * Per language: installs the SDK of the release in a folder, and compiles the program beside this file with it. `project`
 * holds the program. Gives the command that runs it.
 */
export const COMPILE: Record<
  Language,
  (project: string, release: string) => Promise<readonly [string, ...string[]]>
> = { nodejs: compileNodejs, python: compilePython, go: compileGo };

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

async function compileNodejs(project: string, release: string) {
  await unpackNodejsSdk(project, release);
  const examples = await copyExamples(project, "typescript", (name) => `${name}.ts`);
  const options = "--module nodenext --target es2022 --types node --strict --noUncheckedIndexedAccess";
  await run(
    TSC,
    [...options.split(" "), "--checkJs", "--noEmit", "--skipLibCheck", "program.mjs", ...examples],
    project,
  );
  return [process.execPath, "program.mjs"] as const;
}

/** What npm packed as the SDK for Node.js. */
export function nodejsTarball(release: string): string {
  const file = `${NAMES.nodejs.replace("@", "").replace("/", "-")}-${VERSION}.tgz`;
  return join(release, PARTS.nodejs, file);
}

/** Without what it depends on, which is there already. */
export async function unpackNodejsSdk(project: string, release: string): Promise<void> {
  const installed = join(project, "node_modules", NAMES.nodejs);
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", nodejsTarball(release), "--strip-components=1"], installed);
}

async function compilePython(project: string, release: string) {
  const python = await installPython(project, pythonWheel(release));
  const template = join(project, "template.py");
  await cp(join(TEMPLATES, "ryzeapi-python", "__main__.py"), template);
  const examples = await copyExamples(project, "python", (name) => `${name.replaceAll("-", "_")}.py`);
  const [sdk = ""] = globSync(`venv/lib/*/site-packages/${NAMES.python}`, { cwd: project });
  await run(python, ["-m", "compileall", "-q", sdk, "program.py", template, ...examples], project);
  await run(python, ["-m", "mypy", "--strict", "run.py", "program.py", template, ...examples], project);
  return [python, "run.py", "program.py"] as const;
}

/** Installs what requirements.txt of the project says, and an SDK. Gives the interpreter. */
export async function installPython(project: string, sdk: string): Promise<string> {
  return await pythonWith(join(project, "venv"), "-r", join(project, "requirements.txt"), sdk);
}

export function pythonWheel(release: string): string {
  return join(release, PARTS.python, `${NAMES.python}-${VERSION}-py3-none-any.whl`);
}

async function compileGo(project: string, release: string) {
  await cp(await downloadGoSdk(join(project, "published"), release), join(project, "sdk"), {
    recursive: true,
  });
  await cp(join(TEMPLATES, "ryzeapi-go", "main.go"), join(project, "template", "main.go"));
  await copyExamples(project, "go", (name) => join(name, "main.go"));
  await run("go", ["vet", "./...", `${GO_SDK}/...`], project, GO);
  await run("go", ["build", "-o", "program", "."], project, GO);
  return [join(project, "program")] as const;
}

/** The module, in which the package is a folder. */
const GO_SDK = dirname(NAMES.go);

/** As Go takes it from a repository in which the release was tagged. Gives the folder of the module. */
async function downloadGoSdk(published: string, release: string): Promise<string> {
  await mkdir(published);
  const git = (...args: string[]) => run("git", args, published);
  await cp(join(repository, "LICENSE"), join(published, "LICENSE"));
  await git("init", "--quiet");
  await git("add", "LICENSE");
  const author = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"];
  await git(...author, "commit", "--quiet", "--message", "Before the release");
  await tagGoModule(published, release);

  // Into a cache of its own: the next release of a test has the same version.
  const environment = {
    GOFLAGS: "-modcacherw",
    GOMODCACHE: join(published, "cache"),
    GOPRIVATE: "*",
    GOPROXY: "direct",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.${published}.insteadOf`,
    GIT_CONFIG_VALUE_0: NAMES.repository,
  };
  const module = `${GO_SDK}@v${VERSION}`;
  const downloaded = await run("go", ["mod", "download", "-json", module], published, environment);
  return (JSON.parse(downloaded) as { Dir: string }).Dir;
}

export function programFolder(language: Language): string {
  return join(here, language);
}
