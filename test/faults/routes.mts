/** The routes that the provider calls. */
export const LIST = "GET /api/instance/list";
export const NEW = "POST /api/instance/new";
export const DELETE = "DELETE /api/instance/delete/:instance";
export const RECONNECT = "POST /api/instance/reconnect/:instance";

export const BLOCKS = ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"] as const;
export type BlockName = (typeof BLOCKS)[number];

export const SET: Readonly<Record<BlockName, string>> = {
  proxy: "POST /api/instance/proxy/:instance",
  webhook: "POST /api/events/webhook/:instance",
  websocket: "POST /api/events/websocket/:instance",
  chatwoot: "POST /api/chatwoot/set/:instance",
  settings: "POST /api/instance/settings/:instance",
  s3: "POST /api/instance/s3/:instance",
};

export const GET: Readonly<Record<BlockName, string>> = {
  proxy: "GET /api/instance/getProxy/:instance",
  webhook: "GET /api/events/getWebhook/:instance",
  websocket: "GET /api/events/getWebsocket/:instance",
  chatwoot: "GET /api/chatwoot/list/:instance",
  settings: "GET /api/instance/getSettings/:instance",
  s3: "GET /api/instance/getS3/:instance",
};

export const WITHDRAW: Readonly<Record<BlockName, string>> = {
  ...SET,
  chatwoot: "DELETE /api/chatwoot/delete/:instance",
};
