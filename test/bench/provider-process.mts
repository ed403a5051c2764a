import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";

import type { Values } from "./fleet.mts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The engine only has to be named: a dynamic provider never calls it. */
const ENGINE_ADDRESS = "127.0.0.1:1";
/** With `-e` the first argument takes the place of a script's name. */
const DYNAMIC = ["-e", 'require("@pulumi/pulumi/cmd/dynamic-provider")', "dynamic-provider", ENGINE_ADDRESS];
const PLUGIN = ["dist/plugin/pulumi-resource-ryzeapi", ENGINE_ADDRESS];
const URN = "urn:pulumi:bench::bench::ryzeapi:index:Instance::bench";

/** None outlives the benchmark, however that ends. */
const running = new Set<ChildProcessByStdio<null, Readable, null>>();
process.once("exit", () => {
  for (const child of running) child.kill();
});

/** A provider's process, spoken to over gRPC as the engine does. */
export class ProviderProcess {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #client: ResourceProviderClient;
  /** The provider's code, as it stands in `__provider`; the native plugin has none. */
  readonly #code: string | undefined;

  /** Pulumi's own process for dynamic providers, with the code of one. */
  static dynamic(code: string, config: Values): Promise<ProviderProcess> {
    return ProviderProcess.#start(DYNAMIC, code, config);
  }

  /** The native plugin. */
  static native(config: Values): Promise<ProviderProcess> {
    return ProviderProcess.#start(PLUGIN, undefined, config);
  }

  static async #start(
    command: readonly string[],
    code: string | undefined,
    config: Values,
  ): Promise<ProviderProcess> {
    const child = spawn(process.execPath, command, { cwd: repository, stdio: ["ignore", "pipe", "inherit"] });
    running.add(child);
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const provider = new ProviderProcess(child, client, code);
    await provider.#configure(config);
    return provider;
  }

  private constructor(
    child: ChildProcessByStdio<null, Readable, null>,
    client: ResourceProviderClient,
    code: string | undefined,
  ) {
    this.#child = child;
    this.#client = client;
    this.#code = code;
  }

  async check(olds: Values, news: Values): Promise<Values> {
    const request = new messages.CheckRequest().setUrn(URN);
    request.setOlds(this.#struct(olds));
    request.setNews(this.#struct(news));
    const answer = await unary<messages.CheckResponse>((done) => this.#client.check(request, done));
    const [failure] = answer.getFailuresList();
    if (failure !== undefined)
      throw new Error(`check refused ${failure.getProperty()}: ${failure.getReason()}`);
    return plain(answer.getInputs());
  }

  /** Whether the provider says, or leaves to the engine to find, that there is something to do. */
  async diff(id: string, olds: Values, news: Values): Promise<boolean> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(this.#struct(olds));
    request.setNews(this.#struct(news));
    const answer = await unary<messages.DiffResponse>((done) => this.#client.diff(request, done));
    if (answer.getReplacesList().length > 0) throw new Error(`${id} would be replaced`);
    return answer.getChanges() !== messages.DiffResponse.DiffChanges.DIFF_NONE;
  }

  async create(inputs: Values): Promise<{ id: string; outputs: Values }> {
    const request = new messages.CreateRequest();
    request.setProperties(this.#struct(inputs));
    const answer = await unary<messages.CreateResponse>((done) => this.#client.create(request, done));
    return { id: answer.getId(), outputs: plain(answer.getProperties()) };
  }

  async read(id: string, inputs: Values, outputs: Values): Promise<{ inputs: Values; outputs: Values }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setInputs(this.#struct(inputs));
    request.setProperties(this.#struct(outputs));
    const answer = await unary<messages.ReadResponse>((done) => this.#client.read(request, done));
    if (answer.getId() !== id) throw new Error(`${id} is gone`);
    return { inputs: plain(answer.getInputs()), outputs: plain(answer.getProperties()) };
  }

  async update(id: string, olds: Values, news: Values): Promise<Values> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(this.#struct(olds));
    request.setNews(this.#struct(news));
    const answer = await unary<messages.UpdateResponse>((done) => this.#client.update(request, done));
    return plain(answer.getProperties());
  }

  async delete(id: string, outputs: Values): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(this.#struct(outputs));
    await unary((done) => this.#client.delete(request, done));
  }

  /** The most memory that the process ever had in use, in MiB; undefined where the system does not tell (not Linux). */
  async peakMemory(): Promise<number | undefined> {
    try {
      const status = await readFile(`/proc/${this.#child.pid ?? 0}/status`, "utf8");
      return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) / 1024;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.#client.close();
    this.#child.kill();
    await once(this.#child, "exit");
    running.delete(this.#child);
  }

  async #configure(config: Values): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(config));
    await unary((done) => this.#client.configure(request, done));
  }

  #struct(values: Values): structs.Struct {
    return struct(this.#code === undefined ? values : { ...values, __provider: this.#code });
  }
}

function struct(values: Values): structs.Struct {
  return structs.Struct.fromJavaScript(values as Parameters<typeof structs.Struct.fromJavaScript>[0]);
}

function plain(values: structs.Struct | undefined): Values {
  return values?.toJavaScript() ?? {};
}

function unary<Answer>(
  call: (done: (error: ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => {
      if (error === null) resolve(answer);
      else reject(new Error(error.details, { cause: error }));
    });
  });
}
