#!/usr/bin/env node
import { importCommand } from "./import.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi <command>

Commands:
  import [NAME...]   write what \`pulumi import --file\` needs to take over instances that exist

The account is the one of RYZEAPI_TOKEN, at RYZEAPI_ENDPOINT (default https://ryzeapi.cloud).
\`ryzeapi <command> --help\` says more.`;

async function main([command, ...args]: readonly string[]): Promise<void> {
  switch (command) {
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
