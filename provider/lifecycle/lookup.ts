import { BLOCKS } from "../blocks/index.ts";
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
