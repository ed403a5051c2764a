import { parseArgs } from "node:util";
import { asError } from "../provider/ryzeapi/errors.ts";
import { accountClient } from "./account.ts";
import { printable, rowOf, tableOf, type Row } from "./list-table.ts";
import { watchList } from "./list-watch.ts";
import { endProgress, notice, showProgress } from "./progress.ts";
import { shellWord } from "./shell-word.ts";
import { managedInstances, type ManagedInstances } from "./stack.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi list [--watch] [--stack STACK] [--json]

Shows the account's instances: state, number, whether a stack manages them, and configured blocks; and how to take
over those that it does not manage. The id or the token that RyzeAPI lists is compared with the stack's, since another
account may have an instance of the same name. IN STACK is ? where there is no stack to compare with, and where the
stack has an instance of that name and nothing tells whether it is this one: \`pulumi refresh\` may add to what the stack
knows.

  --watch         keep the table up to date, with how many are connected, until Ctrl-C
  --stack STACK   the stack to compare with (default: the one that is selected in this folder, if any)
  --json          for scripts: one JSON array of "name", "status", "numberJid", "blocks" and "managed", which is null
                  where the table has ?; never a token. With --watch one array per line, whenever it has changed`;

export async function listCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  showProgress("Reading the account…");
  const account = await accountClient(options.stack);
  if (options.watch === true) {
    await watchList(account, await managedOrUnknown(options.stack), options.json === true);
    return;
  }
  const [listed, managed] = await Promise.all([account.listing.all(), managedOrUnknown(options.stack)]);
  const rows = listed.map((instance) => rowOf(instance, managed));
  endProgress();
  if (options.json === true) console.log(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) console.log(`The account at ${account.origin} has no instances.`);
  else console.log([...(await tableOf(rows)), ...advice(rows)].join("\n"));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        watch: { type: "boolean" },
        stack: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(asError(error).message, HELP);
  }
}

/** Outside of a Pulumi project there is no stack to compare with; a stack that was named must be found. */
async function managedOrUnknown(stack: string | undefined): Promise<ManagedInstances | undefined> {
  try {
    return await managedInstances(stack);
  } catch (error) {
    if (stack !== undefined) throw error;
    notice(`No stack to compare with: ${asError(error).message}`);
    return undefined;
  }
}

function advice(rows: readonly Row[]): string[] {
  const free = rows.filter(({ managed }) => managed === false).map(({ name }) => name);
  if (free.length === 0) return [];
  const names = free.length === rows.length ? [] : free.map((name) => shellWord(printable(name)));
  const end = free.some((name) => name.startsWith("-")) ? ["--"] : [];
  const command = ["npx ryzeapi import", ...(names.length === 0 ? [] : end), ...names].join(" ");
  return ["", "To take over what is not in the stack:", `  ${command}`];
}
