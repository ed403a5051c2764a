import { resolveAccount } from "../provider/lifecycle/configuration.ts";
import type { Account } from "../provider/ryzeapi/account.ts";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { Service } from "../provider/ryzeapi/service.ts";
import { asError } from "../provider/ryzeapi/errors.ts";
import { notice } from "./progress.ts";
import { configuredAccount } from "./stack.ts";

/**
 * RyzeAPI with the given token of a stack output, else with the account's: the environment's, else that of the stack's
 * configuration. A token that comes from a stack goes to that stack's endpoint, unless the environment names one.
 */
export async function accountClient(stack: string | undefined, outputToken?: string): Promise<AccountClient> {
  return new Service({ caller: "command", notice }).account(await chosenAccount(stack, outputToken));
}

/** The account itself, for who asks RyzeAPI in another way than the provider does. */
export async function chosenAccount(stack: string | undefined, outputToken?: string): Promise<Account> {
  const endpoint = environment("RYZEAPI_ENDPOINT");
  const token = environment("RYZEAPI_TOKEN");
  if (outputToken !== undefined) {
    return resolved({ token: outputToken, endpoint: endpoint ?? (await configuredAccount(stack)).endpoint });
  }
  if (token !== undefined) return resolved({ token, endpoint });
  const configured = await configuredAccount(stack).catch((reason: unknown) => {
    throw withoutToken(asError(reason).message);
  });
  if (configured.token === undefined) throw withoutToken("the stack's configuration has no ryzeapi:token");
  return resolved({ ...configured, token: configured.token, endpoint: endpoint ?? configured.endpoint });
}

function resolved({
  token,
  endpoint,
  limitShare,
}: {
  token: string;
  endpoint: string | undefined;
  limitShare?: unknown;
}): Account {
  return resolveAccount({ token, ...(endpoint !== undefined && { endpoint }) }, { limitShare }, {});
}

function withoutToken(reason: string): Error {
  return new Error(
    `no token of the RyzeAPI account: RYZEAPI_TOKEN is not set, and ${reason}. Set that variable, or run this in the ` +
      "folder of a Pulumi project after `pulumi config set --secret ryzeapi:token`",
  );
}

function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value.trim() === "" ? undefined : value;
}
