import type { RyzeEvent } from "./arguments.ts";

/** A block as it was declared, resolved and with its defaults filled in. */
export interface Proxy {
  readonly enabled: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: "http" | "https" | "socks5";
  readonly username?: string;
  readonly password?: string;
  readonly reconnect: boolean;
}

/** A block as it was declared, resolved and with its defaults filled in. */
export interface Webhook {
  readonly enabled: boolean;
  readonly url?: string;
  readonly authorization?: string;
  readonly byEvents?: boolean;
  readonly events?: RyzeEvent[];
  readonly mediaBase64?: boolean;
}

/** A block as it was declared, resolved and with its defaults filled in. */
export interface Websocket {
  readonly enabled: boolean;
  readonly events?: RyzeEvent[];
  readonly mediaBase64?: boolean;
}

/** A block as it was declared, resolved and with its defaults filled in. */
export interface Chatwoot {
  readonly enabled: boolean;
  readonly baseUrl?: string;
  readonly accountId?: number;
  readonly apiToken?: string;
  readonly inboxName?: string;
  readonly signMessages?: boolean;
  readonly ignoreGroups?: boolean;
  readonly startAsPending?: boolean;
  readonly reopenResolved?: boolean;
}

/** The settings as they were declared. */
export interface Settings {
  readonly autoRejectCalls?: boolean;
  readonly callRejectMessage?: string;
  readonly ignoreGroupMessages?: boolean;
  readonly keepOnlineStatus?: boolean;
  readonly autoReadMessages?: boolean;
  readonly disableHistorySync?: boolean;
  readonly ignoreStatus?: boolean;
}

/** A block as it was declared, resolved and with its defaults filled in. */
export interface S3 {
  readonly enabled: boolean;
  readonly region?: string;
  readonly bucket?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly endpoint?: string;
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

/** What is really there: the state of every declared block. */
export interface ObservedBlocks {
  readonly proxy?: Observed<Proxy, "password">;
  readonly webhook?: Observed<Webhook, "authorization">;
  readonly websocket?: Observed<Websocket>;
  readonly chatwoot?: Observed<Chatwoot, "apiToken"> & {
    /** `active`, `paused` or `error`, as RyzeAPI words it. */
    readonly status?: string;
  };
  readonly settings?: Settings & { readonly error?: string };
  readonly s3?: Observed<S3, "secretKey">;
}
