import type { RyzeInstanceArgs } from "pulumi-ryzeapi";

import type { Markers } from "./secrets.mts";

/** Every block with every field, as a program declares it. */
export function everyBlock(secrets: Markers, chatwootUrl: string) {
  return {
    token: secrets.instanceToken,
    proxy: {
      enabled: true,
      host: "proxy.example.com",
      port: 1080,
      protocol: "socks5",
      username: "orion",
      password: secrets.proxyPassword,
      reconnect: true,
    },
    webhook: {
      enabled: true,
      url: "https://app.example.com/whatsapp",
      authorization: secrets.webhookAuthorization,
      byEvents: true,
      events: ["message.exchange", "call.update"],
      mediaBase64: true,
    },
    websocket: { enabled: true, events: ["message.status"], mediaBase64: true },
    chatwoot: {
      enabled: true,
      baseUrl: chatwootUrl,
      accountId: 1,
      apiToken: secrets.chatwootToken,
      inboxName: "WhatsApp - Orion",
      signMessages: true,
      ignoreGroups: true,
      startAsPending: true,
      reopenResolved: true,
    },
    settings: {
      autoRejectCalls: true,
      callRejectMessage: "Please write to us.",
      ignoreGroupMessages: true,
      keepOnlineStatus: true,
      autoReadMessages: true,
      disableHistorySync: false,
      ignoreStatus: true,
    },
    s3: {
      enabled: true,
      region: "us-east-1",
      bucket: "example-media",
      accessKey: "AKIAEXAMPLE",
      secretKey: secrets.s3SecretKey,
      endpoint: "https://s3.example.com",
      pathPrefix: "media/",
    },
  } satisfies RyzeInstanceArgs;
}

/** The same as the body of `POST /api/instance/new`, by the field table of RyzeAPI's documentation. */
export function everyField(name: string, secrets: Markers, chatwootUrl: string) {
  return {
    name,
    token: secrets.instanceToken,
    proxyEnabled: true,
    proxyHost: "proxy.example.com",
    proxyPort: "1080",
    proxyProtocol: "socks5",
    proxyUsername: "orion",
    proxyPassword: secrets.proxyPassword,
    webhookEnabled: true,
    webhookURL: "https://app.example.com/whatsapp",
    webhookAuthorization: secrets.webhookAuthorization,
    webhookByEvents: true,
    webhookEvents: ["message.exchange", "call.update"],
    webhookMediaBase64: true,
    websocketEnabled: true,
    websocketEvents: ["message.status"],
    websocketMediaBase64: true,
    chatwootEnabled: true,
    chatwootBaseUrl: chatwootUrl,
    chatwootAccountId: 1,
    chatwootApiToken: secrets.chatwootToken,
    chatwootInboxName: "WhatsApp - Orion",
    chatwootSignMessages: true,
    chatwootIgnoreGroups: true,
    chatwootStartAsPending: true,
    chatwootReopenResolved: true,
    autoRejectCalls: true,
    callRejectMessage: "Please write to us.",
    ignoreGroupMessages: true,
    keepOnlineStatus: true,
    autoReadMessages: true,
    disableHistorySync: false,
    ignoreStatus: true,
    s3Enabled: true,
    s3Region: "us-east-1",
    s3Bucket: "example-media",
    s3AccessKey: "AKIAEXAMPLE",
    s3SecretKey: secrets.s3SecretKey,
    s3Endpoint: "https://s3.example.com",
    s3PathPrefix: "media/",
  };
}

/** The settings of a new instance, by RyzeAPI's documentation. */
export const DEFAULT_SETTINGS = {
  autoRejectCalls: false,
  callRejectMessage: "",
  ignoreGroupMessages: false,
  keepOnlineStatus: false,
  autoReadMessages: false,
  disableHistorySync: true,
  ignoreStatus: false,
};

export function without<T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> {
  const left = new Set<PropertyKey>(keys);
  return Object.fromEntries(Object.entries(object).filter(([key]) => !left.has(key))) as Omit<T, K>;
}
