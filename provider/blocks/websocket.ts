import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { storedBlock } from "./block.ts";
import { recordOf } from "./records.ts";

const getWebsocket = endpoint({
  method: "GET",
  route: "/api/events/getWebsocket/:instance",
  idempotent: true,
  absent: /not configured|^(?:no )?websocket\b/i,
  answer: z.looseObject({ websocket: recordOf(BLOCK_FIELDS.websocket).nullable() }),
});

/** Live events over `/ws/:instance` [docs: /en/api/events/websocket-configure]. */
export const websocket = storedBlock("websocket", BLOCK_FIELDS.websocket, {
  route: "/api/events/websocket/:instance",

  async read(instance) {
    const answer = await instance.find(getWebsocket);
    return websocket.observe(answer?.websocket) ?? { enabled: false };
  },
});
