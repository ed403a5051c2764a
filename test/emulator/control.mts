import type { FastifyInstance } from "fastify";
import type { Emulator } from "./emulator.mts";
import { parseJson } from "./endpoint.mts";
import type { FaultRule } from "./faults.mts";
import { parseReadings } from "./readings.mts";
import type { RequestLog } from "./requests.mts";

/** Routes outside of RyzeAPI's paths: no authentication, no limits, not recorded. */
export async function serveControl(app: FastifyInstance, emulator: Emulator, log: RequestLog): Promise<void> {
  await app.register(
    (control, _options, done) => {
      control.setErrorHandler((error: Error, _request, reply) =>
        reply.code(400).send({ success: false, error: { message: error.message } }),
      );
      control.get("/requests", (_request, reply) => reply.send(log.shown()));
      control.delete("/requests", (_request, reply) => {
        log.clear();
        return reply.send({ success: true });
      });
      control.post("/faults", (request, reply) => {
        emulator.fault(sentObject(request.body) as FaultRule);
        return reply.send({ success: true });
      });
      control.delete("/faults", (_request, reply) => {
        emulator.clearFaults();
        return reply.send({ success: true });
      });
      control.patch<{ Params: { name: string } }>("/instances/:name", (request, reply) => {
        const { token } = request.headers;
        emulator.patchInstance(request.params.name, sentObject(request.body), token?.toString());
        return reply.send({ success: true });
      });
      control.patch("/accounts", (request, reply) => {
        const { token: renewed } = sentObject(request.body);
        if (typeof renewed !== "string") throw new Error('The body has to be {"token": "the new one"}.');
        emulator.renewAccountToken(request.headers["token"]?.toString() ?? "", renewed);
        return reply.send({ success: true });
      });
      control.patch("/readings", (request, reply) => {
        Object.assign(emulator.readings, parseReadings(sentObject(request.body)));
        return reply.send({ success: true, readings: emulator.readings });
      });
      control.post("/reset", (_request, reply) => {
        emulator.reset();
        return reply.send({ success: true });
      });
      control.all("/*", () => {
        throw new Error("There is no such control route; see test/emulator/README.md.");
      });
      done();
    },
    { prefix: "/__emulator" },
  );
}

function sentObject(body: unknown): Record<string, unknown> {
  const sent = typeof body === "string" ? parseJson(body) : undefined;
  if (typeof sent !== "object" || sent === null) throw new Error("The body has to be a JSON object.");
  return sent as Record<string, unknown>;
}
