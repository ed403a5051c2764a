import type { Values } from "../../provider/values.ts";
import { DEFAULT_SETTINGS } from "../support/instance.mts";
import type { Scenario, Sent } from "./scenario.mts";

export type BlockName = "proxy" | "webhook" | "websocket" | "chatwoot" | "settings" | "s3";
/** The blocks that can be declared as `enabled: false`. */
export const SWITCHES = ["proxy", "webhook", "websocket", "chatwoot", "s3"] as const;

/** What RyzeAPI's documentation says that a block's endpoint takes, for the blocks of the scenario. */
export const SET_BLOCK: Record<BlockName, (scenario: Scenario) => { call: string; body: Values }> = {
  proxy: ({ secrets }) => ({
    call: "POST /api/instance/proxy/orion",
    body: {
      enabled: true,
      host: "proxy.example.com",
      port: "1080",
      protocol: "socks5",
      username: "orion",
      password: secrets.proxyPassword,
    },
  }),
  webhook: ({ secrets }) => ({
    call: "POST /api/events/webhook/orion",
    body: {
      label: "default",
      enabled: true,
      url: "https://app.example.com/whatsapp",
      authorization: secrets.webhookAuthorization,
      byEvents: true,
      events: ["message.exchange", "call.update"],
      mediaBase64: true,
    },
  }),
  websocket: () => ({
    call: "POST /api/events/websocket/orion",
    body: { enabled: true, events: ["message.status"], mediaBase64: true },
  }),
  chatwoot: ({ secrets, chatwootUrl }) => ({
    call: "POST /api/chatwoot/set/orion",
    body: {
      chatwootBaseUrl: chatwootUrl,
      chatwootAccountId: 1,
      chatwootApiToken: secrets.chatwootToken,
      inboxName: "WhatsApp - Orion",
      signMessages: true,
      ignoreGroups: true,
      startAsPending: true,
      reopenResolved: true,
    },
  }),
  // Settings are sent one by one.
  settings: () => ({ call: "POST /api/instance/settings/orion", body: {} }),
  s3: ({ secrets }) => ({
    call: "POST /api/instance/s3/orion",
    body: {
      enabled: true,
      region: "us-east-1",
      bucket: "example-media",
      accessKey: "AKIAEXAMPLE",
      secretKey: secrets.s3SecretKey,
      endpoint: "https://s3.example.com",
      pathPrefix: "media/",
    },
  }),
};

export const RECONNECT: Sent = { call: "POST /api/instance/reconnect/orion" };

/** How each block is switched off; what was declared of the settings goes back to the documented defaults. */
export const WITHDRAWN: Record<BlockName, Sent[]> = {
  proxy: [{ call: "POST /api/instance/proxy/orion", body: { enabled: false } }, RECONNECT],
  webhook: [{ call: "POST /api/events/webhook/orion", body: { label: "default", enabled: false } }],
  websocket: [{ call: "POST /api/events/websocket/orion", body: { enabled: false } }],
  chatwoot: [{ call: "DELETE /api/chatwoot/delete/orion" }],
  settings: [{ call: "POST /api/instance/settings/orion", body: DEFAULT_SETTINGS }],
  s3: [{ call: "POST /api/instance/s3/orion", body: { enabled: false } }],
};
