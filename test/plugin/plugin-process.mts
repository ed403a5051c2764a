import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import { credentials, type ServiceError } from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import { onTestFinished } from "vitest";

import type { Values } from "../../provider/values.ts";
import { EnginePeer } from "./engine-peer.mts";
import { struct } from "./wire.mts";

const PROGRAM = fileURLToPath(new URL("../../dist/plugin/pulumi-resource-ryzeapi", import.meta.url));

export const INSTANCE = "ryzeapi:index:Instance";
export const WEBHOOK = "ryzeapi:index:Webhook";

export function urnOf(name: string, type = INSTANCE): string {
  return `urn:pulumi:test::test::${type}::${name}`;
}

/** One provider of an engine: what it asks the built plugin, and the engine's side of the protocol. */
export interface Plugin {
  readonly client: ResourceProviderClient;
  readonly engine: EnginePeer;
  readonly process: PluginProcess;
}

/** The built plugin in a process of its own. */
export interface PluginProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly port: string;
  /** What it printed for people. */
  readonly printed: () => string;
}

/** Started, shaken hands with and configured, as the engine does it; ends with the test. */
export async function pluginFor(config: Values, environment: NodeJS.ProcessEnv = {}): Promise<Plugin> {
  const plugin = await unconfiguredPlugin(environment);
  await configure(plugin, config);
  return plugin;
}

/** What a run of the engine begins with. */
export async function configure({ client }: Plugin, config: Values, urn?: string): Promise<void> {
  const request = new messages.ConfigureRequest().setArgs(struct(config));
  if (urn !== undefined) request.setUrn(urn);
  await call<messages.ConfigureResponse>((done) => client.configure(request, done));
}

export async function unconfiguredPlugin(environment: NodeJS.ProcessEnv = {}): Promise<Plugin> {
  const engine = await enginePeer();
  const plugin = await pluginProcess([engine.address], environment);
  return await attached(plugin, engine);
}

/** A provider of an engine, with a connection of its own to the process. */
export async function attached(process: PluginProcess, engine?: EnginePeer): Promise<Plugin> {
  const peer = engine ?? (await enginePeer());
  const plugin = { client: clientOf(process), engine: peer, process };
  const request = new messages.ProviderHandshakeRequest().setEngineAddress(peer.address);
  await call((done) => plugin.client.handshake(request, done));
  return plugin;
}

/** The engine's other way to say where it listens. */
export async function attach({ client }: Plugin, address: string): Promise<void> {
  await call((done) => client.attach(new plugins.PluginAttach().setAddress(address), done));
}

/** A connection that says nothing yet. */
export function clientOf({ port }: PluginProcess): ResourceProviderClient {
  // Clients of one process share connections otherwise.
  const options = { "grpc.use_local_subchannel_pool": 1 };
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  onTestFinished(() => {
    client.close();
  });
  return client;
}

export async function pluginProcess(
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<PluginProcess> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, RYZEAPI_TOKEN: "", RYZEAPI_ENDPOINT: "", ...environment },
  });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(
      `The plugin ended with exit code ${String(code)} before it listened. Is it built? ${printed}`,
    );
  });
  const [port] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
  ended.catch(() => undefined);
  onTestFinished(() => {
    child.kill("SIGKILL"); // a process that is busy hears nothing else
  });
  return { child, port, printed: () => printed };
}

async function enginePeer(): Promise<EnginePeer> {
  const engine = await EnginePeer.start();
  onTestFinished(() => {
    engine.stop();
  });
  return engine;
}

export function call<Answer>(
  send: (done: (error: ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    send((error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}

/** What the engine records where a resource exists but is not complete: from the details of the error. */
export function initFailureIn(error: ServiceError): messages.ErrorResourceInitFailed | undefined {
  const [binary] = error.metadata.get("grpc-status-details-bin");
  if (!(binary instanceof Uint8Array)) return undefined;
  const [details] = statuses.Status.deserializeBinary(binary).getDetailsList();
  return (
    details?.unpack(
      (bytes) => messages.ErrorResourceInitFailed.deserializeBinary(bytes),
      "pulumirpc.ErrorResourceInitFailed",
    ) ?? undefined
  );
}
