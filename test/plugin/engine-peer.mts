import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

/** One message that the plugin sent to the engine. */
export interface LogLine {
  readonly severity: "info" | "warning" | "other";
  readonly message: string;
  readonly urn: string;
}

/** The engine's side of the protocol, as far as a provider calls it: its log. */
export class EnginePeer {
  readonly address: string;
  readonly port: number;
  readonly log: LogLine[];
  readonly #server: Server;

  /** One that does not answer only listens. Port 0: any free one. */
  static async start({ answers = true, port = 0 } = {}): Promise<EnginePeer> {
    const log: LogLine[] = [];
    const server = new Server();
    server.addService(EngineService, {
      log: (call: { request: messages.LogRequest }, done: (error: null, answer: empty.Empty) => void) => {
        const { request } = call;
        log.push({
          severity: severityOf(request.getSeverity()),
          message: request.getMessage(),
          urn: request.getUrn(),
        });
        if (answers) done(null, new empty.Empty());
      },
    });
    const bound = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, free) => {
        if (error === null) resolve(free);
        else reject(error);
      });
    });
    return new EnginePeer(bound, log, server);
  }

  private constructor(port: number, log: LogLine[], server: Server) {
    this.address = `127.0.0.1:${port}`;
    this.port = port;
    this.log = log;
    this.#server = server;
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

function severityOf(severity: messages.LogSeverity): LogLine["severity"] {
  const { INFO, WARNING } = messages.LogSeverity;
  if (severity === INFO) return "info";
  return severity === WARNING ? "warning" : "other";
}
