import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { formatMessage } from "publint/utils";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { pulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { installExamples } from "../examples/installed.mts";
import { serviceFor } from "../support/service.mts";
import { stackEnvironment, WITHOUT_TYPES } from "../support/stack-environment.mts";
import { STACK_INIT } from "../support/vault.mts";
import { needed, pack, repository, run } from "./packed.mts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const bin = join(repository, "node_modules", ".bin");

let folder = "";
let packed: Awaited<ReturnType<typeof pack>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  packed = await pack(folder);
  await run("tar", ["-xzf", packed.tarball], folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  test("holds what its sources compile to, and nothing else", async () => {
    expect(packed.files.sort()).toEqual((await needed()).sort());
  });

  test("has a bundled provider, which loads nothing of its own but undici and the SDK's version", async () => {
    const bundle = await readFile(join(folder, "package/dist/provider/index.js"), "utf8");
    const loaded = [...bundle.matchAll(/(?:require|import)\("([^"]+)"\)/g)].map(([, module]) => module);
    // What states name as their provider stands there as text.
    const own = loaded.filter((module) => module !== "pulumi-ryzeapi/provider");
    const others = own.filter((module) => module?.startsWith("node:") === false);
    expect(others.sort()).toEqual(["@pulumi/pulumi/version.js", "undici"]);
  });

  test("publint has nothing to say", async () => {
    const tarball = await readFile(packed.tarball);
    const { messages, pkg } = await publint({
      pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) },
      level: "warning",
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("every entry point has types that fit, wherever it is imported from", async () => {
    // The resolution of before Node.js 12 knows no subpaths, and @pulumi/pulumi runs on none that old.
    const attw = run(join(bin, "attw"), ["--profile", "node16", "--format", "ascii", packed.tarball], folder);
    await expect(attw).resolves.toContain("pulumi-ryzeapi/provider");
  });

  test("fits every example, with nothing but what it declares installed", async () => {
    const [unpacked, copies] = [join(folder, "package"), join(folder, "examples")];
    await symlink(join(repository, "node_modules"), join(unpacked, "node_modules"));
    await installExamples(copies, unpacked);
    await run(join(bin, "tsc"), ["-p", "."], copies);
  });
});

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

const JAVASCRIPT = `
const orion = new RyzeInstance("orion", { proxy: { host: "proxy.example.com", port: 1080, protocol: "socks5", password: "p" } });
`;

interface Manager {
  readonly name: string;
  readonly command: string;
  readonly install: readonly string[];
  /** The entry of the Pulumi program that is deployed. */
  readonly main: { readonly file: string; readonly text: string };
}

const npm: Manager = {
  name: "npm",
  command: "npm",
  install: ["install", "--prefer-offline", "--no-audit", "--no-fund"],
  main: { file: "index.ts", text: PROGRAM.replace(/\/\/ @ts-expect-error[^]*?;\n/g, "") },
};

/** Its node_modules holds nothing at the top but what the program itself declares. */
const pnpm: Manager = {
  name: "pnpm",
  command: "npm",
  // The last major version that is JavaScript: it runs wherever npm does, without an install script of its own.
  install: [
    ..."exec --yes --prefer-offline --package=pnpm@10 -- pnpm".split(" "),
    ..."install --prefer-offline --no-frozen-lockfile".split(" "),
  ],
  main: {
    file: "index.js",
    text: `"use strict";\nconst { RyzeInstance } = require("pulumi-ryzeapi");${JAVASCRIPT}exports.status = orion.status;\n`,
  },
};

const RESOLUTIONS = [
  { module: "node16", moduleResolution: "node16" },
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
];

describe.each([npm, pnpm])("installed by $name", ({ name, command, install, main }) => {
  let project = "";

  beforeAll(async () => {
    project = join(folder, name);
    await mkdir(project);
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(repository, "package.json"), "utf8"),
    ) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const manifest = {
      private: true,
      main: main.file,
      dependencies: {
        "@pulumi/pulumi": dependencies["@pulumi/pulumi"],
        "pulumi-ryzeapi": `file:${packed.tarball}`,
      },
      devDependencies: {
        "@types/node": devDependencies["@types/node"],
        typescript: devDependencies["typescript"],
      },
    };
    await files(project, {
      "package.json": JSON.stringify(manifest),
      "Pulumi.yaml": "name: installed\nruntime: nodejs\n",
      "tsconfig.json": JSON.stringify({
        compilerOptions: { module: "nodenext", moduleResolution: "nodenext", strict: true },
      }),
      [main.file]: main.text,
    });
    await run(command, install, project);
  });

  test("it is loaded by CommonJS and by ES modules, and has its command", async () => {
    const show = "console.log(typeof RyzeInstance, typeof getRyzeInstances, typeof instance.create)";
    await files(project, {
      "loads.cjs": `const { RyzeInstance, getRyzeInstances } = require("pulumi-ryzeapi");
        const { instance } = require("pulumi-ryzeapi/provider"); ${show}`,
      "loads.mjs": `import { RyzeInstance, getRyzeInstances } from "pulumi-ryzeapi";
        import { instance } from "pulumi-ryzeapi/provider"; ${show}`,
    });
    for (const program of ["loads.cjs", "loads.mjs"]) {
      expect(await run(process.execPath, [program], project)).toBe("function function function\n");
    }
    expect(await run(join(project, "node_modules/.bin/ryzeapi"), ["--help"], project)).toContain(
      "Usage: ryzeapi",
    );
  });

  test.each(RESOLUTIONS)("its types fit a program under $moduleResolution", async (options) => {
    const compilerOptions = { ...options, target: "es2022", strict: true, noEmit: true, skipLibCheck: true };
    const config = `tsconfig.${options.moduleResolution}.json`;
    await files(project, {
      "program.ts": PROGRAM,
      "program.mts": PROGRAM,
      "program.cts": PROGRAM,
      [config]: JSON.stringify({ compilerOptions, files: ["program.ts", "program.mts", "program.cts"] }),
    });
    await run(join(project, "node_modules/.bin/tsc"), ["-p", config], project);
  });

  test("the real Pulumi deploys a program with it", async () => {
    const { emulator } = await serviceFor();
    const cli = await pulumiCli();
    const backend = join(project, "backend");
    await mkdir(backend);
    const environment = {
      ...cli.env,
      ...stackEnvironment(backend),
      RYZEAPI_TOKEN: emulator.accountToken,
      RYZEAPI_ENDPOINT: emulator.url,
    };
    const pulumi = (...args: string[]) =>
      run(cli.command, [...args, "--non-interactive"], project, environment);
    await pulumi(...STACK_INIT, "installed");
    expect(await pulumi("preview")).toContain("orion");
    expect(emulator.instanceNames()).toEqual([]);
    Object.assign(environment, WITHOUT_TYPES);
    await pulumi("up", "--yes", "--skip-preview");
    expect(emulator.instance("orion")?.proxy).toMatchObject({ host: "proxy.example.com", port: "1080" });
    expect(await pulumi("stack", "output", "status")).toBe("disconnected\n");
    await pulumi("destroy", "--yes", "--skip-preview");
    expect(emulator.instanceNames()).toEqual([]);
  });
});

async function files(project: string, contents: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(contents)) await writeFile(join(project, file), text);
}
