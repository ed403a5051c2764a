import { z } from "zod";
import {
  ApiError,
  field,
  instanceOf,
  readBody,
  success,
  type Answer,
  type Call,
  type Endpoint,
  type Service,
} from "../endpoint.mts";
import { hidden, type Hiding } from "../hiding.mts";
import type { Instance, Webhook } from "../model.mts";
import type { Readings } from "../readings.mts";
import { storedUrl } from "../urls.mts";
import { storedEvents, validateEvents } from "./websocket.mts";

const schema = z.object({
  label: field.text,
  enabled: field.flag,
  url: field.text,
  authorization: field.text,
  byEvents: field.flag,
  events: field.texts,
  mediaBase64: field.flag,
});

const maxEnabled = 3;

export const webhookEndpoints: Endpoint[] = [
  {
    method: "POST",
    path: "/api/events/webhook/:instance",
    auth: "either",
    handler: (call) => {
      const instance = instanceOf(call);
      const webhook = applyWebhook(call.service, instance, readBody(call, schema));
      return success({
        message: "Webhook configured successfully",
        webhook: webhookView(webhook, call.service.readings),
      });
    },
  },
  { method: "GET", path: "/api/events/getWebhook/:instance", auth: "either", handler: readWebhooks },
  { method: "GET", path: "/api/events/webhook/:instance", auth: "either", handler: readWebhooks },
];

export function applyWebhook(service: Service, instance: Instance, body: z.infer<typeof schema>): Webhook {
  const { store, readings, faults } = service;
  const label = body.label == null || body.label === "" ? "default" : body.label;
  const byEvents = body.byEvents ?? false;
  if (!body.enabled) {
    faults.checkBlock("webhook", instance.name);
    const kept = readings.disabledWebhook === "kept" ? store.blocks(instance).webhooks[label] : undefined;
    const cleared = { url: "", authorization: "", events: [], mediaBase64: false };
    const webhook = { label, byEvents, ...cleared, ...kept, enabled: false };
    store.setWebhook(instance, webhook);
    return webhook;
  }

  const url = body.url ?? "";
  faults.checkBlock("webhook", instance.name, url);
  validateEvents(body.events ?? [], readings);
  if (readings.validateEvents === "on" && !URL.canParse(url)) throw new ApiError(400, "Invalid webhook url");
  const stored = storedUrl(url, readings);
  const others = Object.values(store.blocks(instance).webhooks).filter(
    (webhook) => webhook.enabled && webhook.label !== label,
  );
  if (others.length >= maxEnabled) {
    throw new ApiError(readings.webhookLimitStatus, `Maximum of ${maxEnabled} enabled webhooks per instance`);
  }
  if (readings.duplicateWebhook === "rejected" && others.some((webhook) => webhook.url === stored)) {
    throw new ApiError(409, "Webhook already exists");
  }
  const webhook = {
    label,
    enabled: true,
    url: stored,
    authorization: body.authorization ?? "",
    byEvents,
    events: storedEvents(body.events ?? [], readings),
    mediaBase64: body.mediaBase64 ?? false,
  };
  store.setWebhook(instance, webhook);
  return webhook;
}

export function webhookView(
  webhook: Webhook,
  readings: Readings,
  hiding: Hiding = readings.ownAuthorization,
): object {
  const { label, enabled, url, authorization, byEvents, events, mediaBase64 } = webhook;
  const absent = readings.absentAuthorization === "null" ? null : "";
  return {
    label,
    enabled,
    url,
    authorization: authorization === "" ? absent : hidden(authorization, hiding),
    byEvents,
    events,
    mediaBase64,
  };
}

function readWebhooks(call: Call): Answer {
  const { store, readings } = call.service;
  const { webhooks } = store.blocks(instanceOf(call));
  const label = call.query.get("label");
  if (label === null) {
    const sorted = Object.values(webhooks).sort((a, b) => (a.label < b.label ? -1 : 1));
    return success({
      message: "Webhooks retrieved",
      webhooks: sorted.map((webhook) => webhookView(webhook, readings)),
    });
  }
  const wanted = label === "" ? "default" : label;
  const webhook = Object.values(webhooks).find((candidate) => candidate.label === wanted);
  if (!webhook) throw new ApiError(404, "Webhook not found");
  return success({ message: "Webhook retrieved", webhook: webhookView(webhook, readings) });
}
