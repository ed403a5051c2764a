import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { delimiter, join, resolve, sep } from "node:path";

import { executable, pulumiHome } from "./surroundings.mts";
import type { Attempt, Surroundings } from "./surroundings.mts";
import { usable } from "./version.mts";

export async function onPath(surroundings: Surroundings): Promise<Attempt> {
  const reasons: string[] = [];
  const seen = new Set<string>();
  for (const directory of (surroundings.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const command = resolve(directory, executable("pulumi"));
    if (!(await isExecutable(command))) continue;
    const file = await realpath(command);
    if (isNpmLauncher(command) || isNpmLauncher(file) || seen.has(file)) continue;
    seen.add(file);
    const attempt = await usable(command, surroundings);
    if ("command" in attempt) return attempt;
    reasons.push(attempt.reason);
  }
  return { reason: reasons.join("; ") || "no pulumi on PATH" };
}

/** Where Pulumi's own installer puts it. */
export async function inHome(surroundings: Surroundings): Promise<Attempt> {
  const command = join(pulumiHome(surroundings.env), "bin", executable("pulumi"));
  return (await isExecutable(command)) ? usable(command, surroundings) : { reason: `no ${command}` };
}

export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** npm puts node_modules/.bin on the PATH of scripts; the `pulumi` there is no CLI, it would start a download. */
const isNpmLauncher = (file: string) => file.split(sep).includes("node_modules");
