import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { checkConfig, diffConfig } from "./configuration.ts";
import type { Deployment } from "./deployment.ts";
import { EngineProvider } from "./engine-provider.ts";
import { answerTo } from "./failures.ts";
import { FUNCTIONS } from "./functions.ts";
import { listPage } from "./list.ts";
import { onBehalfOf } from "./operation.ts";
import { propertiesIn, structOf } from "./properties.ts";
import { UnreadableRequest } from "./requests.ts";
import type { ResourceCalls } from "./resource-calls.ts";

interface ConnectionOptions {
  readonly version: string;
  /** Where the engine listens, as far as it is known before the engine says so itself. */
  readonly engine: string | undefined;
  /** The provider that lost its connection, where only one can be meant. */
  readonly disconnected: () => EngineProvider | undefined;
  readonly configured: (provider: EngineProvider) => void;
}

/**
 * The resource provider protocol of Pulumi, as one connection speaks it. Calls do not say which provider of the engine
 * they are for; the connection does, since each provider has its own.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  #provider = new EngineProvider();
  /** An engine begins with a handshake; one that goes on after its connection was cut does not repeat it. */
  #hasBegun = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    if (options.engine !== undefined) this.#provider.log.connect(options.engine);
  }

  /** What the connection can be asked. */
  calls() {
    return {
      handshake: this.#answer((request) => this.#handshake(request)),
      attach: this.#answer((request) => this.#attach(request)),
      getPluginInfo: this.#answer(() => new plugins.PluginInfo().setVersion(this.#options.version)),
      getSchema: this.#answer(schema),
      checkConfig: this.#answer(checkConfig),
      diffConfig: this.#answer(diffConfig),
      configure: this.#answer((request) => this.#configure(request)),
      invoke: this.#answer((request) => this.#invoke(request)),
      check: this.#answer((request) => this.#resource(request).check(request)),
      diff: this.#answer((request) => this.#resource(request).diff(request)),
      create: this.#answer((request) => this.#resource(request).create(request)),
      read: this.#answer((request) => this.#resource(request).read(request)),
      update: this.#answer((request) => this.#resource(request).update(request)),
      delete: this.#answer(async (request) => {
        await this.#resource(request).delete(request);
        return new empty.Empty();
      }),
      list: this.#list,
      cancel: this.#answer(() => {
        this.#resumed().deployment?.cancel();
        return new empty.Empty();
      }),
    } satisfies Partial<IResourceProviderServer>;
  }

  /** The connection is gone. */
  end(): void {
    this.#provider.isConnected = false;
    this.#provider.log.close();
  }

  #handshake(request: messages.ProviderHandshakeRequest): messages.ProviderHandshakeResponse {
    this.#begin(request.getEngineAddress());
    const response = new messages.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  #attach(request: plugins.PluginAttach): empty.Empty {
    this.#begin(request.getAddress());
    return new empty.Empty();
  }

  #begin(engine: string): void {
    this.#hasBegun = true;
    this.#provider.log.connect(engine);
  }

  #configure(request: messages.ConfigureRequest): messages.ConfigureResponse {
    this.#hasBegun = true;
    this.#provider.configure(request);
    this.#options.configured(this.#provider);
    const response = new messages.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  async #invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const run = FUNCTIONS.get(request.getTok());
    if (run === undefined) throw new Error(`The package ryzeapi has no function ${request.getTok()}.`);
    const { result, secrets } = await run(this.#deployment(), propertiesIn(request.getArgs()).values);
    return new messages.InvokeResponse().setReturn(structOf(result, secrets));
  }

  readonly #list: handleServerStreamingCall<messages.ListRequest | UnreadableRequest, messages.ListResponse> =
    (call) => {
      const { request } = call;
      if (request instanceof UnreadableRequest) {
        call.emit("error", request.answer);
        return;
      }
      const work = async (): Promise<void> => {
        try {
          for (const response of await listPage(this.#deployment().host, request)) call.write(response);
          call.end();
        } finally {
          await this.#provider.log.delivered();
        }
      };
      work().catch((error: unknown) => call.emit("error", answerTo(error)));
    };

  #resource(request: { getUrn(): string }): ResourceCalls {
    const urn = request.getUrn();
    if (typeIn(urn) === "") throw new Error(`The call is about no resource: "${urn}" is no URN of one.`);
    return this.#deployment().resource(typeIn(urn));
  }

  #deployment(): Deployment {
    const { deployment } = this.#resumed();
    if (deployment === undefined) {
      throw new Error(
        "The provider was not configured over this connection, so that it has no account. If the connection of a " +
          "provider in a debugger was cut, run the command again.",
      );
    }
    return deployment;
  }

  #resumed(): EngineProvider {
    if (this.#hasBegun) return this.#provider;
    const former = this.#options.disconnected();
    if (former === undefined) return this.#provider;
    this.#hasBegun = true;
    this.#provider = former;
    former.isConnected = true;
    return former;
  }

  /** Answers a call when everything that was said on the way has reached the engine. */
  #answer<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request | UnreadableRequest, Response> {
    return ({ request }, callback) => {
      if (request instanceof UnreadableRequest) {
        callback(request.answer);
        return;
      }
      onBehalfOf(urnOf(request), async () => {
        try {
          return await handle(request);
        } finally {
          await this.#provider.log.delivered();
        }
      }).then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(answerTo(error));
        },
      );
    };
  }
}

/** The schema lies beside the program. */
async function schema(): Promise<messages.GetSchemaResponse> {
  const text = await readFile(join(__dirname, "schema.json"), "utf8");
  return new messages.GetSchemaResponse().setSchema(text);
}

function urnOf(request: unknown): string {
  return typeof request === "object" && request !== null && "getUrn" in request
    ? (request as { getUrn(): string }).getUrn()
    : "";
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` */
function typeIn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
