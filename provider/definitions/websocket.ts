import { events, flag } from "./kinds.ts";

/** Live events over a WebSocket. */
export const websocketFields = {
  /**
   * The events to deliver, each one of {@link RyzeEvent}, in any order; an empty list means all.
   *
   * Default: RyzeAPI's own, all.
   *
   * @see https://ryzeapi.cloud/en/api/events/catalog
   */
  events: events(),
  /**
   * Whether media are put into the event as base64.
   *
   * Default: RyzeAPI's own, `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/websocket-configure
   */
  mediaBase64: flag(),
};
