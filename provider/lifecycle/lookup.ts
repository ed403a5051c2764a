import { BLOCKS } from "../blocks/index.ts";
import type { AccountClient } from "../ryzeapi/client.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import { observedInstance } from "./observed-instance.ts";

/** What an account's listing tells of one instance. */
export interface InstanceSummary {
  readonly name: string;
  /** Undefined where the listing does not tell it. */
  readonly token: string | undefined;
  readonly status: string;
  readonly numberJid: string | undefined;
  /** The blocks that the listing shows as in force; behaviour settings, which are always there, are none. */
  readonly blocks: readonly string[];
}

/** The account has no instance of the name. */
export class NoInstanceError extends Error {
  override readonly name = "NoInstanceError";
}

/**
 * One instance of the account.
 *
 * @throws {@link NoInstanceError}, whose message shows no secret.
 */
export async function lookUpInstance(
  account: AccountClient,
  name: string,
  isNameSecret: boolean,
): Promise<InstanceSummary> {
  const found = await account.listing.find(name, isNameSecret ? [name] : []);
  if (found !== undefined) return summaryOf(found);
  throw isNameSecret
    ? new NoInstanceError(
        `There is no instance of the \`name\` that was asked for in the RyzeAPI account at ${account.origin}.`,
      )
    : new NoInstanceError(noInstance(account, name));
}

/** Every instance of the account. */
export async function lookUpInstances(account: AccountClient): Promise<InstanceSummary[]> {
  return (await account.listing.all()).map(summaryOf);
}

export function noInstance({ origin }: AccountClient, name: string): string {
  return `There is no instance named "${name}" in the RyzeAPI account at ${origin}.`;
}

export function summaryOf(listed: ListedInstance): InstanceSummary {
  const { token, status, numberJid, summaries } = observedInstance(listed);
  const configured = BLOCKS.filter((block) => block.observe(summaries(block.name))?.enabled === true);
  return {
    name: listed.name,
    token,
    status: status ?? "",
    numberJid,
    blocks: configured.map(({ name }) => name),
  };
}
