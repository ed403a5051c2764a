import { flag, httpUrl, positiveInteger, sameUrl, text } from "./kinds.ts";

/** The bridge to a Chatwoot inbox. */
export const chatwootFields = {
  /**
   * Absolute `http://` or `https://` URL of the Chatwoot installation; a trailing slash does not matter.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  baseUrl: httpUrl()
    .required()
    .sentAs("chatwootBaseUrl")
    .returnedAs("chatwoot_base_url", "chatwootBaseUrl")
    .equalIf(sameUrl),
  /**
   * Number of the Chatwoot account, a whole number above 0.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  accountId: positiveInteger()
    .required()
    .sentAs("chatwootAccountId")
    .returnedAs("chatwoot_account_id", "chatwootAccountId"),
  /**
   * Access token of a Chatwoot administrator of that account; not empty. Kept as a secret.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  apiToken: text()
    .required()
    .secret()
    .rarelyReturned()
    .sentAs("chatwootApiToken")
    .returnedAs("chatwoot_api_token", "chatwootApiToken"),
  /**
   * Name of the Chatwoot inbox; not empty.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  inboxName: text().knownLater().returnedAs("chatwoot_inbox_name", "chatwootInboxName"),
  /**
   * Whether agents' messages are signed with their name.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  signMessages: flag().returnedAs("sign_messages"),
  /**
   * Whether messages of groups are left out.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  ignoreGroups: flag().returnedAs("ignore_groups"),
  /**
   * Whether new conversations start as pending.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  startAsPending: flag().returnedAs("start_as_pending"),
  /**
   * Whether a new message reopens a resolved conversation.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  reopenResolved: flag().returnedAs("reopen_resolved"),
};
