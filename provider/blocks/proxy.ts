import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { RyzeApiError } from "../ryzeapi/errors.ts";
import { defined } from "../values.ts";
import { blockOf, type Observation } from "./block.ts";
import { observedOr, recordOf } from "./records.ts";

const setProxy = endpoint({
  method: "POST",
  route: "/api/instance/proxy/:instance",
  idempotent: true,
  answer: z.looseObject({ proxy: z.unknown().optional() }),
});

const getProxy = endpoint({
  method: "GET",
  route: "/api/instance/getProxy/:instance",
  idempotent: true,
  answer: z.looseObject({ proxy: recordOf(BLOCK_FIELDS.proxy) }),
});

/** Makes a new proxy take effect. Sent twice it only reconnects twice. */
const reconnect = endpoint({
  method: "POST",
  route: "/api/instance/reconnect/:instance",
  idempotent: true,
  reachesWhatsApp: true,
  answer: z.looseObject({}),
});

/** The instance's own proxy [docs: /en/api/instance/proxy-update]. */
export const proxy = blockOf("proxy", BLOCK_FIELDS.proxy, {
  async read(instance) {
    return defined((await instance.call(getProxy)).proxy);
  },

  async apply(instance, { declared }) {
    const answer = await instance.call(setProxy, proxy.requestOf(declared));
    const outcome = declared["reconnect"] ? await reconnectPaired(instance) : {};
    return { ...observedOr(proxy.observe(answer.proxy), proxy.acceptedOf(declared)), ...outcome };
  },

  async withdraw(instance, declared) {
    await instance.call(setProxy, { enabled: false });
    const outcome = declared["reconnect"] ? await reconnectPaired(instance) : {};
    return { enabled: false, ...outcome };
  },
});

/** An instance that was never paired has no session to bring back, which the service answers with 400. */
async function reconnectPaired(instance: InstanceClient): Promise<Pick<Observation, "error">> {
  try {
    await instance.call(reconnect);
    return {};
  } catch (error) {
    if (!(error instanceof RyzeApiError)) throw error;
    if (error.status === 400) return {};
    if (!error.throttled) throw error;
    return {
      error: `The change is stored, but WhatsApp throttles the reconnection that puts it in force: ${error.brief}`,
    };
  }
}
