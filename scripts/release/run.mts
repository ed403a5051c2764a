import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

export type Environment = Record<string, string>;

/** Runs a command, whatever npm script runs this, and gives what it printed. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Environment = {},
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
