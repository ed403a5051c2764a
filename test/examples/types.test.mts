import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile, cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";

import { pack, repository, run } from "../package/packed.mts";
import { examples } from "./project.mts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Manifest {
  readonly main: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const read = async (...path: string[]) => readFile(join(examples, ...path), "utf8");
const manifestOf = async (example: string) => JSON.parse(await read(example, "package.json")) as Manifest;
const root = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as Manifest;

const entries = await readdir(examples, { withFileTypes: true });
const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every example fits the packed package, with nothing but what it declares installed", async () => {
  const { tarball } = await pack(folder);
  await run("tar", ["-xzf", tarball], folder);
  for (const name of names) {
    const project = join(folder, "examples", name);
    await cp(join(examples, name), project, { recursive: true });
    const { dependencies, devDependencies } = await manifestOf(name);
    for (const dependency of Object.keys({ ...dependencies, ...devDependencies })) {
      const installed = join(project, "node_modules", dependency);
      await mkdir(join(installed, ".."), { recursive: true });
      const isOurs = dependency === "pulumi-ryzeapi";
      await symlink(
        isOurs ? join(folder, "package") : join(repository, "node_modules", dependency),
        installed,
      );
    }
  }
  await symlink(join(repository, "node_modules"), join(folder, "package", "node_modules"));
  const files = await Promise.all(names.map(async (name) => `${name}/${(await manifestOf(name)).main}`));
  const config = {
    extends: "./quickstart/tsconfig.json",
    compilerOptions: { noEmit: true, skipLibCheck: true },
    files,
  };
  await writeFile(join(folder, "examples", "tsconfig.json"), JSON.stringify(config));
  await run(join(repository, "node_modules/.bin/tsc"), ["-p", "."], join(folder, "examples"));
});

test("every example is a project like the others, and stands in the list", async () => {
  const list = await readFile(join(examples, "README.md"), "utf8");
  expect([...list.matchAll(/^\| \[(\S+)\]\(\1\/\)/gm)].map(([, name]) => name).sort()).toEqual(names.sort());
  const quickstart = JSON.parse(await read("quickstart", "tsconfig.json")) as { compilerOptions: object };
  for (const name of names) {
    const isPolicy = name === "policy";
    expect(parse(await read(name, isPolicy ? "PulumiPolicy.yaml" : "Pulumi.yaml"))).toMatchObject({
      ...(isPolicy ? {} : { name: `ryzeapi-${name}` }),
      description: expect.any(String) as string,
    });
    expect(await read(name, "README.md")).toMatch(new RegExp(`^# ${name}\n`));
    expect(JSON.parse(await read(name, "tsconfig.json"))).toMatchObject(quickstart);
    const { dependencies, devDependencies } = await manifestOf(name);
    const tried = {
      ...root.dependencies,
      ...root.devDependencies,
      "pulumi-ryzeapi": "^0.1.0",
      "@types/node": "^22.0.0",
    };
    expect(tried).toMatchObject({ ...dependencies, ...devDependencies });
  }
});

test("the quickstart is the same project in the root and in its folder", async () => {
  const { main, ...project } = parse(await readFile(join(repository, "Pulumi.yaml"), "utf8")) as {
    main: string;
  };
  expect(main).toBe("examples/quickstart/");
  expect(parse(await read("quickstart", "Pulumi.yaml"))).toEqual(project);
});

test("a README sets what its program requires and Pulumi.yaml does not", async () => {
  for (const name of names.filter((each) => each !== "policy")) {
    const required = [...(await read(name, "index.ts")).matchAll(/\.require\w*(?:<.*>)?\(\s*"(\w+)"/g)];
    const { config = {} } = parse(await read(name, "Pulumi.yaml")) as {
      config?: Record<string, { default?: unknown }>;
    };
    const set = [...(await read(name, "README.md")).matchAll(/config set (?:--secret )?(?:--path )?(\w+)/g)];
    const wanted = required.map(([, key = ""]) => key).filter((key) => config[key]?.default === undefined);
    expect(
      set.map(([, key]) => key),
      name,
    ).toEqual(expect.arrayContaining(wanted));
  }
});
