import type { Account } from "../../provider/ryzeapi/account.ts";
import { asError } from "../../provider/ryzeapi/errors.ts";
import { InterruptedError } from "../prompt.ts";
import { announcement, type Step } from "./announcement.ts";
import { Asking, NoAnswerError } from "./asking.ts";
import { announceInboxes, chatwootStep } from "./chatwoot.ts";
import type { ChatwootAccess } from "./chatwoot-inboxes.ts";
import { cleanUp, type Left } from "./clean-up.ts";
import type { Evidence } from "./evidence.ts";
import { Ledger } from "./ledger.ts";
import { ownValues } from "./own-values.ts";
import { LimitUsedUpError, Pace, type Clock } from "./pace.ts";
import type { Need } from "./questions/question.ts";
import { readOnlyStep } from "./read-only.ts";
import { writeStep } from "./write.ts";

export interface Order {
  readonly account: Account;
  readonly write: boolean;
  readonly chatwoot: ChatwootAccess | undefined;
  readonly quota: boolean;
  /** The folder of the ledgers. */
  readonly ledgers: string;
}

/** What the probe needs of its surroundings. */
export interface Surroundings {
  readonly clock: Clock;
  readonly notice: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly evidence: Evidence;
  /** The steps that were begun. */
  readonly done: ReadonlySet<Need>;
  readonly sent: { readonly calls: number; readonly creations: number };
  /** Why it ended before everything was asked. */
  readonly endedBy: Error | undefined;
  readonly left: Left;
  /** Whether a creation may still be on its way. */
  readonly leftOpen: boolean;
}

const NOTHING_LEFT: Left = { instances: [], inboxes: [] };

/** Asks everything that was ordered, and takes back what that created, however it ends. */
export async function probe(order: Order, { clock, notice, signal }: Surroundings): Promise<Outcome> {
  const own = ownValues();
  const pace = new Pace(clock, notice, signal);
  const asking = new Asking(order.account, pace, signal);
  const evidence: Evidence = { journal: asking.journal, own, readOnly: {}, write: {}, chatwoot: {} };
  const done = new Set<Need>();
  const begin = (step: Step) => {
    notice(announcement(step, order, own));
    done.add(step);
  };
  let ledger: Ledger | undefined;
  const steps = async (): Promise<void> => {
    begin("read");
    await readOnlyStep(asking, own, evidence.readOnly, { pace, clock });
    if (!order.write) return;
    begin("write");
    ledger = Ledger.begin(order.ledgers, own.run, order.account);
    if (order.quota) begin("quota");
    if (order.chatwoot) {
      begin("chatwoot");
      announceInboxes(ledger, own);
    }
    await writeStep(asking, own, ledger, evidence.write, order);
    if (order.chatwoot) {
      await chatwootStep(asking, own, evidence.write, evidence.chatwoot, order.chatwoot);
    }
  };
  try {
    const failure = await failureOf(steps());
    asking.beginCleaningUp();
    const left = ledger && (await cleanUp(asking, ledger, order.chatwoot).catch(everythingIn(ledger)));
    if (failure !== undefined && !isExpected(failure)) throw failure;
    return {
      ...{ evidence, done, endedBy: failure, left: left ?? NOTHING_LEFT },
      ...{ sent: { ...asking.sent }, leftOpen: asking.leftOpen },
    };
  } finally {
    await asking.close();
  }
}

async function failureOf(steps: Promise<void>): Promise<Error | undefined> {
  try {
    await steps;
    return undefined;
  } catch (error) {
    return asError(error);
  }
}

function everythingIn({ instances, inboxes }: Ledger): () => Left {
  return () => ({ instances, inboxes });
}

/** What may happen to any run; the report then has what was found out so far. */
function isExpected(error: Error): boolean {
  return (
    error instanceof InterruptedError || error instanceof NoAnswerError || error instanceof LimitUsedUpError
  );
}
