import type { Asking } from "./asking.ts";
import { deleteInbox, inboxesOf, type ChatwootAccess } from "./chatwoot-inboxes.ts";
import { isRefused, itemsOf, LIST } from "../wire/exchange.ts";
import type { Ledger } from "./ledger.ts";
import { formsOf, PREFIX } from "./own-values.ts";

const MOST_ROUNDS = 3;

/** What could not be taken back. */
export interface Left {
  readonly instances: readonly string[];
  readonly inboxes: readonly string[];
}

/** Deletes what the run of a ledger created, and nothing else; the ledger goes once nothing of it is left. */
export async function cleanUp(
  asking: Asking,
  ledger: Ledger,
  chatwoot: ChatwootAccess | undefined,
): Promise<Left> {
  const instances = await deleteInstances(asking, ledger);
  const inboxes = await deleteInboxes(ledger, chatwoot);
  if (instances.length === 0 && inboxes.length === 0 && !asking.leftOpen) ledger.close();
  return { instances, inboxes };
}

async function deleteInstances(asking: Asking, ledger: Ledger): Promise<readonly string[]> {
  const names = ledger.instances;
  if (names.length === 0) return [];
  // No page says how a filter reads a name that ends with a blank, so each name is tried as it was sent, too.
  let left: readonly string[] = [...new Set([...names, ...(await present(asking, ledger, names))])];
  for (let round = 1; left.length > 0 && round <= MOST_ROUNDS; round += 1) {
    for (const name of left) await deleteInstance(asking, ledger, name);
    left = await present(asking, ledger, names);
  }
  return left;
}

/** Of the names of a ledger those that are there, in whatever form the service keeps them. */
async function present(asking: Asking, ledger: Ledger, names: readonly string[]): Promise<readonly string[]> {
  const forms = [...new Set(names.flatMap(formsOf))];
  // Of several names those that nobody has are skipped, where a single one would be an error.
  const instanceName = [...forms, `${PREFIX}none`].join(",");
  const listed = await asking.ask({ call: LIST, query: { instanceName } });
  if (isRefused(listed)) throw new Error(`the list was refused with ${listed.status}`);
  const found = itemsOf(listed).map(({ name }) => name);
  return [...new Set(found.filter((name) => typeof name === "string"))].filter((name) =>
    ledger.holdsInstance(name),
  );
}

/** The only way in which the probe deletes something of the account's. */
async function deleteInstance(asking: Asking, ledger: Ledger, name: string): Promise<void> {
  if (!ledger.holdsInstance(name)) throw new Error("only what the probe created is deleted");
  // Whether it is gone shows in the list.
  await asking.askPatiently({ call: "DELETE /api/instance/delete/:instance", instance: name });
}

async function deleteInboxes(
  ledger: Ledger,
  chatwoot: ChatwootAccess | undefined,
): Promise<readonly string[]> {
  if (ledger.inboxes.length === 0) return [];
  const inboxes = chatwoot && (await inboxesOf(chatwoot));
  if (chatwoot === undefined || inboxes === undefined) return ledger.inboxes;
  const left: string[] = [];
  for (const inbox of inboxes.filter(({ name }) => ledger.holdsInbox(name))) {
    if (!(await deleteInbox(chatwoot, inbox))) left.push(inbox.name);
  }
  return left;
}
