import { RyzeInstance } from "pulumi-ryzeapi";

const orion = new RyzeInstance("orion", {
  webhook: { url: "https://app.example.com/whatsapp", events: ["message.exchange"] },
  settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
});

export const token = orion.token;
export const status = orion.status;
export const numberJid = orion.numberJid.apply((jid) => jid ?? "none");
