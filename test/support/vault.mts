import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/**
 * Vault's transit engine, as far as the CLI asks it: it keeps the key with which a stack's secrets are encrypted. A
 * passphrase in its place costs every command more than all else that it does: a million rounds of PBKDF2.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export interface Vault {
  /** What the CLI needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** Makes a stack, whose name has to follow, with its key in the Vault. */
export const STACK_INIT = ["stack", "init", "--secrets-provider", "hashivault://stack"] as const;

export async function startVault(): Promise<Vault> {
  const plaintexts: string[] = [];
  const answer = async (request: IncomingMessage) => {
    const body = (await json(request)) as { plaintext: string } | { ciphertext: string };
    if ("plaintext" in body) return { ciphertext: `vault:v1:${plaintexts.push(body.plaintext) - 1}` };
    return { plaintext: plaintexts[Number(body.ciphertext.split(":").at(-1))] };
  };
  const server = createServer((request, response) => {
    void answer(request).then((data) => response.end(JSON.stringify({ data })));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    env: { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "token of a test" },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
