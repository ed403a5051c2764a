import { credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { urnAtWork } from "./operation.ts";

type Severity = "INFO" | "WARNING";

interface Engine {
  send(severity: Severity, message: string, urn: string): Promise<void>;
  close(): void;
}

/** An engine that is there answers at once; every call of the provider waits for that. */
const PATIENCE_MS = 5_000;

/** Messages to the engine, which shows them with the resource that they concern. */
export class EngineLog {
  #address: string | undefined;
  #engine: Promise<Engine> | undefined;
  readonly #underway = new Set<Promise<void>>();

  /** `address` is where the engine listens; without one, messages go to stderr. */
  connect(address: string): void {
    this.close();
    this.#address = address;
  }

  /** Until there is something to say. */
  close(): void {
    void this.#engine?.then(
      (engine) => {
        engine.close();
      },
      () => undefined,
    );
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
    const address = this.#address;
    try {
      if (!address) throw new Error("there is no engine");
      this.#engine ??= connectTo(address);
      const engine = await this.#engine;
      await engine.send(severity, message, urn);
    } catch (error) {
      console.error(message); // an engine that cannot be told shows what the process prints
      // One that does not answer is waited for once.
      if (isMissedDeadline(error) && this.#address === address) this.#address = undefined;
    }
  }
}

function isMissedDeadline(error: unknown): boolean {
  return (error as Partial<ServiceError>).code === status.DEADLINE_EXCEEDED;
}

/** Most runs have nothing to say, so the client is loaded when the first message comes. */
async function connectTo(address: string): Promise<Engine> {
  const { EngineClient } = await import("@pulumi/pulumi/proto/engine_grpc_pb.js");
  const { default: messages } = await import("@pulumi/pulumi/proto/engine_pb.js");
  // The engine is on this machine, whatever proxy the environment names for the outside.
  const client = new EngineClient(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  return {
    send(severity, message, urn) {
      const request = new messages.LogRequest();
      request.setSeverity(messages.LogSeverity[severity]);
      request.setMessage(message);
      request.setUrn(urn);
      const deadline = Date.now() + PATIENCE_MS;
      return new Promise((resolve, reject) => {
        client.log(request, new Metadata(), { deadline }, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    },
    close() {
      client.close();
    },
  };
}
