import { globSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { format, resolveConfig } from "prettier";

import { readProgram } from "./examples.mts";
import { namesOf, withNames, type Manifest, type Names } from "./names.mts";
import { pages } from "./pages.mts";
import { readModel } from "./read-model.mts";
import { packageSchema } from "./schema.mts";
import { repository } from "./sources.mts";

const PAGES = "docs/blocks";
const SCHEMA = "provider/faces/plugin/schema.json";
const VERSION = "provider/version.ts";

/** Written by hand, except for the names in them that follow from who owns the repository. */
const NAMED = [
  "*.md",
  "docs/*.md",
  "docs/examples/*/*",
  "examples/*/component/*.{ts,yaml}",
  "templates/*/*",
  "test/languages/*/*",
  "scripts/release/go/*",
];

/** Every generated file as it should be: its path in the repository, and its text as Prettier leaves it. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const model = readModel();
  const manifest = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as Manifest;
  const names = namesOf(manifest);
  const texts = [
    ...[...pages(model)].map(([name, text]) => [`${PAGES}/${name}`, text] as const),
    [
      SCHEMA,
      JSON.stringify(packageSchema(model, manifest, names, (path) => withNames(readProgram(path), names))),
    ] as const,
    [VERSION, versionModule(manifest.version)] as const,
  ];
  const formatted = texts.map(async ([path, text]) => {
    const filepath = join(repository, path);
    return [path, await format(text, { ...(await resolveConfig(filepath)), filepath })] as const;
  });
  return new Map([...(await namedFiles(names)), ...(await Promise.all(formatted))]);
}

/** The files that are written by hand, with the given names in them. */
export async function namedFiles(names: Names): Promise<ReadonlyMap<string, string>> {
  const paths = globSync(NAMED, { cwd: repository, exclude: (path) => path.includes("node_modules") });
  const texts = paths.map(
    async (path) => [path, withNames(await readFile(join(repository, path), "utf8"), names)] as const,
  );
  return new Map(await Promise.all(texts));
}

/** The package is bundled, and installed, in more than one layout: no path to its manifest holds in all of them. */
function versionModule(version: string): string {
  return `/** The version in package.json; \`npm run reference\` brings it here. */
export const VERSION = ${JSON.stringify(version)};
`;
}

/** The generated files that are not as they should be, pages of blocks that are gone included. */
export async function outdated(files: ReadonlyMap<string, string>): Promise<string[]> {
  const present = (await readdir(join(repository, PAGES)).catch(() => [])).map((name) => `${PAGES}/${name}`);
  const changed = [...files].map(async ([path, text]) => {
    const current = await readFile(join(repository, path), "utf8").catch(() => undefined);
    return current === text ? [] : [path];
  });
  return [...(await Promise.all(changed)).flat(), ...present.filter((path) => !files.has(path))];
}

/** Brings the paths to what they should be. */
export async function write(files: ReadonlyMap<string, string>, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const file = join(repository, path);
    const text = files.get(path);
    if (text === undefined) {
      await rm(file);
    } else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
}
