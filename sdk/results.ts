import type { RyzeEvent } from "./arguments.ts";

/** The proxy as it was declared, resolved and with its defaults filled in. */
export interface Proxy {
  /** Whether the proxy is in force. */
  readonly enabled: boolean;
  /** Host name or address of the proxy. */
  readonly host?: string;
  /** TCP port of the proxy. */
  readonly port?: number;
  /** Protocol of the proxy. */
  readonly protocol?: "http" | "https" | "socks5";
  /** User name at the proxy. */
  readonly username?: string;
  /** Password at the proxy; a secret. */
  readonly password?: string;
  /** Whether a changed proxy takes effect at once, by reconnecting the instance. */
  readonly reconnect: boolean;
}

/** A webhook as it was declared, resolved and with its defaults filled in. */
export interface Webhook {
  /** Whether the webhook is in force. */
  readonly enabled: boolean;
  /** URL that events are posted to. */
  readonly url?: string;
  /** Value of the `Authorization` header of every delivery; a secret. */
  readonly authorization?: string;
  /** Whether the event's name is appended to the URL's path. */
  readonly byEvents?: boolean;
  /** The events to deliver; an empty list means all. */
  readonly events?: RyzeEvent[];
  /** Whether media are put into the delivery as base64. */
  readonly mediaBase64?: boolean;
}

/** The WebSocket as it was declared, resolved and with its defaults filled in. */
export interface Websocket {
  /** Whether clients can connect. */
  readonly enabled: boolean;
  /** The events to deliver; an empty list means all. */
  readonly events?: RyzeEvent[];
  /** Whether media are put into the event as base64. */
  readonly mediaBase64?: boolean;
}

/** The Chatwoot bridge as it was declared, resolved and with its defaults filled in. */
export interface Chatwoot {
  /** Whether the bridge is in force. */
  readonly enabled: boolean;
  /** URL of the Chatwoot installation. */
  readonly baseUrl?: string;
  /** Number of the Chatwoot account. */
  readonly accountId?: number;
  /** Access token of a Chatwoot administrator; a secret. */
  readonly apiToken?: string;
  /** Name of the Chatwoot inbox. */
  readonly inboxName?: string;
  /** Whether agents' messages are signed with their name. */
  readonly signMessages?: boolean;
  /** Whether messages of groups are left out. */
  readonly ignoreGroups?: boolean;
  /** Whether new conversations start as pending. */
  readonly startAsPending?: boolean;
  /** Whether a new message reopens a resolved conversation. */
  readonly reopenResolved?: boolean;
}

/** The settings as they were declared. */
export interface Settings {
  /** Whether calls are rejected. */
  readonly autoRejectCalls?: boolean;
  /** Message to the caller of a rejected call; empty for none. */
  readonly callRejectMessage?: string;
  /** Whether messages of groups are ignored. */
  readonly ignoreGroupMessages?: boolean;
  /** Whether the number is always shown as online. */
  readonly keepOnlineStatus?: boolean;
  /** Whether incoming messages are marked as read. */
  readonly autoReadMessages?: boolean;
  /** Whether the history is not fetched when a phone is paired. */
  readonly disableHistorySync?: boolean;
  /** Whether status updates (stories) are ignored. */
  readonly ignoreStatus?: boolean;
}

/** The S3 storage as it was declared, resolved and with its defaults filled in. */
export interface S3 {
  /** Whether media are stored in the bucket. */
  readonly enabled: boolean;
  /** Region of the bucket. */
  readonly region?: string;
  /** Name of the bucket. */
  readonly bucket?: string;
  /** Access key that may write to the bucket. */
  readonly accessKey?: string;
  /** Secret of the access key; a secret. */
  readonly secretKey?: string;
  /** URL of an S3-compatible service; empty for AWS. */
  readonly endpoint?: string;
  /** Prefix of every object's key. */
  readonly pathPrefix?: string;
}

/** What RyzeAPI said of a block when it was asked last, without secrets; a field that it did not tell is missing. */
type Observed<Block, Secret extends string = never> = Partial<
  Omit<Block, Secret | "enabled" | "reconnect">
> & {
  /** Whether the block is in force. */
  readonly enabled?: boolean;
  /** Why the block is not what was declared. */
  readonly error?: string;
};

/** What tells an instance from every other one, as far as RyzeAPI told it. Nothing of it is a secret. */
export interface InstanceIdentity {
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
  readonly proxy?: Observed<Proxy, "password">;
  /** The webhook labelled `default` as it was seen. */
  readonly webhook?: Observed<Webhook, "authorization">;
  /** The WebSocket as it was seen. */
  readonly websocket?: Observed<Websocket>;
  /** The Chatwoot bridge as it was seen, with its `status`. */
  readonly chatwoot?: Observed<Chatwoot, "apiToken"> & {
    /** `active`, `paused` or `error`, as RyzeAPI words it. */
    readonly status?: string;
  };
  /** The settings as they were seen. */
  readonly settings?: Settings & {
    /** Why the settings are not what was declared. */
    readonly error?: string;
  };
  /** The S3 storage as it was seen; the secret key is never told. */
  readonly s3?: Observed<S3, "secretKey">;
}
