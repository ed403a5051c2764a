#!/usr/bin/env node
import { asError } from "../provider/ryzeapi/errors.ts";
import { connectCommand } from "./connect.ts";
import { doctorCommand } from "./doctor.ts";
import { importCommand } from "./import.ts";
import { interrupt, INTERRUPTED, TERMINATED } from "./interruption.ts";
import { listCommand } from "./list.ts";
import { probeCommand } from "./probe.ts";
import { endProgress, notice } from "./progress.ts";
import { InterruptedError } from "./prompt.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi <command>

Commands:
  list               show the account's instances, and which of them a stack manages
  connect NAME       pair a phone with an instance, by QR code or pairing code
  import [NAME...]   write what \`pulumi import --file\` needs to take over instances that exist
  doctor             look for what is in the way of a deployment
  probe              find out how this RyzeAPI answers where its documentation leaves it open

The account is the one of RYZEAPI_TOKEN, at RYZEAPI_ENDPOINT (default https://ryzeapi.cloud); without RYZEAPI_TOKEN,
the one of ryzeapi:token and ryzeapi:endpoint in the configuration of the stack that is selected in this folder.
\`ryzeapi <command> --help\` says more.`;

async function main([command, ...args]: readonly string[]): Promise<void> {
  switch (command) {
    case "list":
      await listCommand(args);
      return;
    case "connect":
      await connectCommand(args);
      return;
    case "import":
      await importCommand(args);
      return;
    case "doctor":
      await doctorCommand(args);
      return;
    case "probe":
      await probeCommand(args);
      return;
    case undefined:
    case "help":
    case "--help":
    case "-h":
      console.log(HELP);
      return;
    default:
      throw new UsageError(`unknown command "${command}"`, HELP);
  }
}

function fail(error: unknown): void {
  if (error instanceof InterruptedError) process.exit(INTERRUPTED);
  notice(`ryzeapi: ${asError(error).message}`);
  if (error instanceof UsageError) console.error(`\n${error.help}`);
  // A request that is still under way must not keep a command that has failed.
  process.stdout.write("", () => process.exit(error instanceof UsageError ? 2 : 1));
}

// Exits, so that whatever has changed the terminal hears of it.
process.on("SIGINT", () => {
  interrupt(INTERRUPTED);
});
process.on("SIGTERM", () => {
  interrupt(TERMINATED);
});
// The reader of a pipe, such as `head`, may have enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

main(process.argv.slice(2)).finally(endProgress).catch(fail);
