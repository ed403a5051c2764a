import { execFile, spawn } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { isExecutable } from "./installed.mts";
import { whileWaiting } from "./progress.mts";
import { cacheDirectory, executable } from "./surroundings.mts";
import type { Attempt, Surroundings } from "./surroundings.mts";
import { atLeast } from "./version.mts";

/** The Go modules beside this file pin what is built; the version of the engine is the version of the CLI. */
const engine = { name: "pulumi", directory: fileURLToPath(new URL("engine", import.meta.url)) };
const languageHost = {
  name: "pulumi-language-nodejs",
  directory: fileURLToPath(new URL("language-nodejs", import.meta.url)),
};
type Program = typeof engine;

/** Starts the provider process of dynamic resources; the engine looks for it on PATH. */
const dynamicProvider = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;

/** The CLI that an earlier run built. */
export async function kept({ env }: Surroundings): Promise<Attempt> {
  const { version } = await readGoModule(engine);
  const command = join(cacheDirectory(env), version, executable("pulumi"));
  // The folder got its name when all was in it: no need to ask.
  return (await isExecutable(command)) ? { command, version } : { reason: `no ${command}` };
}

/** Builds the CLI from the Go module proxy into the cache folder. The caller holds the lock of that folder. */
export async function build(surroundings: Surroundings): Promise<Attempt> {
  const go = await goVersion(surroundings);
  if ("reason" in go) return go;
  const { version } = await readGoModule(engine);
  surroundings.report(
    `Building the Pulumi CLI ${version} with Go ${go.version}, once on this machine: about 5 minutes.`,
  );

  const target = join(cacheDirectory(surroundings.env), version);
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const script = join(partial, dynamicProvider);
  await copyFile(join(surroundings.nodeModules, "@pulumi", "pulumi", dynamicProvider), script);
  await chmod(script, 0o755);
  try {
    for (const program of [engine, languageHost]) await compile(program, partial, surroundings);
  } catch (error) {
    return { reason: `building it with Go failed: ${(error as Error).message}` };
  }
  await rename(partial, target);
  return kept(surroundings);
}

async function compile(program: Program, into: string, surroundings: Surroundings): Promise<void> {
  const { version, tool } = await readGoModule(program);
  const ldflags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  let downloads = 0;
  let compiled = 0;
  let doing = "starting";

  // Listing the packages downloads the modules they are in, and tells how many there are to compile.
  const list = runGo(["list", "-deps", tool], program.directory, surroundings.env, (line) => {
    if (line.startsWith("go: downloading ")) {
      downloads++;
      doing = `got ${downloads} modules`;
    }
  });
  const packages = await whileWaiting(surroundings, () => `${program.name}: ${doing}`, list);

  const args = ["build", "-v", "-ldflags", ldflags, "-o", join(into, executable(program.name)), tool];
  const building = runGo(args, program.directory, surroundings.env, () => compiled++);
  const state = () => `${program.name}: compiled ${compiled} of up to ${packages.length} packages`;
  await whileWaiting(surroundings, state, building);
}

/** Runs Go in one of the modules and gives the lines of its output; throws with the end of what it said. */
async function runGo(
  args: string[],
  directory: string,
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<string[]> {
  const child = spawn("go", args, {
    cwd: directory,
    env: goEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const messages: string[] = [];
  createInterface(child.stdout).on("line", (line) => output.push(line));
  createInterface(child.stderr).on("line", (line) => {
    onProgress(line);
    messages.push(line);
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(messages.slice(-10).join("\n"));
  return output;
}

/** What a user has set for work of their own must not change what is built here. */
const goEnvironment = (env: NodeJS.ProcessEnv) => ({ ...env, GOWORK: "off", GOFLAGS: "-mod=readonly" });

export const goNeeded = async () => (await readGoModule(engine)).go;

async function goVersion({ env }: Surroundings): Promise<{ version: string } | { reason: string }> {
  const needed = await goNeeded();
  try {
    // Asked inside the module, a Go that is too old gets itself the toolchain the module needs, unless GOTOOLCHAIN forbids it.
    const options = { cwd: engine.directory, env: goEnvironment(env) };
    const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"], options);
    const version = stdout.trim().replace(/^go/, "");
    return atLeast(version, needed) ? { version } : { reason: `Go ${version} is older than ${needed}` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { reason: code === "ENOENT" ? `no Go (${needed} or later) on PATH to build it` : message.trim() };
  }
}

/** From a go.mod: the oldest Go that does, the package of its `tool` line, and the version of the module that package is in. */
async function readGoModule({ directory }: Program): Promise<{ go: string; tool: string; version: string }> {
  const file = join(directory, "go.mod");
  const text = await readFile(file, "utf8");
  const go = /^go (\S+)$/m.exec(text)?.[1];
  const tool = /^tool (\S+)$/m.exec(text)?.[1];
  const version = [...text.matchAll(/^\t(\S+) v(\S+)/gm)].find(([, path]) =>
    tool?.startsWith(`${path}/`),
  )?.[2];
  if (!go || !tool || !version) throw new Error(`${file} lacks a go, tool or require line`);
  return { go, tool, version };
}
