import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { inject } from "vitest";

import type { ChatwootAccess } from "../../cli/probe/chatwoot-inboxes.ts";
import { ledgerFolder } from "../../cli/probe/ledger.ts";
import { resolveAccount } from "../../provider/lifecycle/configuration.ts";
import type { Account } from "../../provider/ryzeapi/account.ts";
import { startChatwoot } from "../emulator/chatwoot-standin.mts";
import { startEmulator } from "../emulator/emulator.mts";
import { usualReadings } from "../emulator/probe-report.mts";
import { secretMarker } from "../support/secret-marker.mts";

/** The RyzeAPI that is asked. */
export interface Target {
  readonly account: Account;
  /** Where its bridges lead to; undefined: see `withoutChatwoot`. */
  readonly chatwoot: ChatwootAccess | undefined;
  /** Where the names of what is created are kept. */
  readonly ledgers: string;
  readonly close: () => Promise<void>;
}

const {
  RYZEAPI_ACCEPTANCE_TOKEN: token = "",
  RYZEAPI_ACCEPTANCE_ENDPOINT: endpoint = "",
  RYZEAPI_ACCEPTANCE_CHATWOOT_URL: chatwootUrl = "",
  RYZEAPI_ACCEPTANCE_CHATWOOT_ACCOUNT: chatwootAccount = "",
  RYZEAPI_ACCEPTANCE_CHATWOOT_TOKEN: chatwootToken = "",
} = process.env;

const isService = token !== "";

/** Why nothing with Chatwoot is asked; undefined where it is. */
export const withoutChatwoot: string | undefined = reasonAgainstChatwoot();

export async function target(): Promise<Target> {
  return isService ? service() : await emulator();
}

function reasonAgainstChatwoot(): string | undefined {
  if (!isService)
    return usualReadings().bridge === "missing" ? "this emulator has no Chatwoot module" : undefined;
  if (chatwootUrl === "") return "RYZEAPI_ACCEPTANCE_CHATWOOT_URL is not set";
  return chatwootToken === "" ? "RYZEAPI_ACCEPTANCE_CHATWOOT_TOKEN is not set" : undefined;
}

function service(): Target {
  return {
    account: resolveAccount({ token, ...(endpoint !== "" && { endpoint }) }, {}, {}),
    chatwoot: asked({
      url: chatwootUrl.replace(/\/+$/, ""),
      accountId: Number(chatwootAccount || "1"),
      token: chatwootToken,
    }),
    ledgers: ledgerFolder(process.env),
    close: () => Promise.resolve(),
  };
}

async function emulator(): Promise<Target> {
  const ledgers = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  const accountToken = inject("stackTemplate")?.accountToken ?? secretMarker();
  // Half of a limit is left to others while cleaning up, which then waits for the next window.
  const ryzeapi = await startEmulator({ accountToken, windowSeconds: 1 });
  const apiToken = secretMarker();
  const chatwoot = await startChatwoot({ accounts: [{ id: 1, apiTokens: [apiToken] }] });
  return {
    account: { token: accountToken, endpoint: ryzeapi.url },
    chatwoot: asked({ url: chatwoot.url, accountId: 1, token: apiToken }),
    ledgers,
    close: async () => {
      await ryzeapi.close();
      await chatwoot.close();
      await rm(ledgers, { recursive: true, force: true });
    },
  };
}

function asked(chatwoot: ChatwootAccess): ChatwootAccess | undefined {
  return withoutChatwoot === undefined ? chatwoot : undefined;
}
