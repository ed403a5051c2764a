import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance } from "pulumi-ryzeapi";
import { Chatwoot } from "./chatwoot";

const config = new pulumi.Config();

const chatwoot = new Chatwoot("chatwoot", {
  host: config.require("host"),
  ingressClass: config.require("ingressClass"),
  certificateIssuer: config.require("certificateIssuer"),
  secretKey: config.requireSecret("secretKey"),
  postgresqlPassword: config.requireSecret("postgresqlPassword"),
  redisPassword: config.requireSecret("redisPassword"),
});

// Chatwoot gives a token to an administrator who signs in, so the first `up` has none.
const apiToken = config.getSecret("chatwootToken");

const orion = new RyzeInstance(
  "orion",
  {
    ...(apiToken && {
      chatwoot: {
        baseUrl: chatwoot.url,
        accountId: config.requireNumber("chatwootAccountId"),
        apiToken,
        inboxName: "WhatsApp - Orion",
        reopenResolved: true,
      },
    }),
  },
  // RyzeAPI makes the inbox in Chatwoot, whose database has to be prepared by then.
  { dependsOn: chatwoot },
);

export const url = chatwoot.url;
export const token = orion.token;
export const chatwootStatus = orion.observed.apply((observed) => observed.chatwoot?.status);
