import { isListed, type Identity } from "../provider/lifecycle/identity.ts";
import type { ListedInstance } from "../provider/ryzeapi/listing.ts";

/**
 * Whether a listed instance is one of those of its name that a stack manages; null where too little is told to say. A
 * name alone does not say it: another account may have an instance of that name.
 */
export function isAmong(namesakes: readonly Identity[], listed: ListedInstance): boolean | null {
  const answers = namesakes.map((identity) => isListed(listed, identity));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? null : false;
}
