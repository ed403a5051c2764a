import * as pulumi from "@pulumi/pulumi";
import { WhatsAppMedia } from "./whatsapp-media";

const config = new pulumi.Config();

const orion = new WhatsAppMedia("orion", {
  keepDays: 90,
  keyNumber: 1,
  chatwoot: {
    baseUrl: config.require("chatwootUrl"),
    accountId: config.requireNumber("chatwootAccountId"),
    apiToken: config.requireSecret("chatwootToken"),
    inboxName: "WhatsApp - Orion",
    reopenResolved: true,
  },
});

export const token = orion.instance.token;
export const mediaBucket = orion.bucket;
export const chatwootStatus = orion.instance.observed.apply((observed) => observed.chatwoot?.status);
