import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { InstanceTokenError } from "../provider/ryzeapi/listing.ts";
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
  const found = await account.listing.lookUp(name, []).catch((error: unknown) => {
    if (error instanceof InstanceTokenError) return undefined;
    throw error;
  });
  if (found === undefined) {
    throw new Error(
      `there is no instance named "${name}" at ${account.origin}, or the token is that of another instance. ` +
        "`npx ryzeapi list` shows what the token gives access to",
    );
  }
  const { token, status, numberJid } = observedInstance(found);
  return { token, status: status ?? "", numberJid };
}

/** `5511999999999:3@s.whatsapp.net` is the number 5511999999999. */
export function numberOf(jid: string): string {
  return jid.replace(/[:@].*$/, "");
}
