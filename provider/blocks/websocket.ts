import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { blockOf } from "./block.ts";
import { observedOr, recordOf } from "./records.ts";

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
  answer: z.looseObject({ websocket: recordOf(BLOCK_FIELDS.websocket).nullable() }),
});

/** Live events over `/ws/:instance` [docs: /en/api/events/websocket-configure]. */
export const websocket = blockOf("websocket", BLOCK_FIELDS.websocket, {
  async read(instance) {
    const answer = await instance.find(getWebsocket);
    return websocket.observe(answer?.websocket) ?? { enabled: false };
  },

  async apply(instance, { declared }) {
    const answer = await instance.call(setWebsocket, websocket.requestOf(declared));
    return observedOr(websocket.observe(answer.websocket), websocket.acceptedOf(declared));
  },

  async withdraw(instance) {
    await instance.call(setWebsocket, { enabled: false });
    return { enabled: false };
  },
});
