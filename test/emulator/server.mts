import { setTimeout as wait } from "node:timers/promises";
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { authenticate, identify, sentToken, type Identity } from "./auth.mts";
import { digest } from "./crypto.mts";
import { ApiError, parseJson, type Account, type Answer, type Endpoint, type Service } from "./endpoint.mts";
import type { AnswerFault, FaultPlan } from "./faults.mts";
import { inLanguage } from "./language.mts";
import type { Landings } from "./landings.mts";
import type { Charge, RateLimiter } from "./rate-limit.mts";
import type { RecordedRequest, RequestLog } from "./requests.mts";
import { chatwootEndpoints } from "./routes/chatwoot.mts";
import { connectionEndpoints } from "./routes/connection.mts";
import { createEndpoint } from "./routes/create.mts";
import { listEndpoint } from "./routes/list.mts";
import { health, observabilityEndpoints } from "./routes/observability.mts";
import { proxyEndpoints } from "./routes/proxy.mts";
import { s3Endpoints } from "./routes/s3.mts";
import { settingsEndpoints } from "./routes/settings.mts";
import { webhookEndpoints } from "./routes/webhook.mts";
import { websocketEndpoints } from "./routes/websocket.mts";
import { tamper } from "./tamper.mts";

const endpoints: Endpoint[] = [
  createEndpoint,
  listEndpoint,
  ...connectionEndpoints,
  ...settingsEndpoints,
  ...s3Endpoints,
  ...proxyEndpoints,
  ...webhookEndpoints,
  ...websocketEndpoints,
  ...chatwootEndpoints,
  ...observabilityEndpoints,
];

export interface ServerParts {
  service: Service;
  accounts: Account[];
  limiter: RateLimiter;
  landings: Landings;
  log: RequestLog;
  latencyMs: number;
}

/** What is known of one request on its way through the hooks. */
interface Exchange {
  record: RecordedRequest;
  token: string | undefined;
  identity: Identity;
  query: URLSearchParams;
  plan: FaultPlan;
  charge?: Charge;
  /** The status of its refusal, whatever the answer's is. */
  refusal?: number;
  /** A fault has answered; nothing is added to it. */
  struck: boolean;
}

declare module "fastify" {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

export function createServer(): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    bodyLimit: 10 * 1024 * 1024,
    routerOptions: { maxParamLength: 10_000 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    done(null, body);
  });
  return app;
}

/** Every request is recorded, then suffers its faults, counts against the limits and is authenticated, in this order. */
export async function serveApi(app: FastifyInstance, parts: ServerParts): Promise<void> {
  await app.register((api, _options, done) => {
    api.decorateRequest("exchange");
    api.addHook("onRequest", (request, _reply, next) => {
      request.exchange = beginExchange(request, parts);
      next();
    });
    api.addHook("preHandler", (request, reply) => admit(request, reply, parts));
    api.addHook("onSend", async (request, reply, payload) => {
      const outgoing = await finish(request, reply, String(payload), parts);
      parts.landings.answered();
      return outgoing;
    });
    api.setErrorHandler((error: FastifyError | ApiError, request, reply) =>
      sendError(error, request, reply, parts.service),
    );
    for (const endpoint of endpoints) serve(api, endpoint, parts);
    api.get("/health", (_request, reply) => reply.send(health()));
    api.all("/*", (request, reply) => {
      if (isPreflight(request)) return reply.code(204).headers(preflightHeaders).send();
      throw new ApiError(404, "Not found");
    });
    done();
  });
}

/** The emulator's accounts have authorised no origin, so no answer allows one. */
const preflightHeaders = {
  "Access-Control-Allow-Headers": "Content-Type, Authorization, token",
  "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
};

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === "OPTIONS" && "access-control-request-method" in headers;
}

function serve(api: FastifyInstance, endpoint: Endpoint, { service }: ServerParts): void {
  api.route({
    method: endpoint.method,
    url: endpoint.path,
    handler: async (request, reply) => {
      const answer = await apply(endpoint, request, service);
      return reply.code(answer.status).send(answer.body);
    },
  });
}

async function apply(endpoint: Endpoint, request: FastifyRequest, service: Service): Promise<Answer> {
  const { identity, query } = request.exchange;
  const { instance: name = "" } = request.params as { instance?: string };
  const caller = authenticate(endpoint, identity, name, service.readings);
  const body = request.body as string | undefined;
  return endpoint.handler({ service, ...caller, name, query, body });
}

function beginExchange(request: FastifyRequest, { service, accounts, log }: ServerParts): Exchange {
  const [path = "", search = ""] = request.url.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const template = request.routeOptions.url;
  const token = sentToken(request.headers, query);
  const { instance: wanted } = request.params as { instance?: string };
  const identity = identify(token, wanted, accounts, service.store);
  const record: RecordedRequest = {
    method: request.method,
    path,
    query: withoutToken(search),
    token: identity.kind,
    ...(identity.kind === "instance" ? { instance: identity.owner.name } : {}),
    status: 0,
    time: new Date().toISOString(),
    userAgent: request.headers["user-agent"] ?? "",
    route: template === undefined || template === "/*" ? "unknown" : `${request.method} ${template}`,
  };
  log.add(record);
  const plan = { delayBefore: 0, delayAfter: 0, before: undefined, after: undefined };
  return { record, token, identity, query, plan, struck: false };
}

async function admit(request: FastifyRequest, reply: FastifyReply, parts: ServerParts): Promise<unknown> {
  const { exchange } = request;
  const { service, limiter, latencyMs } = parts;
  const body = parseJson(request.body as string | undefined);
  if (body !== undefined) exchange.record.body = body;
  const { method, path, route } = exchange.record;
  const instance = concernedInstance(request, body);
  const label = concernedLabel(exchange, body);
  exchange.plan = service.faults.plan({ method, path, route, instance, label });

  const delay = latencyMs + exchange.plan.delayBefore;
  if (delay > 0) await wait(delay, undefined, { signal: service.closing });
  if (exchange.plan.before) return strikeBefore(request, reply, exchange.plan.before, parts);

  if (route === "GET /health" || isPreflight(request)) return undefined;
  const bucket = exchange.token === undefined ? "" : digest(exchange.token);
  exchange.charge = limiter.charge(bucket, route === "POST /api/instance/new");
  if (!exchange.charge.allowed) throw new ApiError(429, "Rate limit exceeded. Try again later.");
  return undefined;
}

async function finish(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: string,
  { service }: ServerParts,
): Promise<unknown> {
  const { exchange } = request;
  const { plan, charge, record } = exchange;
  if (exchange.struck) return payload;
  const { refusal = 200 } = exchange;
  if (!service.readings.failedCallsCount && refusal >= 400 && refusal < 500) charge?.refund();

  if (plan.delayAfter > 0) await wait(plan.delayAfter, undefined, { signal: service.closing });
  const outgoing = plan.after ? strikeAfter(request, reply, plan.after, payload, service) : payload;
  const replaced = plan.after?.kind === "status" || plan.after?.kind === "html";
  if (charge && !replaced) reply.headers(charge.headers());
  record.status = request.raw.socket.destroyed ? 0 : reply.statusCode;
  return outgoing;
}

function strikeBefore(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: AnswerFault,
  { service, landings }: ServerParts,
): FastifyReply {
  request.exchange.struck = true;
  if (fault.kind === "land-late") landings.add(fault, () => apply(createEndpoint, request, service));
  const tampered = tamper(fault, "", service.closing);
  if (tampered === "dropped") {
    reply.hijack();
    landings.answered();
    request.raw.socket.destroy();
    return reply;
  }
  reply.code(tampered.status ?? reply.statusCode).headers(tampered.headers);
  request.exchange.record.status = reply.statusCode;
  return reply.send(tampered.body);
}

function strikeAfter(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: AnswerFault,
  genuine: string,
  { closing }: Service,
): unknown {
  const tampered = tamper(fault, genuine, closing);
  if (tampered === "dropped") {
    request.raw.socket.destroy();
    return genuine;
  }
  reply.code(tampered.status ?? reply.statusCode).headers(tampered.headers);
  return tampered.body;
}

function sendError(
  error: FastifyError | ApiError,
  request: FastifyRequest,
  reply: FastifyReply,
  { readings }: Service,
): FastifyReply {
  const status = error instanceof ApiError ? error.status : (error.statusCode ?? 500);
  request.exchange.refusal = status;
  const message = inLanguage(error.message, readings.language);
  const envelope = { success: false, error: { message } };
  const isRouted = request.exchange.record.route !== "unknown";
  if (readings.refusals === "ok-false" && isRouted && status !== 429) return reply.code(200).send(envelope);
  const flat = readings.chatwootErrors === "flat" && request.url.startsWith("/api/chatwoot/");
  return reply.code(status).send(flat ? { error: message } : envelope);
}

function concernedInstance(request: FastifyRequest, body: unknown): string | undefined {
  const { instance } = request.params as { instance?: string };
  if (instance !== undefined) return instance;
  if (typeof body === "object" && body !== null && "name" in body) return String(body.name);
  return request.exchange.query.get("instanceName") ?? undefined;
}

/** A read without a label is about all of them. */
function concernedLabel({ record, query }: Exchange, body: unknown): string | undefined {
  if (record.route === "POST /api/events/webhook/:instance") {
    const sent = typeof body === "object" && body !== null && "label" in body ? body.label : undefined;
    return typeof sent === "string" && sent !== "" ? sent : "default";
  }
  if (!/^GET \/api\/events\/(getWebhook|webhook)\//.test(record.route)) return undefined;
  const asked = query.get("label");
  return asked === "" ? "default" : (asked ?? undefined);
}

function withoutToken(search: string): string {
  const parts = search.split("&");
  return parts.filter((part) => !new URLSearchParams(part).has("token")).join("&");
}
