import * as z from "zod";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { RyzeApiError } from "../ryzeapi/errors.ts";
import { isObject, type Values } from "../values.ts";
import type { Block } from "./block.ts";
import { flag, httpUrl, positiveInteger, switchable, switchableNames, text } from "./fields.ts";
import { observedOr, readRecord, recordFlag, recordText } from "./records.ts";

type Chatwoot = Readonly<{
  enabled: boolean;
  baseUrl?: string;
  accountId?: number;
  apiToken?: string;
  inboxName?: string;
  signMessages?: boolean;
  ignoreGroups?: boolean;
  startAsPending?: boolean;
  reopenResolved?: boolean;
}>;

const fields = {
  baseUrl: httpUrl().optional(),
  accountId: positiveInteger().optional(),
  apiToken: text().optional(),
  inboxName: text().optional(),
  signMessages: flag().optional(),
  ignoreGroups: flag().optional(),
  startAsPending: flag().optional(),
  reopenResolved: flag().optional(),
};

const record = z.object({
  enabled: recordFlag,
  status: recordText,
  error: recordText,
  baseUrl: recordText,
  accountId: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
  apiToken: z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
  inboxName: recordText,
  signMessages: recordFlag,
  ignoreGroups: recordFlag,
  startAsPending: recordFlag,
  reopenResolved: recordFlag,
});

/** How the service spells our fields: in its own GET, and where a summary takes over the names of the set call. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    chatwoot_base_url: "baseUrl",
    chatwoot_account_id: "accountId",
    chatwoot_api_token: "apiToken",
    chatwoot_inbox_name: "inboxName",
    sign_messages: "signMessages",
    ignore_groups: "ignoreGroups",
    start_as_pending: "startAsPending",
    reopen_resolved: "reopenResolved",
    last_error: "error",
    chatwootBaseUrl: "baseUrl",
    chatwootAccountId: "accountId",
    chatwootApiToken: "apiToken",
    chatwootInboxName: "inboxName",
  }),
);

const setChatwoot = endpoint({
  method: "POST",
  route: "/api/chatwoot/set/:instance",
  // A second activation may make a second inbox, so an unclear one is looked up and not sent again.
  idempotent: false,
  gateway: "Chatwoot",
  timeoutSeconds: 75,
  answer: z.looseObject({ status: z.string().nullish() }),
});

const getChatwoot = endpoint({
  method: "GET",
  route: "/api/chatwoot/list/:instance",
  idempotent: true,
  gateway: "Chatwoot",
  absent: /no chatwoot integration/i,
  answer: z.looseObject({ status: z.string() }),
});

const deleteChatwoot = endpoint({
  method: "DELETE",
  route: "/api/chatwoot/delete/:instance",
  idempotent: true,
  gateway: "Chatwoot",
  timeoutSeconds: 45,
  absent: /no chatwoot integration/i,
  answer: z.looseObject({}),
});

/** The bridge to a Chatwoot inbox [docs: /en/api/chatwoot/activate]. */
export const chatwoot: Block<Chatwoot> = {
  name: "chatwoot",
  schema: switchable<Chatwoot>(fields, ["baseUrl", "accountId", "apiToken"]),
  fields: switchableNames(fields),
  secrets: ["apiToken"],
  unreadable: ["apiToken"],
  directives: [],

  createFields: (declared) => ({
    chatwootEnabled: true,
    chatwootBaseUrl: declared.baseUrl,
    chatwootAccountId: declared.accountId,
    chatwootApiToken: declared.apiToken,
    chatwootInboxName: declared.inboxName,
    chatwootSignMessages: declared.signMessages,
    chatwootIgnoreGroups: declared.ignoreGroups,
    chatwootStartAsPending: declared.startAsPending,
    chatwootReopenResolved: declared.reopenResolved,
  }),

  observe(value) {
    const found = readRecord(record, respelled(value));
    if (found?.status === undefined && found?.enabled === undefined) return undefined;
    const { status, error, ...fields } = found;
    return {
      ...fields,
      // The service's own read has no `enabled`: an integration that it lists is on, whatever its status.
      enabled: fields.enabled ?? true,
      ...(status ? { status } : {}),
      ...failure(status, error),
    };
  },

  async read(instance) {
    try {
      return chatwoot.observe(await instance.find(getChatwoot)) ?? { enabled: false };
    } catch (error) {
      // The integration does not run, and only the server's operator can change that.
      if (isBridgeMissing(error)) return { error: error.reason };
      throw error;
    }
  },

  async apply(instance, { declared }) {
    const { enabled, baseUrl, accountId, apiToken, ...options } = declared;
    const answer = await instance.call(setChatwoot, {
      chatwootBaseUrl: baseUrl,
      chatwootAccountId: accountId,
      chatwootApiToken: apiToken,
      ...options,
    });
    return observedOr({ status: answer.status ?? "active" }, { enabled, baseUrl, accountId, ...options });
  },

  async withdraw(instance) {
    try {
      await instance.find(deleteChatwoot);
    } catch (error) {
      if (!isBridgeMissing(error) || (await isIntegrated(instance))) throw error;
    }
    return { enabled: false };
  },

  isWithdrawn: (_declared, observed) => observed.enabled === false,

  equal: (field, left, right) =>
    field === "baseUrl" ? withoutTrailingSlash(left) === withoutTrailingSlash(right) : left === right,
};

function failure(status: string | undefined, error: string | undefined): Values {
  if (error !== undefined && error !== "") return { error };
  return status === "error"
    ? { error: "Chatwoot is in an error state that RyzeAPI gives no reason for" }
    : {};
}

function respelled(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries: Values = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [SPELLINGS.get(key) ?? key, member]),
  );
  return entries;
}

/** Every call of a bridge that is not configured at the server is answered 503, in the service's own form. */
function isBridgeMissing(error: unknown): error is RyzeApiError {
  return error instanceof RyzeApiError && error.status === 503 && error.fromService;
}

/** Whether something may run: a 503 of a service that is down does not mean that nothing does. */
async function isIntegrated(instance: InstanceClient): Promise<boolean> {
  try {
    return (await instance.find(getChatwoot)) !== undefined;
  } catch (error) {
    return !isBridgeMissing(error);
  }
}

/** The service cuts a trailing slash off the base URL. */
function withoutTrailingSlash(url: unknown): string {
  return String(url).replace(/\/+$/, "");
}
