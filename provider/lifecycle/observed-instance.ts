import type { AccountClient } from "../ryzeapi/client.ts";
import { cleanMessage } from "../ryzeapi/errors.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import { isObject, type Values } from "../values.ts";

/** What an answer says of a block beside everything else: the record of a creation or a list item, if there is one. */
export type BlockSummaries = (block: string) => unknown;

/** An instance as an answer of the service shows it: that of its creation, or an item of a listing. */
export interface ObservedInstance {
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly token: string | undefined;
  readonly status: string | undefined;
  readonly numberJid: string | undefined;
  readonly summaries: BlockSummaries;
}

/** Whose texts they are: none of the account's nor of the instance's secrets may be shown or stored with them. */
interface Owner {
  readonly account?: AccountClient;
  readonly secrets?: readonly string[];
}

export function observedInstance(
  answer: Values | ListedInstance,
  { account, secrets = [] }: Owner = {},
): ObservedInstance {
  const levels = levelsOf(answer);
  // What stands beside the instance is about the answer, such as its own `status`.
  const [instance = {}] = levels;
  const connection = isObject(instance["connection"]) ? instance["connection"] : {};
  const clean = (text: string) => account?.clean(text, secrets) ?? cleanMessage(text, []);
  const shownIn = (value: unknown) => textIn(typeof value === "string" ? clean(value) : undefined);
  return {
    name: textIn(instance["name"]),
    id: textIn(instance["id"]),
    token: levels.map(({ token }) => textIn(token)).find((token) => token !== undefined),
    status: shownIn(connection["state"]) ?? shownIn(instance["status"]),
    numberJid: shownIn(connection["numberJid"]) ?? shownIn(instance["numberJid"]),
    summaries: (block) => levels.find((level) => isObject(level[block]))?.[block],
  };
}

/** The instance and what is around it: an item of a listing is one itself, the answer to a creation has it within. */
function levelsOf(answer: Values): Values[] {
  const { instance, data } = answer;
  const within = isObject(data) ? [data["instance"], data] : [];
  return [instance, ...within, answer].filter(isObject);
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
