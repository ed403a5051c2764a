import type { Account } from "../../provider/ryzeapi/account.ts";
import { Asking } from "./asking.ts";
import type { ChatwootAccess } from "./chatwoot-inboxes.ts";
import { cleanUp, type Left } from "./clean-up.ts";
import { Ledger } from "./ledger.ts";
import { Pace } from "./pace.ts";
import type { Surroundings } from "./run.ts";

export interface Swept {
  /** How many runs had left something. */
  readonly runs: number;
  readonly left: Left;
  /** Ledgers of other accounts, which are none of this one's business. */
  readonly others: number;
}

/** Deletes what runs left that were killed: the instances of their ledgers, and nothing else. */
export async function sweep(
  account: Account,
  ledgers: string,
  chatwoot: ChatwootAccess | undefined,
  { clock, notice, signal }: Surroundings,
): Promise<Swept> {
  const { own, others } = Ledger.left(ledgers, account);
  if (own.length > 0) {
    const names = own.flatMap(({ instances }) => instances);
    notice(`Sweep: looks for these instances, and deletes those that are there: ${names.join(", ")}.`);
  }
  const asking = new Asking(account, new Pace(clock, notice, signal), signal);
  asking.beginCleaningUp();
  try {
    const left: Left[] = [];
    for (const ledger of own) left.push(await cleanUp(asking, ledger, chatwoot));
    return {
      ...{ runs: own.length, others },
      left: {
        instances: left.flatMap(({ instances }) => instances),
        inboxes: left.flatMap(({ inboxes }) => inboxes),
      },
    };
  } finally {
    await asking.close();
  }
}
