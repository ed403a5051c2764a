import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { repository } from "../package/packed.mts";
import { examples } from "./project.mts";

export interface Manifest {
  readonly main: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const entries = await readdir(examples, { withFileTypes: true });
export const exampleNames = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);

export async function manifestOf(example: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(examples, example, "package.json"), "utf8")) as Manifest;
}

/** Copies of all examples, each with nothing but what it declares installed, and one tsconfig.json for all of them. */
export async function installExamples(folder: string, ownPackage: string): Promise<void> {
  for (const name of exampleNames) {
    const project = join(folder, name);
    await cp(join(examples, name), project, { recursive: true });
    const { dependencies, devDependencies } = await manifestOf(name);
    for (const dependency of Object.keys({ ...dependencies, ...devDependencies })) {
      const installed = join(project, "node_modules", dependency);
      await mkdir(join(installed, ".."), { recursive: true });
      const isOurs = dependency === "pulumi-ryzeapi";
      await symlink(isOurs ? ownPackage : join(repository, "node_modules", dependency), installed);
    }
  }
  const mains = exampleNames.map(async (name) => `${name}/${(await manifestOf(name)).main}`);
  const config = {
    extends: "./quickstart/tsconfig.json",
    compilerOptions: { noEmit: true, skipLibCheck: true },
    files: await Promise.all(mains),
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
}
