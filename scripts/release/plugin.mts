import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { repository, run } from "./run.mts";

/** As Pulumi's CLI calls the systems and the processors for which it looks for a plugin. */
const SYSTEMS = ["linux", "darwin", "windows"];
const PROCESSORS = ["amd64", "arm64"];

/**
 * Packs the plugin that is built in dist/plugin, under every name for which Pulumi looks, with the checksums. Its code is
 * the same for every system: one archive under many names.
 */
export async function packPlugin(folder: string, version: string): Promise<void> {
  await mkdir(folder);
  const base = `pulumi-resource-ryzeapi-v${version}`;
  const [first = "", ...others] = SYSTEMS.flatMap((system) =>
    PROCESSORS.map((processor) => `${base}-${system}-${processor}.tar.gz`),
  );
  const plugin = join(repository, "dist", "plugin");
  // What the plugin compiles when it runs is of the machine on which it ran.
  await run("tar", ["-C", plugin, "--exclude", "./.compiled", "-czf", join(folder, first), "."], repository);
  for (const name of others) await copyFile(join(folder, first), join(folder, name));
  const checksum = createHash("sha256")
    .update(await readFile(join(folder, first)))
    .digest("hex");
  const lines = [first, ...others].map((name) => `${checksum}  ${name}\n`);
  await writeFile(join(folder, `${base}-checksums.txt`), lines.join(""));
}
