import { z } from "zod";
import { ApiError, field, instanceOf, readBody, success, type Endpoint, type Service } from "../endpoint.mts";
import { eventTypes, type Instance, type Websocket } from "../model.mts";
import type { Readings } from "../readings.mts";

const schema = z.object({ enabled: field.flag, events: field.texts, mediaBase64: field.flag });

export const websocketEndpoints: Endpoint[] = [
  {
    method: "POST",
    path: "/api/events/websocket/:instance",
    auth: "either",
    handler: (call) => {
      const instance = instanceOf(call);
      const websocket = applyWebsocket(call.service, instance, readBody(call, schema));
      return success({ message: "WebSocket configured successfully", websocket });
    },
  },
  {
    method: "GET",
    path: "/api/events/getWebsocket/:instance",
    auth: "either",
    handler: (call) => {
      const { websocket } = call.service.store.blocks(instanceOf(call));
      if (!websocket && call.service.readings.absentWebsocket === 404) {
        throw new ApiError(404, "WebSocket not configured for this instance");
      }
      return success({ message: "WebSocket configuration retrieved", websocket: websocket ?? null });
    },
  },
];

export function applyWebsocket(
  service: Service,
  instance: Instance,
  body: z.infer<typeof schema>,
): Websocket {
  service.faults.checkBlock("websocket", instance.name);
  const events = body.events ?? [];
  if (body.enabled) validateEvents(events, service.readings);
  const websocket = body.enabled
    ? {
        enabled: true,
        events: storedEvents(events, service.readings),
        mediaBase64: body.mediaBase64 ?? false,
      }
    : { enabled: false, events: [], mediaBase64: false };
  service.store.setBlock(instance, "websocket", websocket);
  return websocket;
}

/** An empty list means all six types. */
export function storedEvents(events: string[], readings: Readings): string[] {
  return events.length === 0 && readings.eventsStored === "expanded" ? [...eventTypes] : events;
}

export function validateEvents(events: string[], readings: Readings): void {
  if (readings.validateEvents === "off") return;
  const known: readonly string[] = eventTypes;
  const unknown = events.find((event) => !known.includes(event));
  if (unknown !== undefined) throw new ApiError(400, `Invalid event type: ${unknown}`);
}
