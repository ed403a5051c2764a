import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { isExecutable } from "./installed.mts";
import { whileWaiting } from "./progress.mts";
import { executable, pulumiHome } from "./surroundings.mts";
import type { Attempt, Surroundings } from "./surroundings.mts";
import { usable } from "./version.mts";

const longestDownload = 5 * 60_000;

/** The CLI that the official npm package `pulumi` has downloaded before, into the folder it shares with the Automation API. */
export async function downloaded(surroundings: Surroundings): Promise<Attempt> {
  const { env, nodeModules } = surroundings;
  const version = await packageVersion(nodeModules);
  if (version === undefined) return { reason: `no npm package pulumi in ${nodeModules}` };
  const command = join(pulumiHome(env), "versions", version, "bin", executable("pulumi"));
  return (await isExecutable(command))
    ? usable(command, surroundings)
    : { reason: `the npm package pulumi has not downloaded its CLI ${version}` };
}

/** Has the npm package `pulumi` download the CLI of its own version. */
export async function download(surroundings: Surroundings): Promise<Attempt> {
  const { env, nodeModules, report } = surroundings;
  const version = await packageVersion(nodeModules);
  if (version === undefined) return downloaded(surroundings);
  report(`No Pulumi CLI here yet: downloading ${version} with the npm package pulumi.`);
  const launcher = promisify(execFile)(process.execPath, [join(nodeModules, "pulumi", "run.js"), "version"], {
    env: { ...env, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: longestDownload,
  });
  try {
    await whileWaiting(surroundings, () => `downloading the Pulumi CLI ${version}`, launcher);
  } catch (error) {
    return { reason: `the npm package pulumi could not download its CLI ${version} (${causeOf(error)})` };
  }
  return downloaded(surroundings);
}

async function packageVersion(nodeModules: string): Promise<string | undefined> {
  try {
    const manifest = await readFile(join(nodeModules, "pulumi", "package.json"), "utf8");
    return (JSON.parse(manifest) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function causeOf(error: unknown): string {
  const { killed, stderr } = error as { killed?: boolean; stderr?: string };
  if (killed) return `given up after ${longestDownload / 60_000} minutes`;
  return stderr?.trim().split("\n").at(-1) ?? String(error);
}
