import { RyzeInstance } from "pulumi-ryzeapi";

const orion = new RyzeInstance(
  "orion",
  {
    webhook: { url: "https://app.example.com/whatsapp", events: ["message.exchange"] },
    settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
  },
  {
    // Neither deleted nor replaced, either of which would end its WhatsApp session.
    protect: true,
    // The first value is the program's; from then on the support team changes it by hand.
    ignoreChanges: ["settings.callRejectMessage"],
  },
);

export const status = orion.status;
