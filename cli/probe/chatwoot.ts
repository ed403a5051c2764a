import type { Values } from "../../provider/values.ts";
import type { Asking } from "./asking.ts";
import { inboxesOf, type ChatwootAccess } from "./chatwoot-inboxes.ts";
import type { ChatwootEvidence, WriteEvidence } from "./evidence.ts";
import { isRefused, type Exchange } from "../wire/exchange.ts";
import type { Ledger } from "./ledger.ts";
import type { OwnValues } from "./own-values.ts";

/** What takes a Chatwoot: integrations of the probe's own instances that work, fail, and work again. */
export async function chatwootStep(
  asking: Asking,
  own: OwnValues,
  { main, bare }: WriteEvidence,
  evidence: ChatwootEvidence,
  access: ChatwootAccess,
): Promise<void> {
  const read = (instance: string): Promise<Exchange> =>
    asking.ask({ call: "GET /api/chatwoot/list/:instance", instance });
  const set = (
    instance: string,
    inboxName: string,
    changes: Partial<ChatwootAccess> = {},
  ): Promise<Exchange | undefined> =>
    asking.askPatiently({
      call: "POST /api/chatwoot/set/:instance",
      instance,
      body: integration({ ...access, ...changes }, inboxName),
    });

  if (main?.storedName !== undefined) {
    evidence.main = await read(main.storedName);
    const before = await inboxCount(access, own.names.inbox);
    const again = await set(main.storedName, own.names.inbox);
    const after = await inboxCount(access, own.names.inbox);
    if (again && !isRefused(again) && before !== undefined && after !== undefined) {
      evidence.mainInboxes = { before, after };
    }
  }
  if (bare?.storedName !== undefined) {
    const instance = bare.storedName;
    evidence.bareAfterCreation = await read(instance);
    evidence.wrongToken = await set(instance, own.names.secondInbox, { token: "wrong" });
    evidence.bareAfterWrongToken = await read(instance);
    evidence.unreachable = await set(instance, own.names.secondInbox, { url: `https://${own.nowhere}` });
    evidence.repaired = await set(instance, own.names.secondInbox);
    evidence.bareRepaired = await read(instance);
  }
}

/** Before the first integration: what Chatwoot creates for it is to be found by these names. */
export function announceInboxes(ledger: Ledger, { names }: OwnValues): void {
  ledger.addInbox(names.inbox);
  ledger.addInbox(names.secondInbox);
}

function integration({ url, accountId, token }: ChatwootAccess, inboxName: string): Values {
  return { chatwootBaseUrl: url, chatwootAccountId: accountId, chatwootApiToken: token, inboxName };
}

async function inboxCount(access: ChatwootAccess, name: string): Promise<number | undefined> {
  return (await inboxesOf(access))?.filter((inbox) => inbox.name === name).length;
}
