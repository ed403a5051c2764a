import { randomBytes } from "node:crypto";

import { expect } from "vitest";

import { Asking } from "../../cli/probe/asking.ts";
import type { ChatwootAccess } from "../../cli/probe/chatwoot-inboxes.ts";
import { cleanUp } from "../../cli/probe/clean-up.ts";
import { Ledger } from "../../cli/probe/ledger.ts";
import { PREFIX } from "../../cli/probe/own-values.ts";
import { CLOCK, Pace } from "../../cli/probe/pace.ts";
import type { Account } from "../../provider/ryzeapi/account.ts";
import { stackFor, type TestStack } from "../support/stack.mts";
import { RyzeApi } from "./api.mts";
import { target, type Target } from "./target.mts";

/** One run of a test file in the account: with names of its own, and nothing left of it at its end. */
export class Run {
  readonly account: Account;
  readonly chatwoot: ChatwootAccess | undefined;
  readonly api: RyzeApi;
  readonly #id: string;
  readonly #ledger: Ledger;
  readonly #ends: (() => Promise<void>)[];

  private constructor({ account, chatwoot, ledgers, close }: Target) {
    this.account = account;
    this.chatwoot = chatwoot;
    this.api = new RyzeApi(account);
    this.#id = randomBytes(5).toString("hex");
    this.#ledger = Ledger.begin(ledgers, this.#id, account);
    this.#ends = [close];
  }

  static async begin(): Promise<Run> {
    return new Run(await target());
  }

  /** A name for an instance that is about to be created, which is deleted at the end of the run. */
  instance(end: string): string {
    const name = this.#named(end);
    this.#ledger.addInstance(name);
    return name;
  }

  /** The same for an inbox in Chatwoot. */
  inbox(end: string): string {
    const name = this.#named(end);
    this.#ledger.addInbox(name);
    return name;
  }

  /** A stack of the account, which lasts as long as the run. */
  stack(declare: () => void): Promise<TestStack> {
    const { endpoint, token } = this.account;
    const program = () => {
      declare();
      return Promise.resolve();
    };
    return stackFor({ endpoint, token, program, onEnd: (end) => void this.#ends.unshift(end) });
  }

  async end(): Promise<void> {
    const { signal } = new AbortController();
    const notice = (line: string) => void process.stderr.write(`${line}\n`);
    const asking = new Asking(this.account, new Pace(CLOCK, notice, signal), signal);
    asking.beginCleaningUp();
    try {
      const left = await cleanUp(asking, this.#ledger, this.chatwoot);
      expect(left, "left behind; see `npx ryzeapi probe --sweep`").toEqual({ instances: [], inboxes: [] });
    } finally {
      await asking.close();
      for (const end of this.#ends) await end();
    }
  }

  #named(end: string): string {
    return `${PREFIX}${this.#id}-${end}`;
  }
}
