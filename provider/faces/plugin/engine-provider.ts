import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import { configurationIn } from "./configuration.ts";
import { Deployment } from "./deployment.ts";
import { EngineLog } from "./engine-log.ts";

/** One provider of an engine: what it was configured with, and where its messages go. */
export class EngineProvider {
  readonly log = new EngineLog();
  /** Whether the engine has a connection for it, which it gives up while nothing is asked. */
  isConnected = true;
  #urn = "";
  #deployment: Deployment | undefined;

  /** Begins a run, with everything made anew. Calls do not say which provider they mean: there can be only one. */
  configure(request: ConfigureRequest): void {
    const urn = request.getUrn() ?? "";
    if (this.#urn !== "" && urn !== this.#urn) {
      throw new Error(
        `The provider ${urn} cannot be configured here: the connection is that of ${this.#urn}, and calls do not say ` +
          "which one they mean. Have Pulumi connect without a gRPC proxy, so that each provider has a connection of its " +
          "own, or leave out PULUMI_DEBUG_PROVIDERS, so that each has a process of its own.",
      );
    }
    this.#urn = urn;
    this.#deployment = new Deployment(configurationIn(request, process.env), this.log);
  }

  /** Undefined until it is configured. */
  get deployment(): Deployment | undefined {
    return this.#deployment;
  }
}
