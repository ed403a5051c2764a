import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  Server,
  ServerCredentials,
  type handleServerStreamingCall,
  type handleUnaryCall,
} from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import {
  ResourceProviderService,
  type IResourceProviderServer,
} from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { accountOf } from "../lifecycle.ts";
import { checkConfig, configurationIn, diffConfig } from "./configuration.ts";
import { Deployment } from "./deployment.ts";
import { EngineLog } from "./engine-log.ts";
import { answerTo, checkFailure } from "./failures.ts";
import { FUNCTIONS } from "./functions.ts";
import { onBehalfOf } from "./operation.ts";
import { propertiesIn, structOf } from "./properties.ts";
import type { ResourceCalls } from "./resource-calls.ts";
import { INSTANCE } from "./resources.ts";

/** As large as the engine's own messages may be. */
const LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024;

/** The resource provider protocol of Pulumi: one provider with one configuration. */
export class PluginServer {
  readonly #version: string;
  readonly #log = new EngineLog();
  #deployment: Deployment;

  /** `engine` is where the engine listens; it may also say so later. */
  constructor(version: string, engine: string | undefined) {
    this.#version = version;
    if (engine !== undefined) this.#log.connect(engine);
    this.#deployment = new Deployment([{}], this.#log);
  }

  /** Listens on a free port of the loopback address, which it gives. */
  async listen(): Promise<number> {
    const server = new Server({
      "grpc.max_receive_message_length": LARGEST_MESSAGE_BYTES,
      "grpc.max_send_message_length": LARGEST_MESSAGE_BYTES,
    });
    server.addService(ResourceProviderService, this.#calls());
    const bind = promisify(server.bindAsync.bind(server));
    return await bind("127.0.0.1:0", ServerCredentials.createInsecure());
  }

  /** Calls that are not here are answered as unimplemented, which the engine expects of them. */
  #calls() {
    return {
      handshake: this.#answer((request) => this.#handshake(request)),
      attach: this.#answer((request) => this.#attach(request)),
      getPluginInfo: this.#answer(() => new plugins.PluginInfo().setVersion(this.#version)),
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
        this.#deployment.cancel();
        return new empty.Empty();
      }),
    } satisfies Partial<IResourceProviderServer>;
  }

  #handshake(request: messages.ProviderHandshakeRequest): messages.ProviderHandshakeResponse {
    this.#log.connect(request.getEngineAddress());
    const response = new messages.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  #attach(request: plugins.PluginAttach): empty.Empty {
    this.#log.connect(request.getAddress());
    return new empty.Empty();
  }

  #configure(request: messages.ConfigureRequest): messages.ConfigureResponse {
    this.#deployment = new Deployment(configurationIn(request, process.env), this.#log);
    const response = new messages.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  async #invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const run = FUNCTIONS.get(request.getTok());
    if (run === undefined) throw new Error(`The package ryzeapi has no function ${request.getTok()}.`);
    const outcome = await run(this.#deployment.host, propertiesIn(request.getArgs()).values);
    const response = new messages.InvokeResponse();
    if ("result" in outcome) response.setReturn(structOf(outcome.result, outcome.secrets));
    else response.setFailuresList(outcome.failures.map(checkFailure));
    return response;
  }

  readonly #list: handleServerStreamingCall<messages.ListRequest, messages.ListResponse> = (call) => {
    const work = async (): Promise<void> => {
      const { request } = call;
      if (request.getToken() !== INSTANCE)
        throw new Error(`Only ${INSTANCE} can be listed, not ${request.getToken()}.`);
      const listed = await accountOf(this.#deployment.host, undefined).listing.all();
      const limit = request.getLimit() > 0 ? request.getLimit() : listed.length;
      for (const { name } of listed.slice(0, limit)) {
        const result = new messages.ListResponse.Result().setId(name).setName(name);
        call.write(new messages.ListResponse().setResult(result));
      }
      call.end();
    };
    work()
      .finally(() => this.#log.delivered())
      .catch((error: unknown) => call.emit("error", answerTo(error)));
  };

  #resource(request: { getUrn(): string }): ResourceCalls {
    return this.#deployment.resource(typeIn(request.getUrn()));
  }

  /** Answers a call when everything that was said on the way has reached the engine. */
  #answer<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return ({ request }, callback) => {
      onBehalfOf(urnOf(request), async () => {
        try {
          return await handle(request);
        } finally {
          await this.#log.delivered();
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
