import * as pulumi from "@pulumi/pulumi";
import * as ryzeapi from "@your.account/ryzeapi";

const config = new pulumi.Config();

const orion = new ryzeapi.Instance("orion", {
  webhook: {
    url: "https://app.example.com/whatsapp",
    authorization: config.requireSecret("webhookAuthorization"),
    events: [ryzeapi.Event.MessageExchange, ryzeapi.Event.CallUpdate],
  },
  chatwoot: {
    baseUrl: "https://chatwoot.example.com",
    accountId: 1,
    apiToken: config.requireSecret("chatwootToken"),
    inboxName: "WhatsApp - Orion",
  },
  settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
});

export const token = orion.token;
export const status = orion.status;
export const warnings = orion.warnings;
