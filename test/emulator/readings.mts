import { hidings, hidingsAtHome } from "./hiding.mts";

/**
 * What the contract leaves unknown or contradictory. The first value of each reading is its default: the most documented
 * answer, or the most lenient where nothing is documented.
 */
export const readingTable = {
  refusals: reading(
    ["status", "ok-false"],
    "3, 16",
    "a refusal, but of too many requests: a status of its own, or 200 with success: false",
  ),
  language: reading(
    ["en", "en-other", "pt", "es"],
    "3, 16",
    "texts of refusals: the documented ones, other English words, Portuguese or Spanish",
  ),
  createStatus: reading([201, 200], "15.1", "status of a successful create"),
  createEcho: reading(
    ["full-in-instance", "full-top-level", "minimal"],
    "15.5",
    "where create echoes the blocks: inside `instance`, beside it, or nowhere",
  ),
  tokenPlace: reading(
    ["instance", "top", "data", "data-instance"],
    "2, 16",
    "where create tells the token: in `instance`, beside it, in `data` in place of `instance`, or in `data.instance`",
  ),
  createId: reading([true, false], "5.1", "whether create tells the instance's id"),
  absentBlocks: reading(
    ["omitted", "null", "disabled"],
    "15.5",
    "how create echoes a block that was not sent: no key, null, or enabled: false",
  ),
  blockFailureShape: reading(
    ["disabled", "absent"],
    "5.1",
    "how create echoes a webhook or websocket that failed: enabled: false, or no key",
  ),
  inlineFailure: reading(
    ["continue", "abort"],
    "15.19",
    "a proxy, settings or s3 block that fails at creation: go on, or answer 500 and create nothing",
  ),
  names: reading(
    ["as-sent", "lower-case", "trimmed", "nfc"],
    "15.13, 16",
    "the name that create stores, answers and finds the instance by afterwards",
  ),
  nameLimit: reading(
    ["off", "on"],
    "15.13",
    "names of other than 1 to 100 letters, digits, hyphens and underscores: taken, or 400",
  ),
  duplicateName: reading([409, 400], "15.2", "status of a create with a name that the account already uses"),
  duplicateToken: reading(
    [409, 400],
    "15.3",
    "status of a create with a token that the account already uses",
  ),
  uniqueToken: reading(
    ["in-account", "everywhere"],
    "15.3",
    "whether create takes a token that an instance of another account uses",
  ),
  quotaBeforeDuplicate: reading([true, false], "15.12", "whether create checks the quota before the name"),
  instanceTokenScope: reading(
    ["full", "403-until-paired", "400-until-paired"],
    "16",
    "an instance's token: good for all that is not the account's, or until it is paired for connect and list alone",
  ),
  neverSet: reading(
    ["documented", "null"],
    "6, 7, 8, 15.5",
    "a block that was never set, in list items and at its own endpoint: off or the defaults, or null",
  ),
  absentWebsocket: reading(
    [404, "null"],
    "10, 16",
    "getWebsocket of an instance that never had one: 404, or `websocket` is null",
  ),
  urls: reading(
    ["as-sent", "bare", "with-slash"],
    "9, 7, 12",
    "URLs of webhooks, S3 and Chatwoot: kept, or with the host in lower case and the last slash taken off or put on",
  ),
  list: reading(
    ["full", "summary", "minimal"],
    "15.6",
    "blocks of a list item: all six; webhook, websocket and chatwoot; or just `enabled` of those three",
  ),
  listId: reading([true, false], "5.2", "whether list items carry the instance's id"),
  listTimes: reading(
    [true, "seconds", false],
    "5.2",
    "createdAt and updatedAt of list items: to the microsecond, to the second, or not there",
  ),
  listToken: reading(
    [true, "masked", false],
    "15.8, 16",
    "whether list items carry the instance's token: in clear, as asterisks, or not at all",
  ),
  listCap: reading(
    [0, 1, 3],
    "1",
    "the most instances that a list without a filter shows, the oldest first; 0: all of them",
  ),
  listAuthorization: reading(
    hidings,
    "16",
    "`authorization` of the webhook in list items: in clear, or hidden in one of these ways",
  ),
  listAccessKey: reading(hidings, "15.6", "`accessKey` of the S3 storage in list items, likewise"),
  emptyList: reading(
    ["array", "null", "absent"],
    "16",
    "`instances` of a list without any: an empty array, null, or no key",
  ),
  listAbsence: reading(
    [404, "404-other-words", "empty"],
    "5.2",
    "a list filtered by one name that no instance has: 404, 404 and another text, or no instances",
  ),
  listMeta: reading([true, false], "5.2", "whether the list answer carries `meta`"),
  chatwootSummary: reading(
    ["status", "snake_case", "camelCase"],
    "5.2, 15.5",
    "fields of chatwoot in list items and create answers: enabled and status, or everything under either spelling",
  ),
  connectionStatus: reading(
    ["documented", "variants"],
    "15.9",
    "spelling of connection states: as documented, or open, qr, closed, logged_out",
  ),
  connectAnswer: reading(
    ["documented", "live", "image-only", "in-data"],
    "15.10, 16",
    "answer of connect: data URI and status qr, raw base64 and qr_code_generated, no qrCode, or all but the status in `data`",
  ),
  pairingAnswer: reading(
    ["dash", "plain"],
    "5.3, 15.10",
    "pairing code of connect: ABCD-1234 and status pairing_code, or ABCD1234 and status code",
  ),
  connectedAnswer: reading(
    ["status", "message", "refused"],
    "5.3, 15.10",
    "connect of a connected instance: status connected, only a message that says so, or 400",
  ),
  partialBlocks: reading(
    ["replaced", "merged"],
    "7, 8",
    "fields left out of a POST proxy or POST s3 to a block that is on: emptied, or as they were",
  ),
  proxyPostBody: reading(["full", "empty"], "15.14", "whether the answer of POST proxy carries `proxy`"),
  validateProxy: reading(["off", "on"], "15.14", "whether host, port and protocol of a proxy are validated"),
  disabledProxy: reading(["nulls", "empty-strings"], "8", "the other fields of a proxy that is off"),
  disabledS3: reading(["nulls", "empty-strings"], "7", "the other fields of an S3 storage that is off"),
  awsEndpoint: reading(["empty-string", "null"], "7", "`endpoint` of an S3 storage on AWS"),
  eventsStored: reading(
    ["as-sent", "expanded"],
    "9, 10",
    "an empty event list: kept, or replaced by all six types",
  ),
  validateEvents: reading(
    ["off", "on"],
    "15.15",
    "whether webhook URLs and the event names of webhooks and websockets are validated",
  ),
  disabledWebhook: reading(
    ["cleared", "kept"],
    "9",
    "URL, events and the other fields of a webhook that is switched off",
  ),
  absentAuthorization: reading(["null", "empty-string"], "9", "`authorization` of a webhook without one"),
  ownAuthorization: reading(
    hidingsAtHome,
    "9",
    "`authorization` at the endpoints of webhooks: in clear, or hidden; encrypted after the server's key was rotated",
  ),
  webhookLimitStatus: reading([400, 409], "15.15", "status for a fourth enabled webhook"),
  duplicateWebhook: reading(
    ["accepted", "rejected"],
    "3, 9",
    "a URL that another label has: accepted, or 409",
  ),
  bridge: reading(
    ["configured", "missing"],
    "12",
    "whether the Chatwoot module is on; 503 where it is missing",
  ),
  chatwootGeneration: reading(
    ["newer", "older"],
    "15.16",
    "generation of the Chatwoot pages: fields and token in its list, message texts, inbox kept or deleted",
  ),
  chatwootErrors: reading(
    ["envelope", "flat"],
    "1, 12",
    "errors of the Chatwoot routes: as everywhere, or {error}",
  ),
  chatwootUnreachable: reading([400, 502], "12", "status where the Chatwoot host cannot be reached"),
  failedChatwoot: reading(
    ["absent", "recorded"],
    "5.1, 12",
    "an integration that failed at creation: no integration, or one with status error",
  ),
  failedSet: reading(
    ["refused", "recorded"],
    "12",
    "a set that Chatwoot refuses: an error, or 201 and an integration with status error",
  ),
  secondSet: reading(
    ["same-inbox", "new-inbox"],
    "12",
    "a set where an integration is: finds its inbox by the name, or makes another one",
  ),
  inboxKnown: reading(
    ["at-once", "after-sync"],
    "16",
    "chatwoot_inbox_id and chatwoot_inbox_name: there after a set, or null until a patch says `synced`",
  ),
  accountIdType: reading(["number", "string"], "12", "type of chatwoot_account_id"),
  healthyError: reading(["empty-string", "null"], "12, 16", "last_error of an integration without one"),
  repairedError: reading(
    ["cleared", "kept"],
    "12",
    "last_error of an integration that failed, after a set that went well",
  ),
  createSharesGlobalBucket: reading(
    [false, true],
    "15.20",
    "whether a create also counts against the global limit",
  ),
  failedCallsCount: reading(
    [true, false],
    "15.20",
    "whether calls answered with 4xx count against the limit",
  ),
  retryAfter: reading([false, true], "4", "whether a 429 carries Retry-After, in seconds"),
  windowKind: reading(
    ["fixed", "aligned"],
    "4",
    "start of a rate-limit window: the token's first request, or the clock minute",
  ),
} as const;

interface Reading<Values extends readonly ReadingValue[]> {
  readonly values: Values;
  /** Section of the contract. */
  readonly section: string;
  readonly meaning: string;
}

type ReadingValue = string | number | boolean;
type Table = typeof readingTable;

export type Readings = { -readonly [Key in keyof Table]: Table[Key]["values"][number] };

function reading<const Values extends readonly ReadingValue[]>(
  values: Values,
  section: string,
  meaning: string,
): Reading<Values> {
  return { values, section, meaning };
}

export function defaultReadings(): Readings {
  const defaults = Object.entries(readingTable).map(([key, { values }]) => [key, values[0]]);
  return Object.fromEntries(defaults) as Readings;
}

/** Takes readings from outside the type checker; values may be spelled as text ("200", "false"). */
export function parseReadings(input: Record<string, unknown>): Partial<Readings> {
  const parsed = Object.entries(input).map(([key, value]) => {
    const known = Object.entries<Reading<readonly ReadingValue[]>>(readingTable).find(
      ([name]) => name === key,
    )?.[1];
    if (!known)
      throw new Error(`There is no reading "${key}". Known: ${Object.keys(readingTable).join(", ")}.`);
    const accepted = known.values.find((candidate) => String(candidate) === String(value));
    if (accepted === undefined) {
      throw new Error(
        `The reading ${key} accepts ${known.values.join(" or ")}, not ${JSON.stringify(value)}.`,
      );
    }
    return [key, accepted];
  });
  return Object.fromEntries(parsed) as Partial<Readings>;
}
