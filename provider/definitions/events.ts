/** The six event types, in the order of RyzeAPI's catalogue. */
export const EVENTS = [
  "message.exchange",
  "message.status",
  "call.update",
  "group.flow",
  "instance.state",
  "label.update",
] as const;

/**
 * The events that RyzeAPI delivers.
 *
 * Source: https://ryzeapi.cloud/en/api/events/catalog
 */
export type RyzeEvent = (typeof EVENTS)[number];

/** Events have no order, and none at all means all of them [docs: /en/api/events/webhook-configure]. */
export function sameEvents(left: unknown, right: unknown): boolean {
  return eventSet(left) === eventSet(right);
}

function eventSet(events: unknown): string {
  const named = Array.isArray(events) && events.length > 0 ? events.map(String) : [...EVENTS];
  return [...new Set(named)].sort().join(",");
}
