import type { Input } from "@pulumi/pulumi";

/**
 * The events that RyzeAPI delivers.
 *
 * Source: https://ryzeapi.cloud/en/api/events/catalog
 */
export type RyzeEvent =
  "message.exchange" | "message.status" | "call.update" | "group.flow" | "instance.state" | "label.update";

/**
 * A block that is switched off needs no other field. Those of the block are accepted beside it all the same, and kept
 * for the day it is switched on. They are not repeated here, or editors would not know which help to show.
 */
interface SwitchedOff {
  /**
   * The block is off, and needs no other field.
   *
   * @see https://ryzeapi.cloud/en/api/instance/create
   */
  enabled: false;
}

interface Switch {
  /**
   * Whether the block is in force. `false` switches it off and needs no other field. Taking the whole block out of
   * the program switches it off as well.
   *
   * Default: `true`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/create
   */
  enabled?: Input<boolean>;
}

interface Proxy extends Switch {
  /**
   * Host name or address of the proxy; not empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  host: Input<string>;
  /**
   * TCP port of the proxy, 1 to 65535, as a number or as digits.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  port: Input<number | string>;
  /**
   * Protocol of the proxy: `http`, `https` or `socks5`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  protocol: Input<"http" | "https" | "socks5">;
  /**
   * User name at the proxy.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  username?: Input<string>;
  /**
   * Password at the proxy. Kept as a secret; RyzeAPI never returns it, so it is compared with what was sent last.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  password?: Input<string>;
  /**
   * Whether a changed proxy is put into force at once by reconnecting the instance (`POST /api/instance/reconnect`),
   * which keeps its WhatsApp session. With `false` it takes effect at the next connection.
   *
   * Default: `true`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/reconnect
   */
  reconnect?: Input<boolean>;
}

/**
 * The instance's own proxy.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/proxy-update
 */
export type ProxyArgs = Proxy | SwitchedOff;

interface Webhook extends Switch {
  /**
   * Absolute `http://` or `https://` URL that events are posted to.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  url: Input<string>;
  /**
   * Value of the `Authorization` header of every delivery, which is how a receiver knows RyzeAPI; not empty. Kept as a
   * secret. Anyone who holds the instance's token can read it back.
   *
   * Default: no header.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  authorization?: Input<string>;
  /**
   * Whether the event's name is appended to the URL's path.
   *
   * Default: RyzeAPI's own, `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  byEvents?: Input<boolean>;
  /**
   * The events to deliver, each one of {@link RyzeEvent}, in any order; an empty list means all.
   *
   * Default: RyzeAPI's own, all.
   *
   * @see https://ryzeapi.cloud/en/api/events/catalog
   */
  events?: Input<Input<RyzeEvent>[]>;
  /**
   * Whether media are put into the delivery as base64.
   *
   * Default: RyzeAPI's own, `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  mediaBase64?: Input<boolean>;
}

/**
 * The webhook labelled `default`. RyzeAPI allows three enabled webhooks per instance; further ones are
 * {@link RyzeWebhook}.
 *
 * Source: https://ryzeapi.cloud/en/api/events/webhook-configure
 */
export type WebhookArgs = Webhook | SwitchedOff;

/**
 * Live events over `wss://…/ws/<instance>`.
 *
 * Source: https://ryzeapi.cloud/en/api/events/websocket-configure
 */
export interface WebsocketArgs extends Switch {
  /**
   * The events to deliver, each one of {@link RyzeEvent}, in any order; an empty list means all.
   *
   * Default: RyzeAPI's own, all.
   *
   * @see https://ryzeapi.cloud/en/api/events/catalog
   */
  events?: Input<Input<RyzeEvent>[]>;
  /**
   * Whether media are put into the event as base64.
   *
   * Default: RyzeAPI's own, `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/websocket-configure
   */
  mediaBase64?: Input<boolean>;
}

interface Chatwoot extends Switch {
  /**
   * Absolute `http://` or `https://` URL of the Chatwoot installation; a trailing slash does not matter.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  baseUrl: Input<string>;
  /**
   * Number of the Chatwoot account, a whole number above 0.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  accountId: Input<number>;
  /**
   * Access token of a Chatwoot administrator of that account; not empty. Kept as a secret.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  apiToken: Input<string>;
  /**
   * Name of the Chatwoot inbox; not empty.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  inboxName?: Input<string>;
  /**
   * Whether agents' messages are signed with their name.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  signMessages?: Input<boolean>;
  /**
   * Whether messages of groups are left out.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  ignoreGroups?: Input<boolean>;
  /**
   * Whether new conversations start as pending.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  startAsPending?: Input<boolean>;
  /**
   * Whether a new message reopens a resolved conversation.
   *
   * Default: RyzeAPI's own.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  reopenResolved?: Input<boolean>;
}

/**
 * The bridge to a Chatwoot inbox. Where Chatwoot refuses it, the instance is created all the same, the reason stands
 * in `warnings`, and the next `pulumi up` tries again.
 *
 * Source: https://ryzeapi.cloud/en/api/chatwoot/activate
 */
export type ChatwootArgs = Chatwoot | SwitchedOff;

/**
 * How the instance behaves. A flag that is left out is RyzeAPI's business; one that is taken out of the program goes
 * back to the default given here.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/settings-update
 */
export interface SettingsArgs {
  /**
   * Whether calls are rejected.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  autoRejectCalls?: Input<boolean>;
  /**
   * Message to the caller of a rejected call; empty for none. At most 65,536 characters.
   *
   * RyzeAPI's default: empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  callRejectMessage?: Input<string>;
  /**
   * Whether messages of groups are ignored.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  ignoreGroupMessages?: Input<boolean>;
  /**
   * Whether the number is always shown as online.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  keepOnlineStatus?: Input<boolean>;
  /**
   * Whether incoming messages are marked as read.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  autoReadMessages?: Input<boolean>;
  /**
   * Whether the history is not fetched when a phone is paired.
   *
   * RyzeAPI's default: `true`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  disableHistorySync?: Input<boolean>;
  /**
   * Whether status updates (stories) are ignored.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  ignoreStatus?: Input<boolean>;
}

interface S3 extends Switch {
  /**
   * Region of the bucket, such as `us-east-1`; not empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  region: Input<string>;
  /**
   * Name of a bucket that exists, not empty; RyzeAPI creates none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  bucket: Input<string>;
  /**
   * Access key that may write to the bucket; not empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  accessKey: Input<string>;
  /**
   * Secret of the access key; not empty. Kept as a secret; RyzeAPI never returns it, so it is compared with what was
   * sent last.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  secretKey: Input<string>;
  /**
   * URL of an S3-compatible service, absolute, `http://` or `https://`; empty for AWS.
   *
   * Default: AWS.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  endpoint?: Input<string>;
  /**
   * Prefix of every object's key, such as `media/`.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  pathPrefix?: Input<string>;
}

/**
 * Storage of media in an S3 bucket. Objects stay when the block or the instance goes.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/s3-update
 */
export type S3Args = S3 | SwitchedOff;

/**
 * The RyzeAPI account that owns the instance, where it is not the one of the stack's configuration.
 *
 * Source: https://ryzeapi.cloud/en/guide/authentication
 */
export interface AccountArgs {
  /**
   * The account's token (`TokenAccount`): ASCII characters without spaces. Kept as a secret. A renewed token of the same
   * account is no change at RyzeAPI; with one of another account nothing is changed or deleted.
   *
   * Default: `ryzeapi:token` of the stack's configuration, else the environment variable `RYZEAPI_TOKEN`.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  token?: Input<string>;
  /**
   * Address of the service, `https://` and without a path. `http://` is accepted only for a loopback address.
   *
   * Default: `ryzeapi:endpoint` of the stack's configuration, else `RYZEAPI_ENDPOINT`, else `https://ryzeapi.cloud`.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  endpoint?: Input<string>;
  /**
   * Whether an instance that is paired with a phone is neither deleted nor replaced; whether it is paired is looked up
   * before it is deleted. To delete or replace one on purpose, declare `false` for it, run `pulumi up`, and only then take
   * it out or change it.
   *
   * Default: `ryzeapi:protectPaired` of the stack's configuration, else false.
   *
   * @see https://ryzeapi.cloud/en/api/instance/delete
   */
  protectPaired?: Input<boolean>;
}

/**
 * Arguments of {@link RyzeInstance}. Every block is optional and independent: a block that is declared is managed, and
 * a field of it that is left out is RyzeAPI's business.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/create
 */
export interface RyzeInstanceArgs {
  /**
   * Name of the instance, unique in the account and used in every path; kebab-case or snake_case is recommended. Not
   * blank, no white space at its ends, no control characters, at most 4,000 characters as a part of a URL. Changing it
   * **replaces** the instance, which ends its WhatsApp session.
   *
   * Default: the resource's name in the program when it is made; it stays when the resource gets another one.
   *
   * @see https://ryzeapi.cloud/en/api/instance/create
   */
  name?: Input<string>;
  /**
   * The instance's own token (`TokenInstance`), unique in the account: ASCII characters without spaces. Kept as a
   * secret. Changing it **replaces** the instance, which ends its WhatsApp session. Taking it out, or declaring the one
   * that the instance has, sends nothing.
   *
   * Default: RyzeAPI generates one, which is the output `token`.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  token?: Input<string>;
  /**
   * The instance's own proxy.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  proxy?: Input<ProxyArgs | undefined>;
  /**
   * The webhook labelled `default`. RyzeAPI allows three enabled webhooks per instance; further ones are
   * {@link RyzeWebhook}.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  webhook?: Input<WebhookArgs | undefined>;
  /**
   * Live events over a WebSocket.
   *
   * Default: off.
   *
   * @see https://ryzeapi.cloud/en/api/events/websocket-configure
   */
  websocket?: Input<WebsocketArgs | undefined>;
  /**
   * The bridge to a Chatwoot inbox.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/chatwoot/activate
   */
  chatwoot?: Input<ChatwootArgs | undefined>;
  /**
   * How the instance behaves.
   *
   * Default: RyzeAPI's own settings.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  settings?: Input<SettingsArgs | undefined>;
  /**
   * Storage of media in an S3 bucket.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  s3?: Input<S3Args | undefined>;
  /**
   * What to do where an instance of this name exists already: `false` refuses to touch it, `true` takes it over and
   * brings it to what is declared; blocks that are not declared stay as they are. Afterwards it can stay or be taken out,
   * which is no change. With `ryzeapi:adopt: unpaired` in the stack's configuration, an instance that was never paired is
   * taken over without it.
   *
   * Default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/list
   */
  adopt?: Input<boolean>;
  /**
   * What a block means that RyzeAPI refused: `"warn"` makes it a warning of the resource, `"fail"` fails the
   * deployment. The instance is kept either way, and the next `pulumi up` tries the block again.
   *
   * Default: `"warn"`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/create
   */
  onBlockFailure?: Input<"warn" | "fail">;
  /**
   * The account that owns the instance.
   *
   * Default: the one of the stack's configuration.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  account?: Input<AccountArgs | undefined>;
}

interface WebhookIdentity {
  /**
   * Name of the instance that the webhook belongs to; take it from the instance's output `name`, so that the webhook is
   * made after it and removed before it. Changing it **replaces** the webhook.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  instance: Input<string>;
  /**
   * Label of the webhook, unique in the instance; not blank, not `default`, no white space at its ends. Changing it
   * **replaces** the webhook.
   *
   * Default: the resource's name in the program when it is made; it stays when the resource gets another one.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  label?: Input<string>;
  /**
   * The instance's token; take it from the instance's output `token`. Its calls then have a limit of their own, and a
   * replaced instance gets its webhook again. ASCII characters without spaces; kept as a secret.
   *
   * Default: the account's token.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  token?: Input<string | undefined>;
  /**
   * What to do where an enabled webhook of this label exists already: `false` refuses to touch it, `true` takes it over.
   *
   * Default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-list
   */
  adopt?: Input<boolean>;
  /**
   * The account that owns the instance.
   *
   * Default: the one of the stack's configuration.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  account?: Input<AccountArgs | undefined>;
}

/**
 * Arguments of {@link RyzeWebhook}.
 *
 * Source: https://ryzeapi.cloud/en/api/events/webhook-configure
 */
export type RyzeWebhookArgs = WebhookIdentity & WebhookArgs;
