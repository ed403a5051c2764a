import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance } from "pulumi-ryzeapi";

const config = new pulumi.Config();

// A name is all that an instance needs.
const vega = new RyzeInstance("vega");

// Every block, in the one request that creates the instance.
const orion = new RyzeInstance("orion", {
  proxy: {
    host: "proxy.example.com",
    port: 1080,
    protocol: "socks5",
    username: "orion",
    password: config.requireSecret("proxyPassword"),
  },
  webhook: {
    url: "https://app.example.com/whatsapp",
    authorization: config.requireSecret("webhookAuthorization"),
    events: ["message.exchange", "call.update"],
  },
  websocket: { events: ["message.exchange"] },
  chatwoot: {
    baseUrl: config.require("chatwootUrl"),
    accountId: config.requireNumber("chatwootAccountId"),
    apiToken: config.requireSecret("chatwootToken"),
    inboxName: "WhatsApp - Orion",
    signMessages: true,
    reopenResolved: true,
  },
  settings: {
    autoRejectCalls: true,
    callRejectMessage: "This number does not accept calls.",
    keepOnlineStatus: true,
  },
  s3: {
    region: "us-east-1",
    bucket: config.require("bucket"),
    accessKey: config.require("accessKey"),
    secretKey: config.requireSecret("secretKey"),
    pathPrefix: "media/",
  },
});

export const vegaToken = vega.token;
export const orionToken = orion.token;
export const orionStatus = orion.status;
export const chatwootStatus = orion.observed.apply((observed) => observed.chatwoot?.status ?? "none");
export const warnings = orion.warnings;
