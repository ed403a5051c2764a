import { summaryOf } from "../provider/lifecycle/lookup.ts";
import type { ListedInstance } from "../provider/ryzeapi/listing.ts";
import { connectionOf, numberOf } from "./connection.ts";
import { isAmong } from "./managed.ts";
import type { ManagedInstances } from "./stack.ts";
import { styled, type Style } from "./style.ts";
import { table, type Cell } from "./table.ts";

export interface Row {
  readonly name: string;
  readonly status: string;
  readonly numberJid: string | null;
  /** Null where there was no stack to compare with, or too little is told to say. */
  readonly managed: boolean | null;
  readonly blocks: readonly string[];
}

export function rowOf(listed: ListedInstance, managed: ManagedInstances | undefined): Row {
  const { name, status, numberJid, blocks } = summaryOf(listed);
  const isManaged = managed === undefined ? null : isAmong(managed.get(name) ?? [], listed);
  return { name, status, numberJid: numberJid ?? null, managed: isManaged, blocks };
}

const HEADER: readonly Cell[] = ["NAME", "STATE", "NUMBER", "IN STACK", "BLOCKS"].map((text) => ({
  text,
  shown: styled("bold", text),
}));

/** A header, and a line per instance. */
export function tableOf(rows: readonly Row[]): Promise<readonly string[]> {
  return table(HEADER, rows.map(cellsOf));
}

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
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, "?");
}
