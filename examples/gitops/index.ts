import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance } from "pulumi-ryzeapi";

const config = new pulumi.Config();

const orion = new RyzeInstance(
  "orion",
  {
    webhook: {
      url: "https://app.example.com/whatsapp",
      authorization: config.requireSecret("webhookAuthorization"),
      events: ["message.exchange"],
    },
    settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
  },
  // A pipeline must not be able to end a WhatsApp session.
  { protect: true },
);

export const token = orion.token;
