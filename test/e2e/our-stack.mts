import { expect } from "vitest";

import type { TwoAccounts } from "../lifecycle/accounts.mts";
import { stackFor, type TestStack } from "../support/stack.mts";

/** A stack of our account. On both faces every command goes by the variable as it is now. */
export async function stackOfOurs(w: TwoAccounts, declare: () => unknown): Promise<TestStack> {
  const program = () => {
    declare();
    return Promise.resolve();
  };
  const stack = await stackFor({ endpoint: w.emulator.url, token: undefined, program });
  stack.setVariable("RYZEAPI_TOKEN", w.ours);
  return stack;
}

/** The errors of what must fail before anything is changed. */
export async function refused(
  w: TwoAccounts,
  stack: TestStack,
  operation: (stack: TestStack) => Promise<unknown>,
): Promise<string> {
  await w.untouched(() => expect(operation(stack)).rejects.toThrow());
  w.expectNoSecrets(stack.output);
  return stack.events
    .flatMap(({ diagnosticEvent: shown }) => (shown?.severity === "error" ? [shown.message] : []))
    .join("\n");
}
