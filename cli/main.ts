#!/usr/bin/env node
import { connectCommand } from "./connect.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi <command>

Commands:
  list               show the account's instances, and which of them a stack manages
  connect NAME       pair a phone with an instance, by QR code or pairing code
  import [NAME...]   write what \`pulumi import --file\` needs to take over instances that exist

The account is the one of RYZEAPI_TOKEN, at RYZEAPI_ENDPOINT (default https://ryzeapi.cloud).
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

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`ryzeapi: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) console.error(`\n${error.help}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
