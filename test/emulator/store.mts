import { randomUUID } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { digest, Vault } from "./crypto.mts";
import type { Blocks, ConnectionState, Instance, Single, Webhook } from "./model.mts";

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS instances (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    number_jid TEXT,
    session INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    create_body TEXT NOT NULL,
    UNIQUE (account, name)
  );
  CREATE INDEX IF NOT EXISTS instances_by_token ON instances (token_digest);
  CREATE TABLE IF NOT EXISTS blocks (
    instance INTEGER NOT NULL REFERENCES instances (key) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    config TEXT NOT NULL,
    secret TEXT,
    PRIMARY KEY (instance, kind, label)
  );
`;

/** The field of each block that is kept out of the clear-text `config` column. */
const secretFields: Record<string, string> = {
  proxy: "password",
  proxyInForce: "password",
  webhook: "authorization",
  chatwoot: "apiToken",
  s3: "secretKey",
};

interface InstanceRow {
  key: number;
  account: string;
  id: string;
  name: string;
  token: string;
  state: ConnectionState;
  number_jid: string | null;
  session: number;
  created_at: string;
  updated_at: string;
  create_body: string;
}

interface BlockRow {
  instance: number;
  kind: keyof Single | "webhook";
  label: string;
  config: string;
  secret: string | null;
}

/** Instances and their blocks in SQLite; `account` is always the digest of the account's token. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #vault: Vault;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file?: string) {
    this.#database = new DatabaseSync(file ?? ":memory:");
    this.#vault = new Vault(file);
    this.#database.exec(schema);
  }

  insert(account: string, name: string, token: string, createBody: unknown): Instance {
    const now = timestamp();
    this.#sql(
      `INSERT INTO instances (account, id, name, token_digest, token, state, session, created_at, updated_at, create_body)
       VALUES (?, ?, ?, ?, ?, 'disconnected', 0, ?, ?, ?)`,
    ).run(
      account,
      randomUUID(),
      name,
      digest(token),
      this.#vault.encrypt(token),
      now,
      now,
      this.#vault.encrypt(JSON.stringify(createBody)),
    );
    const inserted = this.find(account, name);
    if (!inserted) throw new Error(`Instance ${name} is missing right after it was inserted.`);
    return inserted;
  }

  find(account: string, name: string): Instance | undefined {
    return this.#instance(
      this.#sql("SELECT * FROM instances WHERE account = ? AND name = ?").get(account, name),
    );
  }

  /** False once it was removed, even where another has its name. */
  holds(instance: Instance): boolean {
    return this.#sql("SELECT 1 FROM instances WHERE key = ?").get(instance.key) !== undefined;
  }

  /** Usually none or one: tokens are unique within an account only. */
  findByToken(token: string): Instance[] {
    return this.#instances(this.#sql("SELECT * FROM instances WHERE token_digest = ?").all(digest(token)));
  }

  list(account: string): Instance[] {
    return this.#instances(this.#sql("SELECT * FROM instances WHERE account = ? ORDER BY key").all(account));
  }

  count(account: string): number {
    const row = this.#sql("SELECT count(*) AS n FROM instances WHERE account = ?").get(account);
    return Number(row?.["n"]);
  }

  update(
    instance: Instance,
    change: Partial<Pick<Instance, "id" | "state" | "numberJid" | "session" | "token">>,
  ): void {
    const next = { ...instance, ...change };
    this.#sql(
      `UPDATE instances SET id = ?, state = ?, number_jid = ?, session = ?, token_digest = ?, token = ?, updated_at = ?
       WHERE key = ?`,
    ).run(
      next.id,
      next.state,
      next.numberJid,
      Number(next.session),
      digest(next.token),
      this.#vault.encrypt(next.token),
      timestamp(),
      instance.key,
    );
  }

  moveAccount(from: string, to: string): void {
    this.#sql("UPDATE instances SET account = ? WHERE account = ?").run(to, from);
  }

  remove(instance: Instance): void {
    this.#sql("DELETE FROM instances WHERE key = ?").run(instance.key);
  }

  clear(): void {
    this.#database.exec("DELETE FROM instances");
  }

  createBody(instance: Instance): unknown {
    const row = this.#sql("SELECT create_body FROM instances WHERE key = ?").get(instance.key);
    return row === undefined ? undefined : JSON.parse(this.#vault.decrypt(String(row["create_body"])));
  }

  blocks(instance: Instance): Blocks {
    const rows = this.#sql("SELECT * FROM blocks WHERE instance = ? ORDER BY label").all(instance.key);
    return this.#assemble(rows as unknown as BlockRow[]);
  }

  /** The blocks of every instance of an account in one query, by instance key. */
  blocksOfAccount(account: string): Map<number, Blocks> {
    const rows = this.#sql(
      "SELECT blocks.* FROM blocks JOIN instances ON instances.key = blocks.instance WHERE account = ? ORDER BY label",
    ).all(account) as unknown as BlockRow[];
    const byInstance = new Map<number, BlockRow[]>();
    for (const row of rows) {
      const own = byInstance.get(row.instance);
      if (own) own.push(row);
      else byInstance.set(row.instance, [row]);
    }
    return new Map([...byInstance].map(([key, own]) => [key, this.#assemble(own)]));
  }

  setBlock<Kind extends keyof Single>(instance: Instance, kind: Kind, block: Single[Kind]): void {
    this.#write(instance, kind, "", { ...block });
  }

  setWebhook(instance: Instance, webhook: Webhook): void {
    this.#write(instance, "webhook", webhook.label, { ...webhook });
  }

  removeBlock(instance: Instance, kind: keyof Single): void {
    this.#sql("DELETE FROM blocks WHERE instance = ? AND kind = ?").run(instance.key, kind);
  }

  /** From now on the connection goes through the proxy that is configured, or through none. */
  putProxyInForce(instance: Instance): void {
    const { proxy } = this.blocks(instance);
    if (proxy?.enabled) this.setBlock(instance, "proxyInForce", proxy);
    else this.removeBlock(instance, "proxyInForce");
  }

  removeWebhook(instance: Instance, label: string): void {
    this.#sql("DELETE FROM blocks WHERE instance = ? AND kind = 'webhook' AND label = ?").run(
      instance.key,
      label,
    );
  }

  close(): void {
    this.#database.close();
  }

  #write(instance: Instance, kind: string, label: string, block: Record<string, unknown>): void {
    const secretField = secretFields[kind] ?? "";
    const { [secretField]: secret, ...config } = block;
    this.#sql(
      "INSERT OR REPLACE INTO blocks (instance, kind, label, config, secret) VALUES (?, ?, ?, ?, ?)",
    ).run(
      instance.key,
      kind,
      label,
      JSON.stringify(config),
      typeof secret === "string" && secret !== "" ? this.#vault.encrypt(secret) : null,
    );
  }

  #assemble(rows: BlockRow[]): Blocks {
    const blocks: Blocks = { webhooks: {} };
    for (const row of rows) {
      const block = JSON.parse(row.config) as Record<string, unknown>;
      const secretField = secretFields[row.kind];
      if (secretField) block[secretField] = row.secret === null ? "" : this.#vault.decrypt(row.secret);
      if (row.kind === "webhook") blocks.webhooks[row.label] = block as unknown as Webhook;
      else Object.assign(blocks, { [row.kind]: block });
    }
    return blocks;
  }

  #instances(rows: unknown[]): Instance[] {
    return rows.flatMap((row) => this.#instance(row) ?? []);
  }

  #instance(row: unknown): Instance | undefined {
    if (row === undefined) return undefined;
    const { key, account, id, name, token, state, number_jid, session, created_at, updated_at } =
      row as InstanceRow;
    return {
      key,
      account,
      id,
      name,
      token: this.#vault.decrypt(token),
      state,
      numberJid: number_jid,
      session: session === 1,
      createdAt: created_at,
      updatedAt: updated_at,
    };
  }

  #sql(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#database.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }
}

/** To the microsecond, as databases keep it. */
function timestamp(): string {
  const milliseconds = performance.timeOrigin + performance.now();
  const microseconds = String(Math.floor(milliseconds * 1_000) % 1_000).padStart(3, "0");
  return new Date(milliseconds).toISOString().replace("Z", `${microseconds}Z`);
}
