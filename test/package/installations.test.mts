import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";

import { read } from "../docs/pages.mts";
import { serviceFor } from "../support/service.mts";
import { stackEnvironment, WITHOUT_TYPES } from "../support/stack-environment.mts";
import { STACK_INIT } from "../support/vault.mts";
import {
  bun,
  commandOf,
  environmentOf,
  npm,
  pnpm,
  yarnPlugAndPlay,
  yarnWithModules,
  type Manager,
} from "./managers.mts";
import { packBuilt, repository, run } from "./packed.mts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const PAGE = "docs/package.md";

const { dependencies, devDependencies } = JSON.parse(
  await readFile(join(repository, "package.json"), "utf8"),
) as Record<"dependencies" | "devDependencies", Record<string, string>>;

/** What a new project gets. */
const NEWEST = dependencies["@pulumi/pulumi"] ?? "";
const OLDEST = NEWEST.replace("^", "");

let folder = "";
let tarball = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  tarball = await packBuilt(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program as people write it; what must not compile is marked. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance, RyzeWebhook, getRyzeInstance, type RyzeInstanceArgs } from "pulumi-ryzeapi";

const args: RyzeInstanceArgs = { proxy: { host: "proxy.example.com", port: 1080, protocol: "socks5" } };
const orion = new RyzeInstance("orion", { ...args, settings: { autoRejectCalls: true } });
export const status: pulumi.Output<string> = orion.status;
export const observed = orion.observed.apply(({ proxy }) => proxy?.host);
// @ts-expect-error -- no such argument
new RyzeInstance("vega", { proxi: {} });
// @ts-expect-error -- the URL is missing
new RyzeWebhook("audit", { instance: orion.name });
export const found = (): Promise<{ name: string }> => getRyzeInstance({ name: "orion" });
`;

const COMPILED = PROGRAM.replace(/\/\/ @ts-expect-error[^]*?;\n/g, "");

const JAVASCRIPT = `"use strict";
const { RyzeInstance } = require("pulumi-ryzeapi");
const proxy = { host: "proxy.example.com", port: 1080, protocol: "socks5", password: "p" };
const orion = new RyzeInstance("orion", { proxy, settings: { autoRejectCalls: true } });
exports.status = orion.status;
`;

/** A program's own test, as Pulumi's documentation has them; it also shows whose SDK there is. */
const UNIT_TEST = `
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

await pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => ({ id: name, state: { ...inputs, status: "connected" } }),
  call: ({ inputs }) => inputs,
});
const { RyzeInstance, RyzeWebhook } = await import("pulumi-ryzeapi");
const orion = new RyzeInstance("orion", { proxy: { host: "h", port: 1, protocol: "http", password: pulumi.secret("p") } });
const audit = new RyzeWebhook("audit", { instance: orion.name, enabled: false });
pulumi.all([audit.instance, orion.status, orion.proxy]).apply(([instance, status, proxy]) => {
  const own = createRequire(import.meta.url);
  const theirs = createRequire(own.resolve("pulumi-ryzeapi"));
  const copies = new Set([own, theirs].map((from) => from.resolve("@pulumi/pulumi")));
  console.log(instance, status, proxy.host, "by", copies.size);
});
`;

/** Beside what a project has: all that a program may be, under another resolution of modules. */
async function compile({ folder: project, inside }: Project, options: Record<string, string>): Promise<void> {
  const compilerOptions = { ...options, target: "es2022", strict: true, noEmit: true, skipLibCheck: true };
  const programs = ["program.ts", "program.mts", "program.cts"];
  await files(project, {
    ...Object.fromEntries(programs.map((program) => [program, PROGRAM])),
    "tsconfig.programs.json": JSON.stringify({ compilerOptions, files: programs }),
  });
  await inside(join(project, "node_modules/.bin/tsc"), ["-p", "tsconfig.programs.json"]);
}

interface Project {
  readonly folder: string;
  /** Runs a command as one does in such a project. */
  readonly inside: Inside;
}

type Inside = (command: string, args: readonly string[], env?: Record<string, string>) => Promise<string>;

interface Versions {
  readonly sdk: string;
  /** Undefined: the program is JavaScript. */
  readonly typescript?: string | undefined;
}

async function projectFor(manager: Manager, { sdk, typescript }: Versions): Promise<Project> {
  const project = await mkdtemp(join(folder, "project-"));
  const [command, own] = await Promise.all([commandOf(manager), environmentOf(manager)]);
  const isCompiled = typescript !== undefined;
  const main = isCompiled ? "index.ts" : "index.js";
  const types = devDependencies["@types/node"];
  const compilerOptions = { module: "nodenext", moduleResolution: "nodenext", strict: true };
  await files(project, {
    "package.json": JSON.stringify({
      ...{ private: true, main },
      dependencies: { "@pulumi/pulumi": sdk, "pulumi-ryzeapi": `file:${tarball}` },
      devDependencies: isCompiled ? { "@types/node": types, typescript } : {},
    }),
    "Pulumi.yaml": "name: installed\nruntime: nodejs\n",
    ...(isCompiled ? { "tsconfig.json": JSON.stringify({ compilerOptions }) } : {}),
    [main]: isCompiled ? COMPILED : JAVASCRIPT,
    "unit.mjs": UNIT_TEST,
    ...manager.files,
  });
  await run(command, manager.install, project, own);
  const { exec } = manager;
  const inside: Inside = (inner, args, env) =>
    exec === undefined
      ? run(inner, args, project, env)
      : run(command, [...exec, inner, ...args], project, { ...own, ...env });
  return { folder: project, inside };
}

async function files(project: string, contents: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(contents)) await writeFile(join(project, file), text);
}

/** A unit test knows the package's resources, by the one SDK that there is. */
async function expectUnitTest({ inside }: Project): Promise<void> {
  expect(await inside("node", ["unit.mjs"])).toBe("orion connected h by 1\n");
}

type Stack = Awaited<ReturnType<typeof stackOf>>;

/** A stack of the project with the account in its configuration, and the CLI as one runs it there. */
async function stackOf({ folder: project, inside }: Project) {
  const { emulator } = await serviceFor();
  const cli = inject("pulumiCli");
  const backend = join(project, "backend");
  await mkdir(backend);
  const env: Record<string, string> = { ...cli.env, ...stackEnvironment(backend) };
  const alone = (...args: string[]) => run(cli.command, [...args, "--non-interactive"], project, env);
  await alone(...STACK_INIT, "installed");
  const config = `config:\n  ryzeapi:token: ${emulator.accountToken}\n  ryzeapi:endpoint: ${emulator.url}\n`;
  await appendFile(join(project, "Pulumi.installed.yaml"), config);
  const pulumi = (...args: string[]) => inside(cli.command, [...args, "--non-interactive"], env);
  return { emulator, pulumi, alone, withoutTypes: () => Object.assign(env, WITHOUT_TYPES) };
}

const AT_ONCE = ["--yes", "--skip-preview"];

/** Pulumi finds the program's SDK, and its provider process finds the package and what that loads. */
async function expectDeployed({ emulator, pulumi }: Stack): Promise<void> {
  await pulumi("up", ...AT_ONCE);
  const { proxy, settings } = emulator.instance("orion") ?? {};
  expect(proxy).toMatchObject({ host: "proxy.example.com", port: "1080" });
  expect(settings).toMatchObject({ autoRejectCalls: true });
}

async function expectDestroyed({ emulator, pulumi }: Stack): Promise<void> {
  await pulumi("destroy", ...AT_ONCE);
  expect(emulator.instanceNames()).toEqual([]);
}

describe("npm, with the newest SDK and TypeScript 6", () => {
  let project: Project;
  beforeAll(async () => {
    project = await projectFor(npm, { sdk: NEWEST, typescript: devDependencies["typescript"] });
  });

  test("it is loaded by CommonJS and by ES modules, and has its command", async () => {
    const show = "console.log(typeof RyzeInstance, typeof getRyzeInstances, typeof instance.create)";
    await files(project.folder, {
      "loads.cjs": `const { RyzeInstance, getRyzeInstances } = require("pulumi-ryzeapi");
        const { instance } = require("pulumi-ryzeapi/provider"); ${show}`,
      "loads.mjs": `import { RyzeInstance, getRyzeInstances } from "pulumi-ryzeapi";
        import { instance } from "pulumi-ryzeapi/provider"; ${show}`,
    });
    for (const program of ["loads.cjs", "loads.mjs"])
      expect(await project.inside("node", [program])).toBe("function function function\n");
    const command = join(project.folder, "node_modules/.bin/ryzeapi");
    expect(await project.inside(command, ["--help"])).toContain("Usage: ryzeapi");
  });

  test("a unit test", () => expectUnitTest(project));

  test("its types fit a program under node16", () =>
    compile(project, { module: "node16", moduleResolution: "node16" }));

  test("the real Pulumi compiles a program with it, and deploys it", async () => {
    const stack = await stackOf(project);
    expect(await stack.pulumi("preview")).toContain("orion");
    expect(stack.emulator.instanceNames()).toEqual([]);
    stack.withoutTypes();
    await expectDeployed(stack);
    await expectDestroyed(stack);
  });
});

describe("npm, with the oldest SDK and TypeScript 5.9", () => {
  let project: Project;
  beforeAll(async () => {
    project = await projectFor(npm, { sdk: OLDEST, typescript: "~5.9.3" });
  });

  test("a unit test", () => expectUnitTest(project));

  test("its types fit a program under nodenext", () =>
    compile(project, { module: "nodenext", moduleResolution: "nodenext" }));

  test("a deployment: nothing changed, something changed elsewhere, a refresh, a repair", async () => {
    const stack = await stackOf(project);
    const { emulator, pulumi } = stack;
    stack.withoutTypes();
    await expectDeployed(stack);
    await pulumi("preview", "--refresh", "--expect-no-changes");
    emulator.patchInstance("orion", { settings: { autoRejectCalls: false } });
    expect(await pulumi("refresh", ...AT_ONCE)).toContain("1 updated");
    await expectDeployed(stack);
    await expectDestroyed(stack);
  });
});

test("pnpm: what the package does not declare is not there for its types either", async () => {
  const project = await projectFor(pnpm, { sdk: NEWEST, typescript: devDependencies["typescript"] });
  await expectUnitTest(project);
  await compile(project, { module: "esnext", moduleResolution: "bundler" });
  const stack = await stackOf(project);
  stack.withoutTypes();
  await expectDeployed(stack);
});

test.each([yarnWithModules, bun])("$name: a unit test and a deployment", async (manager) => {
  const project = await projectFor(manager, { sdk: NEWEST });
  await expectUnitTest(project);
  await expectDeployed(await stackOf(project));
});

test("Yarn with Plug'n'Play: Pulumi finds the SDK only where Yarn runs it", async () => {
  const project = await projectFor(yarnPlugAndPlay, { sdk: NEWEST });
  await expectUnitTest(project);
  const stack = await stackOf(project);
  const message = "It looks like the Pulumi SDK has not been installed.";
  expect(read(PAGE)).toContain(message);
  await expect(stack.alone("up", ...AT_ONCE)).rejects.toThrow(message);
  await expectDeployed(stack);
});

test("the documentation names what is tested", () => {
  const page = read(PAGE);
  const managers = [npm, pnpm, yarnWithModules, yarnPlugAndPlay, bun];
  const named = managers.map(({ name }) => name);
  const rows = [...page.matchAll(/^\| (npm|pnpm|Yarn|Bun)\b.*$/gm)].map(([row]) => cellsOf(row));
  expect(rows.map(([name]) => name)).toEqual(named);
  for (const [index, { files: own = {}, exec }] of managers.entries()) {
    const [, needs, runs] = rows[index] ?? [];
    const settings = Object.entries(own).filter(([, text]) => text !== "");
    expect(needs).toBe(
      settings.map(([file, text]) => `\`${text.trim()}\` in \`${file}\``).join() || "nothing",
    );
    expect(runs).toBe(exec === undefined ? "`pulumi up`" : "`yarn exec pulumi up`");
  }
  expect(page).toContain(`| ${OLDEST.split(".").slice(0, 2).join(".")} to `);
});

function cellsOf(row: string): string[] {
  const cells = row.split("|").map((cell) => cell.trim());
  return cells.slice(1, -1);
}
