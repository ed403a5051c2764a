import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { cleanMessage } from "../provider/ryzeapi/errors.ts";
import { InstanceTokenError, type ListedInstance } from "../provider/ryzeapi/listing.ts";
import { observedInstance } from "../provider/lifecycle/observed-instance.ts";

/** An instance as the account's listing shows it now. */
export interface InstanceStatus {
  readonly token: string | undefined;
  readonly status: string;
  readonly numberJid: string | undefined;
}

export type Connection = "connected" | "loggedout" | "banned" | "other";

/** States have more than one spelling: `connected` in the documentation is `open` in some answers. */
export function connectionOf(status: string): Connection {
  switch (status.toLowerCase().replaceAll(/[^a-z]/g, "")) {
    case "connected":
    case "open":
      return "connected";
    case "loggedout":
      return "loggedout";
    case "banned":
      return "banned";
    default:
      return "other";
  }
}

/** Whether nobody is being waited for: the service has closed the connection that a code belongs to. */
export function isIdle(status: string): boolean {
  return /^(disconnected|closed?)$/i.test(status);
}

export async function statusOf(account: AccountClient, name: string): Promise<InstanceStatus> {
  const found = await lookUp(account, name);
  if (found === undefined) throw absent(account, name);
  return statusIn(found);
}

/** Those of the given names that there are, out of a listing; what it does not show is asked for by name. */
export async function statusesOf(
  account: AccountClient,
  names: readonly string[],
  listed: readonly ListedInstance[],
): Promise<ReadonlyMap<string, InstanceStatus>> {
  const byName = new Map(listed.map((instance) => [instance.name, instance]));
  const found = await Promise.all(
    names.map(async (name) => byName.get(name) ?? (await lookUp(account, name))),
  );
  return new Map(
    found.flatMap((instance) => (instance === undefined ? [] : [[instance.name, statusIn(instance)]])),
  );
}

export function absent(account: AccountClient, name: string): Error {
  return new Error(
    `there is no instance named "${cleanMessage(name, [])}" at ${account.origin}, or the token is that of another instance. ` +
      "`npx ryzeapi list` shows what the token gives access to",
  );
}

async function lookUp(account: AccountClient, name: string): Promise<ListedInstance | undefined> {
  try {
    return await account.listing.lookUp(name, []);
  } catch (error) {
    if (error instanceof InstanceTokenError) return undefined;
    throw error;
  }
}

/** What a listing says of one instance. */
export function statusIn(listed: ListedInstance): InstanceStatus {
  const { token, status, numberJid } = observedInstance(listed);
  return { token, status: status ?? "", numberJid };
}

/** `5511999999999:3@s.whatsapp.net` is the number 5511999999999. */
export function numberOf(jid: string): string {
  return jid.replace(/[:@].*$/, "");
}
