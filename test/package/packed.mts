import { execFile } from "node:child_process";
import { cp, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The folders whose sources become the package, each file as JavaScript and as types. */
const SOURCES = ["cli", "provider", "sdk"];

/** The package as `npm pack` makes it of a clean checkout: its `prepack` script has to build everything. */
export async function pack(folder: string): Promise<{ tarball: string; files: string[] }> {
  const checkout = join(folder, "checkout");
  const others = ["package.json", "tsconfig.json", "tsconfig.build.json", "LICENSE", "README.md"];
  for (const path of [...SOURCES, ...others, "scripts/plugin"])
    await cp(join(repository, path), join(checkout, path), { recursive: true });
  await symlink(join(repository, "node_modules"), join(checkout, "node_modules"));
  return await packFrom(checkout, folder);
}

/** The package as it was built here before the tests. */
export async function packBuilt(folder: string): Promise<string> {
  const { tarball } = await packFrom(repository, folder, "--ignore-scripts");
  return tarball;
}

async function packFrom(source: string, folder: string, ...options: readonly string[]) {
  const packed = await run("npm", ["pack", "--json", "--pack-destination", folder, ...options], source);
  const [{ filename, files }] = JSON.parse(packed.slice(packed.indexOf("[\n"))) as [
    { filename: string; files: { path: string }[] },
  ];
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
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

/** Runs a command, whatever npm script runs the tests, and gives what it printed. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Record<string, string> = {},
): Promise<string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_local)/i.test(name),
  );
  const env = { ...Object.fromEntries(inherited), ...environment };
  try {
    return (await promisify(execFile)(command, args, { cwd, env })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
