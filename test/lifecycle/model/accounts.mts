import type { Emulator } from "../../emulator/emulator.mts";

export type AccountName = "A" | "B";
export const ACCOUNT_NAMES = ["A", "B"] as const;

/** Tokens in steps and programs stand for those that are valid when a sequence runs. */
export const LIVE_TOKEN: Readonly<Record<AccountName, string>> = { A: "{token of A}", B: "{token of B}" };
/** The one that A gets when its token is renewed. */
export const NEXT_TOKEN = "{next token of A}";
/** The own token of the instance that the program manages. */
export const OWN_TOKEN = "{own token}";

/** The accounts as a service has them at first. */
export const ACCOUNTS = ACCOUNT_NAMES.map((name) => ({ token: tokenOf(name, 0) }));

function tokenOf(name: AccountName, renewals: number): string {
  return `account-${name}-${renewals}`;
}

/** Two accounts, the first of which is the one that people begin with. */
export class Accounts {
  readonly #emulator: Emulator;
  readonly #renewals: Record<AccountName, number> = { A: 0, B: 0 };

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** The token that the service accepts. */
  token(name: AccountName): string {
    return tokenOf(name, this.#renewals[name]);
  }

  renew(name: AccountName): void {
    const former = this.token(name);
    this.#renewals[name] += 1;
    this.#emulator.renewAccountToken(former, this.token(name));
  }

  /** Whose token it is, if it is valid. */
  holder(token: string | undefined): AccountName | undefined {
    return ACCOUNT_NAMES.find((name) => this.token(name) === token);
  }

  /** The tokens in the place of what stands for them. */
  resolved(text: string, ownToken: string | undefined): string {
    return text
      .replaceAll(LIVE_TOKEN.A, this.token("A"))
      .replaceAll(LIVE_TOKEN.B, this.token("B"))
      .replaceAll(NEXT_TOKEN, tokenOf("A", this.#renewals.A + 1))
      .replaceAll(OWN_TOKEN, ownToken ?? "token-of-no-instance");
  }
}
