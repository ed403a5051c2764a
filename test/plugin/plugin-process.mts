import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import { credentials, type ServiceError } from "@grpc/grpc-js";
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

/** The built plugin in a process of its own, and the engine's side of the protocol. */
export interface Plugin {
  readonly client: ResourceProviderClient;
  readonly engine: EnginePeer;
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
}

/** Started, shaken hands with and configured, as the engine does it; ends with the test. */
export async function pluginFor(config: Values, environment: NodeJS.ProcessEnv = {}): Promise<Plugin> {
  const plugin = await unconfiguredPlugin(environment);
  await configure(plugin, config);
  return plugin;
}

/** What a run of the engine begins with. */
export async function configure({ client }: Plugin, config: Values): Promise<void> {
  const request = new messages.ConfigureRequest().setArgs(struct(config));
  await call<messages.ConfigureResponse>((done) => client.configure(request, done));
}

export async function unconfiguredPlugin(environment: NodeJS.ProcessEnv = {}): Promise<Plugin> {
  const engine = await EnginePeer.start();
  const child = spawn(process.execPath, [PROGRAM, engine.address], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, RYZEAPI_TOKEN: "", RYZEAPI_ENDPOINT: "", ...environment },
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The plugin ended with exit code ${String(code)} before it listened. Is it built?`);
  });
  const [port] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
  ended.catch(() => undefined);
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => {
    client.close();
    child.kill();
    engine.stop();
  });
  const request = new messages.ProviderHandshakeRequest().setEngineAddress(engine.address);
  await call((done) => client.handshake(request, done));
  return { client, engine, child };
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
