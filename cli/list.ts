import { parseArgs } from "node:util";
import { summaryOf } from "../provider/lifecycle/lookup.ts";
import type { ListedInstance } from "../provider/ryzeapi/listing.ts";
import { asError } from "../provider/ryzeapi/errors.ts";
import { accountClient } from "./account.ts";
import { connectionOf, numberOf } from "./connection.ts";
import { isAmong } from "./managed.ts";
import { endProgress, notice, showProgress } from "./progress.ts";
import { shellWord } from "./shell-word.ts";
import { managedInstances, type ManagedInstances } from "./stack.ts";
import { styled, type Style } from "./style.ts";
import { table, type Cell } from "./table.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi list [--stack STACK] [--json]

Shows the account's instances: state, number, whether a stack manages them, and configured blocks; and how to take
over those that it does not manage. The id or the token that RyzeAPI lists is compared with the stack's, since another
account may have an instance of the same name. IN STACK is ? where there is no stack to compare with, and where the
stack has an instance of that name and nothing tells whether it is this one: \`pulumi refresh\` may add to what the stack
knows.

  --stack STACK   the stack to compare with (default: the one that is selected in this folder, if any)
  --json          for scripts: one JSON array of "name", "status", "numberJid", "blocks" and "managed", which is null
                  where the table has ?; never a token`;

interface Row {
  readonly name: string;
  readonly status: string;
  readonly numberJid: string | null;
  /** Null where there was no stack to compare with, or too little is told to say. */
  readonly managed: boolean | null;
  readonly blocks: readonly string[];
}

export async function listCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  showProgress("Reading the account…");
  const account = await accountClient(options.stack);
  const [listed, managed] = await Promise.all([account.listing.all(), managedOrUnknown(options.stack)]);
  const rows = listed.map((instance) => rowOf(instance, managed));
  endProgress();
  if (options.json === true) console.log(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) console.log(`The account at ${account.origin} has no instances.`);
  else console.log([...(await table(HEADER, rows.map(cellsOf))), ...advice(rows)].join("\n"));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
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

function rowOf(listed: ListedInstance, managed: ManagedInstances | undefined): Row {
  const { name, status, numberJid, blocks } = summaryOf(listed);
  const isManaged = managed === undefined ? null : isAmong(managed.get(name) ?? [], listed);
  return { name, status, numberJid: numberJid ?? null, managed: isManaged, blocks };
}

const HEADER: readonly Cell[] = ["NAME", "STATE", "NUMBER", "IN STACK", "BLOCKS"].map((text) => ({
  text,
  shown: styled("bold", text),
}));

function cellsOf({ name, status, numberJid, managed, blocks }: Row): Cell[] {
  const state = printable(status) || "-";
  return [
    plain(printable(name)),
    { text: state, shown: styled(colourOf(status), state) },
    plain(numberJid === null ? "-" : numberOf(numberJid)),
    plain(managed === null ? "?" : managed ? "yes" : "no"),
    plain(blocks.join(" ") || "-"),
  ];
}

function plain(text: string): Cell {
  return { text, shown: text };
}

function colourOf(status: string): Style {
  switch (connectionOf(status)) {
    case "connected":
      return "green";
    case "loggedout":
    case "banned":
      return "red";
    case "other":
      return "yellow";
  }
}

/** Names come from the service and must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, "?");
}

function advice(rows: readonly Row[]): string[] {
  const free = rows.filter(({ managed }) => managed === false).map(({ name }) => name);
  if (free.length === 0) return [];
  const names = free.length === rows.length ? [] : free.map((name) => shellWord(printable(name)));
  const end = free.some((name) => name.startsWith("-")) ? ["--"] : [];
  const command = ["npx ryzeapi import", ...(names.length === 0 ? [] : end), ...names].join(" ");
  return ["", "To take over what is not in the stack:", `  ${command}`];
}
