import type { ChatwootAccess } from "./chatwoot-inboxes.ts";
import { MOST_CALLS, MOST_CREATIONS } from "./allowance.ts";
import { NUMBER_OF_NOBODY, PREFIX, type OwnValues } from "./own-values.ts";

export type Step = "read" | "write" | "chatwoot" | "quota";

/** What a step is about to send. */
export function announcement(
  step: Step,
  { chatwoot }: { chatwoot: ChatwootAccess | undefined },
  { run }: OwnValues,
): string {
  switch (step) {
    case "read":
      return (
        "Read-only step: health, the list of instances (three times, also with filters that nothing fits), two questions about " +
        "an instance that does not exist, and one look at each block of the account's first instance. Nothing is changed."
      );
    case "write":
      return (
        `Write step: at most ${MOST_CREATIONS} creations of instances named ${PREFIX}${run}-…, and at most ` +
        `${MOST_CALLS} other calls in all, which change nothing but these instances; they are deleted in the end. ` +
        `Connect is asked for a QR code, and for a pairing code of ${NUMBER_OF_NOBODY}, a number that nobody has: ` +
        "no phone is paired. No more than half of a limit is used, so that this may take some minutes."
      );
    case "chatwoot":
      return (
        `With Chatwoot: RyzeAPI is told to integrate two of these instances with ${chatwoot?.url ?? ""}, also with a ` +
        "wrong token and with a host that does not exist. The inboxes that this makes there are deleted in the end."
      );
    case "quota":
      return "With quota: one of the creations repeats a name when the account is full.";
  }
}
