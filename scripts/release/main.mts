// npm run release:dry
//
// Makes in dist/release all that a release publishes, and publishes nothing. The workflow publishes what this has made.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pulumiCli } from "../pulumi-cli/find.mts";
import { toStderr } from "../pulumi-cli/progress.mts";
import { makeRelease, missingFor } from "./make.mts";
import { repository } from "./run.mts";
import { buildGenerators, LANGUAGES } from "./sdks.mts";

const target = join(repository, "dist", "release");

try {
  const reasons = await Promise.all(LANGUAGES.map(missingFor));
  const lacking = new Set(reasons.filter((reason) => reason !== undefined));
  if (lacking.size > 0)
    throw new Error(`${[...lacking].join(", ")}: install Go 1.25.11 and Python 3.10 or later.`);
  const cli = await pulumiCli(toStderr());
  await rm(target, { recursive: true, force: true });
  const work = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  try {
    await makeRelease(target, { cli, hosts: await buildGenerators(join(work, "hosts")) });
  } finally {
    await rm(work, { recursive: true });
  }
  const files = await readdir(target, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  console.log(paths.toSorted().join("\n"));
} catch (error) {
  console.error(`Nothing was made: ${(error as Error).message}`);
  process.exitCode = 1;
}
