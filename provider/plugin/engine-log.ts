import { credentials } from "@grpc/grpc-js";
import { urnAtWork } from "./operation.ts";

type Severity = "INFO" | "WARNING";
type Send = (severity: Severity, message: string, urn: string) => Promise<void>;

/** Messages to the engine, which shows them with the resource that they concern. */
export class EngineLog {
  #address: string | undefined;
  #engine: Promise<Send> | undefined;
  readonly #underway = new Set<Promise<void>>();

  /** `address` is where the engine listens; without one, messages go to stderr. */
  connect(address: string): void {
    this.#address = address;
    this.#engine = undefined;
  }

  info(message: string): void {
    this.#log("INFO", message);
  }

  warn(message: string): void {
    this.#log("WARNING", message);
  }

  /** Resolves when the engine has everything: it may end the process as soon as its call is answered. */
  async delivered(): Promise<void> {
    await Promise.all(this.#underway);
  }

  #log(severity: Severity, message: string): void {
    const delivery = this.#deliver(severity, message, urnAtWork()).finally(() => {
      this.#underway.delete(delivery);
    });
    this.#underway.add(delivery);
  }

  async #deliver(severity: Severity, message: string, urn: string): Promise<void> {
    try {
      if (!this.#address) throw new Error("there is no engine");
      this.#engine ??= connectTo(this.#address);
      const send = await this.#engine;
      await send(severity, message, urn);
    } catch {
      console.error(message); // an engine that cannot be told shows what the process prints
    }
  }
}

/** Most runs have nothing to say, so the client is loaded when the first message comes. */
async function connectTo(address: string): Promise<Send> {
  const { EngineClient } = await import("@pulumi/pulumi/proto/engine_grpc_pb.js");
  const { default: messages } = await import("@pulumi/pulumi/proto/engine_pb.js");
  const client = new EngineClient(address, credentials.createInsecure());
  return (severity, message, urn) => {
    const request = new messages.LogRequest();
    request.setSeverity(messages.LogSeverity[severity]);
    request.setMessage(message);
    request.setUrn(urn);
    return new Promise((resolve, reject) => {
      client.log(request, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  };
}
