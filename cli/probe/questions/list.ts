import { isObject, type Values } from "../../../provider/values.ts";
import { echoOf, type Evidence } from "../evidence.ts";
import { isRefused, itemNamed, itemsOf, valueAt } from "../../wire/exchange.ts";
import { neither, notObservable, reading, type Finding } from "../finding.ts";
import { HIDINGS, hidingOf, type Question } from "./question.ts";

export const LIST_QUESTIONS: readonly Question[] = [
  {
    key: "list",
    asks: "Which blocks does a list item have: all six; webhook, websocket and chatwoot; or just enabled of those?",
    values: ["full", "summary", "minimal"],
    needs: "write",
    answer: whenListed((item, evidence) => {
      if (["proxy", "settings", "s3"].every((block) => item[block] !== undefined)) return reading("full");
      const { webhook } = item;
      if (!isObject(webhook)) return neitherList(evidence);
      if (webhook["url"] !== undefined) return reading("summary");
      return Object.keys(webhook).join() === "enabled" ? reading("minimal") : neitherList(evidence);
    }),
  },
  {
    key: "listId",
    asks: "Do list items carry the instance's id?",
    values: [true, false],
    needs: "read",
    answer: ofAnyItem((item) => reading(item["id"] !== undefined)),
  },
  {
    key: "listTimes",
    asks: "Do list items carry createdAt and updatedAt: to the fraction of a second, to the second, or not at all?",
    values: [true, "seconds", false],
    needs: "read",
    answer: ofAnyItem((item, evidence) => {
      const times = [item["createdAt"], item["updatedAt"]];
      if (times.every((time) => time === undefined)) return reading(false);
      if (times.every((time) => /:\d\d(?:Z|[+-]\d\d:\d\d)$/.test(String(time)))) return reading("seconds");
      const isExact = times.every((time) => /:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)$/.test(String(time)));
      return isExact ? reading(true) : neitherList(evidence);
    }),
  },
  {
    key: "listToken",
    asks: "Do list items carry the instance's token: in clear, as asterisks, or not at all?",
    values: [true, "masked", false],
    needs: "write",
    answer: whenListed((item, evidence) => {
      const hiding = hidingOf(item["token"], evidence.own.token);
      if (hiding === "masked") return reading("masked");
      if (hiding === "clear" || hiding === "omitted") return reading(hiding === "clear");
      return neitherList(evidence);
    }),
  },
  {
    key: "listCap",
    asks: "Does a list without a filter show every instance (0), or how many at most?",
    values: [0, 1, 3],
    needs: "write",
    answer: ({ write: { all } }) => {
      if (all === undefined) return undefined;
      const count = itemsOf(all.listed).length;
      const isWhole = all.ownNames.every((name) => itemNamed(all.listed, name) !== undefined);
      if (!isWhole) return count === 1 || count === 3 ? reading(count) : neither(all.listed);
      if (count > 3) return reading(0);
      const possible = [0, 1, 3].filter((cap) => cap === 0 || cap >= count);
      return notObservable("the account has too few instances for a cap to show", possible);
    },
  },
  {
    key: "listAuthorization",
    asks: "How do list items show a webhook's authorization?",
    values: HIDINGS,
    needs: "write",
    answer: whenListed((item, evidence) => {
      const { webhook } = item;
      if (!isObject(webhook)) return neitherList(evidence);
      if (webhook["url"] === undefined)
        return notObservable("list items tell nothing of a webhook but enabled");
      const hiding = hidingOf(webhook["authorization"], evidence.own.authorization);
      return hiding === undefined ? neitherList(evidence) : reading(hiding);
    }),
  },
  {
    key: "listAccessKey",
    asks: "How do list items show the access key of an S3 storage?",
    values: HIDINGS,
    needs: "write",
    answer: whenListed((item, evidence) => {
      const { s3 } = item;
      if (!isObject(s3)) return notObservable("list items have no S3 storage");
      const hiding = hidingOf(s3["accessKey"], evidence.own.accessKey);
      return hiding === undefined ? neitherList(evidence) : reading(hiding);
    }),
  },
  {
    key: "emptyList",
    asks: "What is instances in a list of none: an empty array, null, or no key?",
    values: ["array", "null", "absent"],
    needs: "read",
    answer({ readOnly: { noneListed } }) {
      if (noneListed === undefined) return undefined;
      if (isRefused(noneListed)) return neither(noneListed);
      const instances = valueAt(noneListed, "instances");
      if (instances === undefined) return reading("absent");
      if (instances === null) return reading("null");
      return Array.isArray(instances) && instances.length === 0 ? reading("array") : neither(noneListed);
    },
  },
  {
    key: "listMeta",
    asks: "Does a list answer carry meta?",
    values: [true, false],
    needs: "read",
    answer({ readOnly: { listed } }) {
      if (listed === undefined) return undefined;
      return isRefused(listed) ? neither(listed) : reading(valueAt(listed, "meta") !== undefined);
    },
  },
  {
    key: "chatwootSummary",
    asks: "Which fields has chatwoot in list items and creations: just a status, or all in snake_case or camelCase?",
    values: ["status", "snake_case", "camelCase"],
    needs: "chatwoot",
    answer(evidence) {
      const { main, mainListed } = evidence.write;
      if (main === undefined || mainListed === undefined || evidence.chatwoot.main === undefined)
        return undefined;
      if (isRefused(evidence.chatwoot.main)) return notObservable("there is no integration");
      const item = main.storedName === undefined ? undefined : itemNamed(mainListed, main.storedName);
      const shown = [item?.["chatwoot"], echoOf(main.answer)?.blocks["chatwoot"]]
        .filter(isObject)
        .filter((chatwoot) => Object.keys(chatwoot).join() !== "enabled");
      const [chatwoot] = shown;
      if (chatwoot === undefined) return notObservable("neither list items nor creations tell of chatwoot");
      if (chatwoot["chatwoot_base_url"] !== undefined) return reading("snake_case");
      if (chatwoot["baseUrl"] !== undefined) return reading("camelCase");
      const isStatus = Object.keys(chatwoot).every((key) => ["enabled", "status", "error"].includes(key));
      return isStatus ? reading("status") : neither(mainListed, main.answer);
    },
  },
  {
    key: "connectionStatus",
    asks: "How are connection states spelled: as documented, or open, qr, closed, logged_out?",
    values: ["documented", "variants"],
    needs: "read",
    answer({ readOnly: { listed }, write: { bareListed, mainListed } }) {
      const lists = [listed, bareListed, mainListed].filter((list) => list !== undefined);
      const states = lists
        .flatMap(itemsOf)
        .map(stateOf)
        .filter((state) => state !== undefined);
      if (states.length === 0) return listed && notObservable("the account has no instance; add --write");
      if (states.every((state) => DOCUMENTED_STATES.has(state))) return reading("documented");
      return states.every((state) => OTHER_STATES.has(state)) ? reading("variants") : neither(...lists);
    },
  },
];

const DOCUMENTED_STATES = new Set(["connected", "connecting", "disconnected", "loggedout", "banned"]);
const OTHER_STATES = new Set(["open", "qr", "closed", "logged_out", "temp_banned"]);

function stateOf(item: Values): string | undefined {
  const { connection, status } = item;
  const state = isObject(connection) ? (connection["state"] ?? status) : status;
  return typeof state === "string" ? state : undefined;
}

/** Told of the probe's own instance, with every block on. */
function whenListed(
  answer: (item: Values, evidence: Evidence) => Finding,
): (evidence: Evidence) => Finding | undefined {
  return (evidence) => {
    const { main, mainListed } = evidence.write;
    if (main?.storedName === undefined || mainListed === undefined) return undefined;
    const item = itemNamed(mainListed, main.storedName);
    return item === undefined ? neither(mainListed) : answer(item, evidence);
  };
}

/** Told of any instance that is there. */
function ofAnyItem(
  answer: (item: Values, evidence: Evidence) => Finding,
): (evidence: Evidence) => Finding | undefined {
  return (evidence) => {
    const { readOnly, write } = evidence;
    const [item] = [write.mainListed, readOnly.listed].flatMap((list) => (list ? itemsOf(list) : []));
    if (item === undefined)
      return readOnly.listed && notObservable("the account has no instance; add --write");
    return answer(item, evidence);
  };
}

function neitherList({ readOnly, write }: Evidence): Finding {
  return neither(...[write.mainListed ?? readOnly.listed].filter((list) => list !== undefined));
}
