import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Attempt, Surroundings } from "./surroundings.mts";

/** `pulumi import --file` of resources with state, which dynamic resources need, came with this version. */
export const oldestUsable = "3.254.0";

export const atLeast = (version: string, minimum: string) =>
  version.localeCompare(minimum, "en", { numeric: true }) >= 0;

/** Asks a CLI for its version: one that does not answer, or is too old, is passed over, and said so. */
export async function usable(command: string, { env, report }: Surroundings): Promise<Attempt> {
  const answer = await ask(command, env);
  if ("command" in answer && atLeast(answer.version, oldestUsable)) return answer;
  const reason = "reason" in answer ? answer.reason : `it is version ${answer.version}`;
  report(`Passed over ${command}: ${reason}; ${oldestUsable} or later is needed.`);
  return { reason: `${command}: ${reason}` };
}

async function ask(command: string, env: NodeJS.ProcessEnv): Promise<Attempt> {
  try {
    const options = { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout: 10_000 };
    const { stdout } = await promisify(execFile)(command, ["version"], options);
    const version = /^v?(\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
    return version === undefined ? { reason: "it does not tell its version" } : { command, version };
  } catch (error) {
    return { reason: `it does not run (${(error as Error).message.trim()})` };
  }
}
