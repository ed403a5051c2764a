import type { AccountClient } from "../ryzeapi/client.ts";
import { locate, RefusedAccountError, type Located, type Subject } from "./identity.ts";
import { refusalOf, refusedAccount } from "./refusals.ts";

type Accounts = readonly [AccountClient, ...AccountClient[]];

/** Before anything is changed: throws where the account is not seen to hold the instance of the state. */
export async function requireHere(
  subject: Subject,
  accounts: Accounts,
): Promise<Extract<Located, { is: "here" }>> {
  const found = await locate(subject, accounts, "to-write");
  if (found.is !== "here") throw await refusalOf(subject, found, "changed");
  return found;
}

/** Before a deletion, for which the engine hands over the account token of the state, which may be an old one. */
export async function locateToDelete(subject: Subject, accounts: Accounts): Promise<Located> {
  try {
    return await locate(subject, accounts, "to-write");
  } catch (error) {
    throw error instanceof RefusedAccountError ? refusedAccount(subject.name, error) : error;
  }
}
