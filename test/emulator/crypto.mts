import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** AES-256-GCM for what is secret at rest. The key of a database file lies beside it, in FILE.key. */
export class Vault {
  readonly #key: Buffer;

  constructor(database?: string) {
    this.#key = database === undefined ? randomBytes(32) : keyBeside(database);
  }

  encrypt(text: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return `gcm:${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64")}`;
  }

  /** What cannot be decrypted comes back as it is stored, as the contract states for webhook authorizations (9). */
  decrypt(stored: string): string {
    const bytes = Buffer.from(stored.slice("gcm:".length), "base64");
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return decipher.update(bytes.subarray(28), undefined, "utf8") + decipher.final("utf8");
    } catch {
      return stored;
    }
  }
}

/** Tokens are looked up by digest, so that none stands in the database in clear. */
export function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function keyBeside(database: string): Buffer {
  const file = `${database}.key`;
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("hex"), { mode: 0o600 });
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
  if (key.length !== 32) {
    throw new Error(
      `${file} holds no AES-256 key (64 hexadecimal digits): restore it, or delete the database.`,
    );
  }
  return key;
}
