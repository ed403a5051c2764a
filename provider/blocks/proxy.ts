import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { RyzeApiError } from "../ryzeapi/errors.ts";
import { defined, type Values } from "../values.ts";
import { storedBlock, type Block, type Observation } from "./block.ts";
import { recordOf } from "./records.ts";

const getProxy = endpoint({
  method: "GET",
  route: "/api/instance/getProxy/:instance",
  idempotent: true,
  answer: z.looseObject({ proxy: recordOf(BLOCK_FIELDS.proxy).nullable() }),
});

/** Makes a new proxy take effect. Sent twice it only reconnects twice. */
const reconnect = endpoint({
  method: "POST",
  route: "/api/instance/reconnect/:instance",
  idempotent: true,
  reachesWhatsApp: true,
  answer: z.looseObject({}),
});

const stored = storedBlock("proxy", BLOCK_FIELDS.proxy, {
  route: "/api/instance/proxy/:instance",

  async read(instance) {
    const { proxy: found } = await instance.call(getProxy);
    return found === null ? { enabled: false } : defined(found);
  },
});

/** The instance's own proxy [docs: /en/api/instance/proxy-update]. */
export const proxy: Block = {
  ...stored,

  async apply(instance, change) {
    const observed = await stored.apply(instance, change);
    return { ...observed, ...(await inForce(instance, change.declared)) };
  },

  async withdraw(instance, declared) {
    const observed = await stored.withdraw(instance, declared);
    return { ...observed, ...(await inForce(instance, declared)) };
  },
};

/** A change takes effect with a reconnection. */
async function inForce(instance: InstanceClient, declared: Values): Promise<Pick<Observation, "error">> {
  return declared["reconnect"] === true ? await reconnectPaired(instance) : {};
}

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
