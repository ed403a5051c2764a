import { parseArgs, styleText } from "node:util";
import { summaryOf, type InstanceSummary } from "../provider/lookup.ts";
import { accountClient } from "./account.ts";
import { managedInstances } from "./stack.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi list [--stack STACK] [--json]

Shows the account's instances: state, number, configured blocks, and whether a stack manages them.

  --stack STACK   the stack to look in (default: the one that is selected in this folder, if any)
  --json          for scripts: a JSON array; never a token`;

interface Row {
  readonly name: string;
  readonly status: string;
  readonly numberJid: string | undefined;
  readonly blocks: readonly string[];
  /** Undefined where no stack could be looked at. */
  readonly managed: boolean | undefined;
}

export async function listCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  const summaries = (await accountClient().listing.all()).map(summaryOf);
  const managed = await managedOrUnknown(options.stack);
  const rows = summaries.map((summary) => rowOf(summary, managed));
  if (options.json === true) console.log(JSON.stringify(rows, null, 2));
  else console.log([...table(rows), ...advice(rows)].join("\n"));
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
    throw new UsageError(error instanceof Error ? error.message : String(error), HELP);
  }
}

/** Outside of a Pulumi project there is no stack to compare with; a stack that was named must be found. */
async function managedOrUnknown(stack: string | undefined): Promise<ReadonlySet<string> | undefined> {
  try {
    return await managedInstances(stack);
  } catch (error) {
    if (stack !== undefined) throw error;
    return undefined;
  }
}

function rowOf(
  { name, status, numberJid, blocks }: InstanceSummary,
  managed: ReadonlySet<string> | undefined,
): Row {
  return { name, status, numberJid, blocks, managed: managed?.has(name) };
}

function table(rows: readonly Row[]): string[] {
  const cells = rows.map(({ name, status, numberJid, blocks, managed }) => [
    printable(name),
    printable(status),
    printable(numberJid?.replace(/@.*$/, "") ?? "-"),
    blocks.join(" ") || "-",
    managed === undefined ? "?" : managed ? "yes" : "no",
  ]);
  const header = ["NAME", "STATE", "NUMBER", "BLOCKS", "IN STACK"];
  const widths = header.map((title, column) =>
    Math.max(...[header, ...cells].map((row) => row[column]?.length ?? title.length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [styled("bold", line(header)), ...cells.map((row) => coloured(line(row), row[1] ?? ""))];
}

/** Names come from the service and must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?");
}

function coloured(line: string, status: string): string {
  if (status === "connected") return styled("green", line);
  return status === "loggedout" || status === "banned" ? styled("red", line) : line;
}

/** Colours as the terminal, NO_COLOR and FORCE_COLOR allow. */
function styled(style: "bold" | "green" | "red", text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function advice(rows: readonly Row[]): string[] {
  const free = rows.filter(({ managed }) => managed === false).map(({ name }) => JSON.stringify(name));
  return free.length === 0
    ? []
    : ["", "Not in the stack; to take them over:", `  npx ryzeapi import ${free.join(" ")}`];
}
