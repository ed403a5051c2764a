import * as z from "zod";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { RyzeApiError } from "../ryzeapi/errors.ts";
import { defined } from "../values.ts";
import type { Block, Observation } from "./block.ts";
import { anyText, flag, oneOf, port, switchable, switchableNames, text } from "./fields.ts";
import { observedOr, readRecord, recordFlag, recordText } from "./records.ts";

type Proxy = Readonly<{
  enabled: boolean;
  host?: string;
  port?: number;
  protocol?: "http" | "https" | "socks5";
  username?: string;
  password?: string;
  reconnect: boolean;
}>;

const fields = {
  host: text("a host name or an address").optional(),
  port: port().optional(),
  protocol: oneOf(["http", "https", "socks5"]).optional(),
  username: anyText().optional(),
  password: anyText().optional(),
  reconnect: flag().default(true),
};

const record = z.object({
  enabled: recordFlag,
  host: recordText,
  port: z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value) => (value && Number.isFinite(Number(value)) ? Number(value) : undefined)),
  protocol: recordText,
  username: recordText,
});

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
  answer: z.looseObject({ proxy: record }),
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
export const proxy: Block<Proxy> = {
  name: "proxy",
  schema: switchable<Proxy>(fields, ["host", "port", "protocol"]),
  fields: switchableNames(fields),
  secrets: ["password"],
  unreadable: ["password"],
  directives: ["reconnect"],

  createFields: (declared) => ({
    proxyEnabled: true,
    proxyHost: declared.host,
    proxyPort: String(declared.port),
    proxyProtocol: declared.protocol,
    proxyUsername: declared.username,
    proxyPassword: declared.password,
  }),

  observe: (value) => readRecord(record, value),

  async read(instance) {
    return defined((await instance.call(getProxy)).proxy);
  },

  async apply(instance, { declared }) {
    const { password, reconnect: reconnects, ...shown } = declared;
    const answer = await instance.call(setProxy, { ...shown, port: String(declared.port), password });
    const outcome = reconnects ? await reconnectPaired(instance) : {};
    return { ...observedOr(proxy.observe(answer.proxy), shown), ...outcome };
  },

  async withdraw(instance, declared) {
    await instance.call(setProxy, { enabled: false });
    const outcome = declared.reconnect ? await reconnectPaired(instance) : {};
    return { enabled: false, ...outcome };
  },

  isWithdrawn: (_declared, observed) => observed.enabled === false,
};

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
