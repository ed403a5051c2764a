import { cleanMessage } from "../provider/ryzeapi/errors.ts";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { connectionOf } from "./connection.ts";
import { rowOf, tableOf, type Row } from "./list-table.ts";
import { canMoveCursor, endProgress, notice } from "./progress.ts";
import { SecondScreen } from "./second-screen.ts";
import type { ManagedInstances } from "./stack.ts";
import { styled } from "./style.ts";
import { watching, type Sight } from "./watching.ts";

/** Nobody holds a phone to this table, so it leaves most of the account's limit to others. */
const LOOK_EVERY_MS = 4_000;

/** The table, kept up to date until Ctrl-C. */
export async function watchList(
  account: AccountClient,
  managed: ManagedInstances | undefined,
  isJson: boolean,
): Promise<void> {
  const table: Shown = isJson
    ? new JsonLines()
    : canMoveCursor(process.stdout)
      ? new LiveTable()
      : new Tables();
  try {
    for await (const sight of watching(account, () => LOOK_EVERY_MS)) {
      endProgress();
      if (sight.is === "listed") await table.show(sight.instances.map((listed) => rowOf(listed, managed)));
      else table.tell(troubleIn(sight));
    }
  } finally {
    table.close?.();
  }
}

function troubleIn(sight: Exclude<Sight, { is: "listed" }>): string {
  return sight.is === "awaited"
    ? "Waiting for RyzeAPI…"
    : `RyzeAPI cannot be asked at the moment, and is asked again: ${cleanMessage(sight.error.message, [])}`;
}

/** Where the table is shown. */
interface Shown {
  show(rows: readonly Row[]): Promise<void> | void;
  tell(trouble: string): void;
  close?(): void;
}

/** In the place of the one before. */
class LiveTable implements Shown {
  readonly #screen = new SecondScreen(() => this.#lines());
  #rows: readonly Row[] = [];
  #table: readonly string[] = [];
  #trouble: string | undefined;

  async show(rows: readonly Row[]): Promise<void> {
    this.#table = await tableOf(rows);
    this.#rows = rows;
    this.#trouble = undefined;
    this.#screen.draw();
  }

  tell(trouble: string): void {
    this.#trouble = trouble;
    if (this.#table.length === 0) notice(trouble);
    else this.#screen.draw();
  }

  close(): void {
    this.#screen.close();
  }

  #lines(): readonly string[] {
    const [header = "", ...lines] = this.#table;
    const below = [
      "",
      `${countLine(this.#rows)} ${styled("dim", "Ctrl-C ends.")}`,
      ...(this.#trouble === undefined ? [] : [styled("yellow", this.#trouble)]),
    ];
    return [header, ...fitting(lines, this.#rows, process.stdout.rows - 1 - below.length), ...below];
  }
}

/** What is still to be connected stays in a window that is too low for all. */
function fitting(lines: readonly string[], rows: readonly Row[], room: number): readonly string[] {
  if (lines.length <= room) return lines;
  const all = lines.map((line, index) => ({ line, index, isConnected: isConnected(rows[index]) }));
  const byNeed = [...all.filter((one) => !one.isConnected), ...all.filter((one) => one.isConnected)];
  const kept = byNeed.slice(0, Math.max(0, room - 1)).sort((one, other) => one.index - other.index);
  return [...kept.map(({ line }) => line), `… and ${lines.length - kept.length} more`];
}

/** One below the other, whenever something has changed. */
class Tables implements Shown {
  #last = "";

  async show(rows: readonly Row[]): Promise<void> {
    const text = [...(await tableOf(rows)), countLine(rows), ""].join("\n");
    if (text !== this.#last) console.log(text);
    this.#last = text;
  }

  tell(trouble: string): void {
    notice(trouble);
  }
}

class JsonLines implements Shown {
  #last = "";

  show(rows: readonly Row[]): void {
    const text = JSON.stringify(rows);
    if (text !== this.#last) console.log(text);
    this.#last = text;
  }

  tell(trouble: string): void {
    notice(trouble);
  }
}

function countLine(rows: readonly Row[]): string {
  return `${rows.filter(isConnected).length} of ${rows.length} connected.`;
}

function isConnected(row: Row | undefined): boolean {
  return row !== undefined && connectionOf(row.status) === "connected";
}
