import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Account } from "../../provider/ryzeapi/account.ts";
import { formsOf, PREFIX } from "./own-values.ts";

/**
 * What a run is about to create, on disk before the service hears of it: what a killed run leaves is found here. One
 * file per run; its lines are only ever added, and it goes when nothing of it is left.
 */
export class Ledger {
  readonly file: string;
  readonly #account: string;
  readonly #entries: Entry[];

  private constructor(file: string, account: string, entries: Entry[]) {
    this.file = file;
    this.#account = account;
    this.#entries = entries;
  }

  static begin(folder: string, run: string, account: Account): Ledger {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new Ledger(join(folder, `${run}.jsonl`), fingerprintOf(account), []);
  }

  /** The ledgers in a folder, and how many there are of other accounts or services. */
  static left(folder: string, account: Account): { own: Ledger[]; others: number } {
    const fingerprint = fingerprintOf(account);
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
    const ledgers = files.map((name) => Ledger.#read(join(folder, name)));
    const own = ledgers.filter((ledger) => ledger.#account === fingerprint);
    return { own, others: ledgers.length - own.length };
  }

  static #read(file: string): Ledger {
    const entries = readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line) => entryIn(line) ?? []);
    return new Ledger(file, entries[0]?.account ?? "", entries);
  }

  get instances(): readonly string[] {
    return this.#entries.flatMap(({ instance }) => instance ?? []);
  }

  get inboxes(): readonly string[] {
    return this.#entries.flatMap(({ inbox }) => inbox ?? []);
  }

  addInstance(instance: string): void {
    if (!this.instances.includes(instance)) this.#add({ account: this.#account, instance });
  }

  addInbox(inbox: string): void {
    this.#add({ account: this.#account, inbox });
  }

  /** Whether an instance may be deleted: it has the prefix of the probe's, and was created by the run of this ledger. */
  holdsInstance(name: string): boolean {
    return name.startsWith(PREFIX) && this.instances.some((entry) => formsOf(entry).includes(name));
  }

  holdsInbox(name: string): boolean {
    return name.startsWith(PREFIX) && this.inboxes.includes(name);
  }

  /** Nothing of it is left. */
  close(): void {
    rmSync(this.file, { force: true });
  }

  #add(entry: Entry): void {
    const line = `${JSON.stringify(entry)}\n`;
    // On disk, not only on its way there: the machine may go down right after the creation.
    const options = { mode: 0o600, flush: true };
    if (this.#entries.length > 0) appendFileSync(this.file, line, options);
    else {
      // A run that is killed meanwhile must not leave a ledger that does not say whose it is.
      writeFileSync(`${this.file}.new`, line, options);
      renameSync(`${this.file}.new`, this.file);
    }
    this.#entries.push(entry);
  }
}

/** Where programs keep what has to outlive them, but is nothing to back up. */
export function ledgerFolder(environment: NodeJS.ProcessEnv): string {
  const { XDG_STATE_HOME: state } = environment;
  const base = state === undefined || state === "" ? join(homedir(), ".local", "state") : state;
  return join(base, "pulumi-ryzeapi", "probe");
}

const entrySchema = z.object({
  account: z.string(),
  instance: z.string().startsWith(PREFIX).optional(),
  inbox: z.string().startsWith(PREFIX).optional(),
});

type Entry = z.infer<typeof entrySchema>;

/** A line that was cut off was never acted on. */
function entryIn(line: string): Entry | undefined {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Tells accounts apart, and is too short to test guesses of a token with. */
function fingerprintOf({ endpoint, token }: Account): string {
  return createHash("sha256").update(`${endpoint}\n${token}`).digest("hex").slice(0, 8);
}
