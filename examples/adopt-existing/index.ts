import { RyzeInstance } from "pulumi-ryzeapi";

const orion = new RyzeInstance(
  "orion",
  {
    // Take over the instance of this name instead of refusing to touch it. Blocks that are not declared stay as they are.
    adopt: true,
    webhook: { url: "https://app.example.com/whatsapp", events: ["message.exchange"] },
    settings: { autoRejectCalls: true },
  },
  // It is paired: neither deleted nor replaced.
  { protect: true },
);

export const status = orion.status;
