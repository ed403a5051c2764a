import type { chatwootFields } from "../provider/definitions/chatwoot.ts";
import type { DeclaredOf, Fields, ObservedOf } from "../provider/definitions/field.ts";
import type { proxyFields } from "../provider/definitions/proxy.ts";
import type { s3Fields } from "../provider/definitions/s3.ts";
import type { settingsFields } from "../provider/definitions/settings.ts";
import type { switchFields } from "../provider/definitions/switch.ts";
import type { webhookFields } from "../provider/definitions/webhook.ts";
import type { websocketFields } from "../provider/definitions/websocket.ts";

interface Switch extends DeclaredOf<typeof switchFields> {}

/** The proxy as it was declared, resolved and with its defaults filled in. */
export interface Proxy extends Switch, DeclaredOf<typeof proxyFields> {}

/** A webhook as it was declared, resolved and with its defaults filled in. */
export interface Webhook extends Switch, DeclaredOf<typeof webhookFields> {}

/** The WebSocket as it was declared, resolved and with its defaults filled in. */
export interface Websocket extends Switch, DeclaredOf<typeof websocketFields> {}

/** The Chatwoot bridge as it was declared, resolved and with its defaults filled in. */
export interface Chatwoot extends Switch, DeclaredOf<typeof chatwootFields> {}

/** The settings as they were declared. */
export interface Settings extends DeclaredOf<typeof settingsFields> {}

/** The S3 storage as it was declared, resolved and with its defaults filled in. */
export interface S3 extends Switch, DeclaredOf<typeof s3Fields> {}

/** What RyzeAPI said of a block when it was asked last, without secrets; a field that it did not tell is as declared. */
type Observed<F extends Fields> = ObservedOf<F> & {
  /** Whether the block is in force. */
  readonly enabled?: boolean;
  /** Why the block is not what was declared. */
  readonly error?: string;
};

/** What tells an instance from every other one, as far as RyzeAPI told it. Nothing of it is a secret. */
export interface InstanceIdentity {
  /** The name that RyzeAPI has for the instance, where that is another than the declared one. */
  readonly name?: string;
  /** RyzeAPI's own id. */
  readonly id?: string;
  /** Fingerprint of the token that the instance has. */
  readonly token?: string;
  /** Bond with the account that was seen to hold it. */
  readonly account?: string;
}

/** What is really there: the state of every declared block. */
export interface ObservedBlocks {
  /** The proxy as it was seen; the password is never told. */
  readonly proxy?: Observed<typeof proxyFields>;
  /** The webhook labelled `default` as it was seen. */
  readonly webhook?: Observed<typeof webhookFields>;
  /** The WebSocket as it was seen. */
  readonly websocket?: Observed<typeof websocketFields>;
  /** The Chatwoot bridge as it was seen, with its `status`. */
  readonly chatwoot?: Observed<typeof chatwootFields> & {
    /** `active`, `paused` or `error`, as RyzeAPI words it. */
    readonly status?: string;
  };
  /** The settings as they were seen. */
  readonly settings?: Settings & {
    /** Why the settings are not what was declared. */
    readonly error?: string;
  };
  /** The S3 storage as it was seen; the secret key is never told. */
  readonly s3?: Observed<typeof s3Fields>;
}
