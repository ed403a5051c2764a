/** What an instance consists of, as the store keeps it. Secrets are in clear here and encrypted in the database. */

export const eventTypes = [
  "message.exchange",
  "message.status",
  "call.update",
  "group.flow",
  "instance.state",
  "label.update",
] as const;

export const connectionStates = ["connected", "connecting", "disconnected", "loggedout", "banned"] as const;

export type ConnectionState = (typeof connectionStates)[number];

export interface Instance {
  /** Row of the database; never shown. */
  key: number;
  account: string;
  id: string;
  name: string;
  token: string;
  state: ConnectionState;
  numberJid: string | null;
  /** Whether a WhatsApp session is stored, which is what reconnect needs. */
  session: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface Proxy {
  enabled: boolean;
  host: string;
  port: string;
  protocol: string;
  username: string;
  password: string;
}

export interface Webhook {
  label: string;
  enabled: boolean;
  url: string;
  authorization: string;
  byEvents: boolean;
  events: string[];
  mediaBase64: boolean;
}

export interface Websocket {
  enabled: boolean;
  events: string[];
  mediaBase64: boolean;
}

export interface Chatwoot {
  status: "active" | "paused" | "error";
  lastError: string | null;
  bridgeIntegrationId: string;
  baseUrl: string;
  accountId: number;
  apiToken: string;
  inboxId: number | null;
  inboxName: string;
  /** Whether the bridge tells its inbox. */
  synced: boolean;
  signMessages: boolean;
  ignoreGroups: boolean;
  startAsPending: boolean;
  reopenResolved: boolean;
  createdAt: string;
}

export interface Settings {
  autoRejectCalls: boolean;
  callRejectMessage: string;
  ignoreGroupMessages: boolean;
  keepOnlineStatus: boolean;
  autoReadMessages: boolean;
  disableHistorySync: boolean;
  ignoreStatus: boolean;
}

export const defaultSettings: Settings = {
  autoRejectCalls: false,
  callRejectMessage: "",
  ignoreGroupMessages: false,
  keepOnlineStatus: false,
  autoReadMessages: false,
  disableHistorySync: true,
  ignoreStatus: false,
};

export interface S3 {
  enabled: boolean;
  region: string;
  bucket: string;
  accessKey: string;
  secretKey: string;
  endpoint: string;
  pathPrefix: string;
}

/** The blocks there is one of per instance. Webhooks are kept by label. */
export interface SingleBlocks {
  proxy: Proxy;
  websocket: Websocket;
  chatwoot: Chatwoot;
  settings: Settings;
  s3: S3;
}

/** What is kept once per instance. */
export interface Single extends SingleBlocks {
  /** The proxy that the connection uses: the one there was at the last connect or reconnect. */
  proxyInForce: Proxy;
}

export interface Blocks extends Partial<Single> {
  webhooks: Record<string, Webhook>;
}

export type BlockName = keyof SingleBlocks | "webhook";
