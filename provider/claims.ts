import type { AccountClient } from "./ryzeapi/client.ts";

/**
 * What this process has begun to create or to take over, by account and name: no two resources take one thing for
 * theirs, and no deletion of a former resource hits what a new one has just taken.
 */
export class Claims {
  readonly #byAccount = new WeakMap<AccountClient, Set<string>>();

  in(account: AccountClient): Set<string> {
    const known = this.#byAccount.get(account);
    if (known !== undefined) return known;
    const claimed = new Set<string>();
    this.#byAccount.set(account, claimed);
    return claimed;
  }
}

/** Why a deletion was left out. */
export function takenOver(thing: string): string {
  return `${thing} is not deleted: another resource of this program has just taken it over.`;
}
