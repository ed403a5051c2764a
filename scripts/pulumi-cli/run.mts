// npm run pulumi -- <arguments>: runs the real Pulumi CLI, found or got by find.mts.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

import { pulumiCli } from "./find.mts";
import { toStderr } from "./progress.mts";

const listener = toStderr();
try {
  const cli = await pulumiCli(listener);
  const child = spawn(cli.command, process.argv.slice(2), {
    cwd: whereTheUserStands(),
    env: { ...process.env, ...cli.env },
    stdio: "inherit",
  });
  passSignalsTo(child);
  child.once("error", (error) => {
    listener.report(error.message);
    process.exitCode = 1;
  });
  child.once("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
    } else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
} catch (error) {
  listener.report((error as Error).message);
  process.exitCode = 1;
}

/** npm runs scripts in the folder of package.json; the Pulumi project is where npm was called. */
function whereTheUserStands(): string {
  const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env;
  return script === "pulumi" && calledFrom !== undefined ? calledFrom : process.cwd();
}

/** We outlive the CLI: it decides how to end. */
function passSignalsTo(child: ReturnType<typeof spawn>): void {
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  // Ctrl-C reaches every process at the terminal, and a second SIGINT would tell the CLI to drop everything.
  const fromTerminal = hasTerminal();
  process.on("SIGINT", () => {
    if (!fromTerminal) child.kill("SIGINT");
  });
}

function hasTerminal(): boolean {
  if (process.platform === "win32") return true;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
