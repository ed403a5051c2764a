import { join } from "node:path";

import { run } from "./run.mts";

/** `npm pack`: where the file is, and what it holds. */
export async function packNpm(source: string, target: string, ...options: readonly string[]) {
  const packed = await run("npm", ["pack", "--json", "--pack-destination", target, ...options], source);
  const [{ filename, files }] = JSON.parse(packed.slice(packed.indexOf("[\n"))) as [
    { filename: string; files: { path: string }[] },
  ];
  return { tarball: join(target, filename), files: files.map(({ path }) => path) };
}
