import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Connection } from "./connection.ts";
import type { EngineProvider } from "./engine-provider.ts";
import { SERVICE } from "./requests.ts";

/** As large as the engine's own messages may be. */
const LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024;

/**
 * Serves every connection for itself. The engine starts a process for each of its providers; only one that a debugger
 * is attached to serves several of them, and one run after the other.
 */
export class PluginServer {
  readonly #version: string;
  readonly #engine: string | undefined;
  /** The only provider that was ever configured here. */
  #provider: EngineProvider | "several" | undefined;

  /** `engine` is where the engine listens; it may also say so later. */
  constructor(version: string, engine: string | undefined) {
    this.#version = version;
    this.#engine = engine;
  }

  /** Listens on a free port of the loopback address, which it gives. */
  async listen(): Promise<number> {
    const server = createServer((socket) => {
      this.#serve(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  #serve(socket: Socket): void {
    const connection = new Connection({
      version: this.#version,
      engine: this.#engine,
      disconnected: () => this.#disconnected(),
      configured: (provider) => {
        this.#provider = this.#provider === undefined || this.#provider === provider ? provider : "several";
      },
    });
    const server = new Server({
      "grpc.max_receive_message_length": LARGEST_MESSAGE_BYTES,
      "grpc.max_send_message_length": LARGEST_MESSAGE_BYTES,
      "grpc.enable_channelz": 0,
    });
    server.addService(SERVICE, connection.calls());
    server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
    socket.once("close", () => {
      connection.end();
      server.forceShutdown();
    });
  }

  #disconnected(): EngineProvider | undefined {
    const provider = this.#provider;
    return provider === "several" || provider?.isConnected ? undefined : provider;
  }
}
