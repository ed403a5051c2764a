import { z } from "zod";
import { ApiError, field, instanceOf, readBody, success, type Endpoint, type Service } from "../endpoint.mts";
import type { Instance, Proxy } from "../model.mts";
import type { Readings } from "../readings.mts";

const schema = z.object({
  enabled: field.flag,
  host: field.text,
  port: field.text,
  protocol: field.text,
  username: field.text,
  password: field.text,
});

const off: Proxy = { enabled: false, host: "", port: "", protocol: "", username: "", password: "" };

export const proxyEndpoints: Endpoint[] = [
  {
    method: "POST",
    path: "/api/instance/proxy/:instance",
    auth: "either",
    handler: (call) => {
      const { service } = call;
      const instance = instanceOf(call);
      const proxy = applyProxy(service, instance, readBody(call, schema));
      const message = "Proxy configuration updated successfully";
      if (service.readings.proxyPostBody === "empty") return success({ message });
      return success({ message, proxy: proxyView(proxy, service.readings) });
    },
  },
  {
    method: "GET",
    path: "/api/instance/getProxy/:instance",
    auth: "either",
    handler: (call) => {
      const { proxy } = call.service.store.blocks(instanceOf(call));
      return success({
        message: "Proxy configuration retrieved successfully",
        proxy: proxyView(proxy, call.service.readings),
      });
    },
  },
];

export function applyProxy(service: Service, instance: Instance, body: z.infer<typeof schema>): Proxy {
  service.faults.checkBlock("proxy", instance.name);
  const { readings, store } = service;
  const before = (readings.partialBlocks === "merged" ? store.blocks(instance).proxy : undefined) ?? off;
  const proxy = body.enabled
    ? {
        enabled: true,
        host: body.host ?? before.host,
        port: body.port ?? before.port,
        protocol: body.protocol ?? before.protocol,
        username: body.username ?? before.username,
        password: body.password ?? before.password,
      }
    : off;
  if (readings.validateProxy === "on") validate(proxy);
  store.setBlock(instance, "proxy", proxy);
  return proxy;
}

/** The password is never shown. */
export function proxyView(proxy: Proxy | undefined, readings: Readings): object | null {
  if (!proxy && readings.neverSet === "null") return null;
  if (proxy?.enabled) {
    const { enabled, host, port, protocol, username } = proxy;
    return { enabled, host, port, protocol, username };
  }
  const nothing = readings.disabledProxy === "nulls" ? null : "";
  return { enabled: false, host: nothing, port: nothing, protocol: nothing, username: nothing };
}

function validate(proxy: Proxy): void {
  if (!proxy.enabled) return;
  if (proxy.host === "") throw new ApiError(400, "Proxy host is required");
  if (!/^\d{1,5}$/.test(proxy.port) || Number(proxy.port) > 65_535)
    throw new ApiError(400, "Invalid proxy port");
  if (!["http", "https", "socks5"].includes(proxy.protocol))
    throw new ApiError(400, "Invalid proxy protocol");
}
