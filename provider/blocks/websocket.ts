import * as z from "zod";
import { endpoint } from "../ryzeapi/endpoint.ts";
import type { Block } from "./block.ts";
import { events, flag, sameEvents, switchable, switchableNames } from "./fields.ts";
import { observedOr, readRecord, recordEvents, recordFlag } from "./records.ts";

type Websocket = Readonly<{
  enabled: boolean;
  events?: string[];
  mediaBase64?: boolean;
}>;

const fields = { events: events().optional(), mediaBase64: flag().optional() };

const record = z.object({
  enabled: recordFlag,
  events: recordEvents,
  mediaBase64: recordFlag,
});

const setWebsocket = endpoint({
  method: "POST",
  route: "/api/events/websocket/:instance",
  idempotent: true,
  answer: z.looseObject({ websocket: z.unknown().optional() }),
});

const getWebsocket = endpoint({
  method: "GET",
  route: "/api/events/getWebsocket/:instance",
  idempotent: true,
  absent: /not configured/i,
  answer: z.looseObject({ websocket: record.nullable() }),
});

/** Live events over `/ws/:instance` [docs: /en/api/events/websocket-configure]. */
export const websocket: Block<Websocket> = {
  name: "websocket",
  schema: switchable<Websocket>(fields, []),
  fields: switchableNames(fields),
  secrets: [],
  unreadable: [],
  directives: [],

  createFields: (declared) => ({
    websocketEnabled: true,
    websocketEvents: declared.events,
    websocketMediaBase64: declared.mediaBase64,
  }),

  observe: (value) => readRecord(record, value),

  async read(instance) {
    const answer = await instance.find(getWebsocket);
    return websocket.observe(answer?.websocket) ?? { enabled: false };
  },

  async apply(instance, { declared }) {
    const answer = await instance.call(setWebsocket, declared);
    return observedOr(websocket.observe(answer.websocket), declared);
  },

  async withdraw(instance) {
    await instance.call(setWebsocket, { enabled: false });
    return { enabled: false };
  },

  isWithdrawn: (_declared, observed) => observed.enabled === false,

  equal: (field, left, right) => (field === "events" ? sameEvents(left, right) : left === right),
};
