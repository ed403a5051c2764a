import type { Input } from "@pulumi/pulumi";
import type { accountFields } from "../provider/definitions/account.ts";
import type { chatwootFields } from "../provider/definitions/chatwoot.ts";
import type { instanceFields } from "../provider/definitions/instance.ts";
import type { proxyFields } from "../provider/definitions/proxy.ts";
import type { s3Fields } from "../provider/definitions/s3.ts";
import type { settingsFields } from "../provider/definitions/settings.ts";
import type { switchFields } from "../provider/definitions/switch.ts";
import type { webhookFields } from "../provider/definitions/webhook.ts";
import type { webhookResourceFields } from "../provider/definitions/webhook-resource.ts";
import type { websocketFields } from "../provider/definitions/websocket.ts";
import type { ArgsOf } from "./fields.ts";

export type { RyzeEvent } from "../provider/definitions/events.ts";

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

interface Switch extends ArgsOf<typeof switchFields> {}

interface Proxy extends Switch, ArgsOf<typeof proxyFields> {}

/**
 * The instance's own proxy.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/proxy-update
 */
export type ProxyArgs = Proxy | SwitchedOff;

interface Webhook extends Switch, ArgsOf<typeof webhookFields> {}

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
export interface WebsocketArgs extends Switch, ArgsOf<typeof websocketFields> {}

interface Chatwoot extends Switch, ArgsOf<typeof chatwootFields> {}

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
export interface SettingsArgs extends ArgsOf<typeof settingsFields> {}

interface S3 extends Switch, ArgsOf<typeof s3Fields> {}

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
export interface AccountArgs extends ArgsOf<typeof accountFields> {}

/**
 * Arguments of {@link RyzeInstance}. Every block is optional and independent: a block that is declared is managed, and
 * a field of it that is left out is RyzeAPI's business.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/create
 */
export interface RyzeInstanceArgs extends ArgsOf<typeof instanceFields> {
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
   * The account that owns the instance.
   *
   * Default: the one of the stack's configuration.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  account?: Input<AccountArgs | undefined>;
}

interface WebhookResource extends ArgsOf<typeof webhookResourceFields> {
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
export type RyzeWebhookArgs = WebhookResource & WebhookArgs;
