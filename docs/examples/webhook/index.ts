import * as ryzeapi from "@your.account/ryzeapi";

const orion = new ryzeapi.Instance("orion");

const audit = new ryzeapi.Webhook("audit", {
  instance: orion.name,
  url: "https://audit.example.com/whatsapp",
  events: [ryzeapi.Event.InstanceState],
});

export const label = audit.label;
