import { execFile, type ExecFileException } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Emulator } from "../emulator/emulator.mts";

/** The command as it is installed. */
export const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a person whose account is the emulator's, and who has set nothing about colours. */
export function environmentFor({ url, accountToken }: Emulator): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(NO_COLOR|FORCE_COLOR|NODE_DISABLE_COLORS|CI)$/.test(name),
  ) as [string, string][];
  return {
    ...Object.fromEntries(inherited),
    TERM: "xterm-256color",
    RYZEAPI_TOKEN: accountToken,
    RYZEAPI_ENDPOINT: url,
  };
}

/** Runs the command in pipes. `onOutput` sees standard output as it grows, and can end the command. */
export function ryzeapi(
  args: readonly string[],
  options: { env: Record<string, string>; cwd?: string },
  onOutput: (stdout: string, interrupt: () => void) => void = () => undefined,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const finished = (error: ExecFileException | null, stdout: string, stderr: string) => {
      resolve({
        code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    };
    const child = execFile(process.execPath, [COMMAND, ...args], options, finished);
    child.stdin?.end();
    let text = "";
    child.stdout?.on("data", (data: string) => {
      text += data;
      onOutput(text, () => child.kill("SIGINT"));
    });
  });
}
