import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { packNpm } from "../../scripts/release/npm.mts";
import { repository } from "../../scripts/release/run.mts";

export { repository, run } from "../../scripts/release/run.mts";

/** The folders whose sources become the package, each file as JavaScript and as types. */
const SOURCES = ["cli", "provider", "sdk"];

/** The package as `npm pack` makes it of a clean checkout: its `prepack` script has to build everything. */
export async function pack(folder: string): Promise<{ tarball: string; files: string[] }> {
  const checkout = join(folder, "checkout");
  const others = ["package.json", "tsconfig.json", "tsconfig.build.json", "LICENSE", "README.md"];
  for (const path of [...SOURCES, ...others, "scripts/plugin"])
    await cp(join(repository, path), join(checkout, path), { recursive: true });
  await symlink(join(repository, "node_modules"), join(checkout, "node_modules"));
  // What was released before is there as well.
  await mkdir(join(checkout, "dist", "release"), { recursive: true });
  await writeFile(join(checkout, "dist", "release", "released.tgz"), "");
  return await packNpm(checkout, folder);
}

/** The package as it was built here before the tests. */
export async function packBuilt(folder: string): Promise<string> {
  const { tarball } = await packNpm(repository, folder, "--ignore-scripts");
  return tarball;
}

/** What esbuild bundles to one file, and has no types. */
const PAGE = "web/page/";

/** What the package has to hold, and nothing else; the native plugin is no part of it. */
export async function needed(): Promise<string[]> {
  const sources = SOURCES.map(async (folder) => {
    const files = await readdir(join(repository, folder), { recursive: true });
    return files
      .filter((file) => file.endsWith(".ts") && !file.startsWith("faces/plugin/") && !file.startsWith(PAGE))
      .map((file) => `dist/${folder}/${file.slice(0, -".ts".length)}`);
  });
  const built = (await Promise.all(sources)).flat().flatMap((module) => [`${module}.d.ts`, `${module}.js`]);
  const page = ["page.css", "page.js"].map((file) => `dist/cli/${PAGE}${file}`);
  return [...built, ...page, "LICENSE", "README.md", "package.json"];
}
