import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import type { Values } from "../../provider/values.ts";

/** A RyzeAPI with a block that RyzeAPI does not have, and no other. */
export interface TypebotService {
  readonly url: string;
  /** "METHOD /path" and the body of every request since the last time, but not of listings. */
  taken(): Sent[];
  /** Typebot as an instance has it; undefined where there is no such instance. */
  typebot(name: string): Values | undefined;
  /** Somebody changes it behind Pulumi's back. */
  change(name: string, fields: Values): void;
  /** Whether the listing tells of Typebot. */
  listsTypebot: boolean;
  /** Why Typebot is refused. */
  refusal: string | undefined;
  close(): Promise<void>;
}

export interface Sent {
  readonly call: string;
  readonly body?: unknown;
}

interface Instance {
  readonly name: string;
  typebot: Values;
}

const OFF = { enabled: false, url: null, listenToGroups: null };

export async function startTypebotService(): Promise<TypebotService> {
  const instances = new Map<string, Instance>();
  let sent: Sent[] = [];

  const server = createServer((request, response) => {
    void answerTo(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const service: TypebotService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken() {
      const taken = sent;
      sent = [];
      return taken;
    },
    typebot: (name) => instances.get(name)?.typebot,
    change(name, fields) {
      const instance = instances.get(name);
      if (instance !== undefined) instance.typebot = { ...instance.typebot, ...fields };
    },
    listsTypebot: true,
    refusal: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;

  async function answerTo(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://service");
    const call = `${request.method ?? ""} ${path}`;
    const body = request.method === "POST" ? ((await json(request)) as Values) : undefined;
    if (call !== "GET /api/instance/list") sent.push({ call, ...(body === undefined ? {} : { body }) });
    if (call === "POST /api/instance/new") return created(body ?? {});
    if (call === "GET /api/instance/list") return listed(searchParams.get("instanceName"));
    const name = path.split("/").at(-1) ?? "";
    const instance = instances.get(name);
    if (instance === undefined) return refused(404, "Instance not found");
    switch (call.slice(0, -name.length)) {
      case "GET /api/instance/getTypebot/":
        return ok({ typebot: shown(instance) });
      case "POST /api/instance/typebot/":
        if (service.refusal !== undefined) return refused(400, service.refusal);
        instance.typebot = body?.["enabled"] === false ? OFF : { ...body };
        return ok({ message: "Typebot updated", typebot: shown(instance) });
      case "DELETE /api/instance/delete/":
        instances.delete(name);
        return ok({ message: "Instance deleted" });
      default:
        return refused(404, "Not found");
    }
  }

  function created(body: Values) {
    const name = String(body["name"]);
    const isRefused = service.refusal !== undefined;
    const typebot =
      body["typebotEnabled"] !== true || isRefused
        ? OFF
        : {
            enabled: true,
            url: body["typebotUrl"],
            apiKey: body["typebotApiKey"],
            listenToGroups: body["typebotListenToGroups"],
          };
    const instance = { name, typebot };
    instances.set(name, instance);
    return ok({ message: "Instance created", instance: summary(instance), typebot: shown(instance) }, 201);
  }

  function listed(name: string | null) {
    const all = [...instances.values()].filter((instance) => name === null || instance.name === name);
    if (name !== null && all.length === 0) return refused(404, "Instance not found");
    const typebotOf = (instance: Instance) => (service.listsTypebot ? { typebot: shown(instance) } : {});
    return ok({ instances: all.map((instance) => ({ ...summary(instance), ...typebotOf(instance) })) });
  }
}

function summary({ name }: Instance) {
  return { id: `id-of-${name}`, name, token: `token-of-${name}`, status: "disconnected", numberJid: null };
}

/** The key is never returned. */
function shown({ typebot: { enabled, url, listenToGroups } }: Instance): Values {
  return { enabled, url, listenToGroups };
}

function ok(payload: Values, status = 200) {
  return { status, body: { success: true, ...payload } };
}

function refused(status: number, message: string) {
  return { status, body: { success: false, error: { message } } };
}
