// npm run demo: the quickstart, deployed by the real Pulumi CLI to a RyzeAPI on this machine, from the plan to destroy.
import { heading, say } from "./demo/narration.mts";
import { play } from "./demo/play.mts";
import { openStage } from "./demo/stage.mts";
import { pulumiCli } from "./pulumi-cli/find.mts";
import { toStderr } from "./pulumi-cli/progress.mts";

const interrupted = new AbortController();

try {
  const cli = await pulumiCli(toStderr());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  process.stdout.on("error", (error) => {
    interrupted.abort(error); // whoever read it has gone
  });
  const started = Date.now();
  const stage = await openStage(cli, interrupted.signal);
  try {
    await play(stage);
  } finally {
    await stage.close();
  }
  heading("Done");
  say(
    `Every step did what it says, in ${Math.round((Date.now() - started) / 1000)} s. Nothing is left behind.`,
  );
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

/** The command that runs is ended, and what the demo made is removed as after any failure; a second signal kills. */
function interrupt(signal: NodeJS.Signals): void {
  interrupted.abort(new Error(`stopped by ${signal}`));
}
