import type { Emulator, InstanceView } from "../../emulator/emulator.mts";
import { ACCOUNT_NAMES, type AccountName, type Accounts } from "./accounts.mts";

/** An instance as the service has it. */
export interface Seen {
  readonly account: AccountName;
  readonly view: InstanceView;
}

/** All that there is in both accounts, by the service's ids. */
export type Everything = ReadonlyMap<string, Seen>;

export function everythingIn(emulator: Emulator, accounts: Accounts): Everything {
  const seen = ACCOUNT_NAMES.flatMap((account) => {
    const token = accounts.token(account);
    return emulator.instanceNames(token).flatMap((name) => {
      const view = emulator.instance(name, token);
      return view === undefined ? [] : [[view.id, { account, view }] as const];
    });
  });
  return new Map(seen);
}

export function named(
  everything: Everything,
  account: AccountName | undefined,
  name: string,
): Seen | undefined {
  return [...everything.values()].find((seen) => seen.account === account && seen.view.name === name);
}

export function isPaired({ view }: Seen): boolean {
  return view.state === "connected" || (view.numberJid !== null && view.state !== "loggedout");
}

/** Whether a phone was ever paired with it, as far as anybody can see. */
export function wasPaired({ view }: Seen): boolean {
  return view.numberJid !== null || view.state === "connected" || view.state === "loggedout";
}
