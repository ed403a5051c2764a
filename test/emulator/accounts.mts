import { digest } from "./crypto.mts";
import type { Account } from "./endpoint.mts";
import type { EmulatorOptions } from "./emulator.mts";
import type { Store } from "./store.mts";

export function accountsOf(options: EmulatorOptions): Account[] {
  const given = options.accounts ?? [{ token: options.accountToken ?? "acc_demo" }];
  return given.map(({ token, quota = options.quota }) => ({ token, quota, digest: digest(token) }));
}

export function accountOf(accounts: Account[], token: string): Account {
  const account = accounts.find((candidate) => candidate.token === token);
  if (!account) throw new Error("The emulator has no account with this token.");
  return account;
}

/** The store knows accounts by their token's digest, so what the account holds moves to the new one. */
export function renewToken(accounts: Account[], store: Store, oldToken: string, newToken: string): void {
  const account = accountOf(accounts, oldToken);
  if (newToken === "") throw new Error("The new token of an account must not be empty.");
  if (accounts.some(({ token }) => token === newToken)) throw new Error("An account has this token already.");
  const renewed = digest(newToken);
  store.moveAccount(account.digest, renewed);
  Object.assign(account, { token: newToken, digest: renewed });
}
