import { status, type MethodDefinition, type ServiceDefinition } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Answerable } from "./failures.ts";
import { REQUESTS, requireMessage, type Shape } from "./wire-format.ts";

/** Stands in the place of a request that could not be read. */
export class UnreadableRequest {
  readonly answer: Answerable;

  constructor(problem: string) {
    this.answer = {
      code: status.INVALID_ARGUMENT,
      details:
        `The request is none of Pulumi's protocol: ${problem}. Nothing was done. Run the command again; if that does ` +
        "not help, install the latest versions of Pulumi and of this plugin.",
    };
  }
}

/** The calls that the plugin answers; gRPC itself refuses all others, without reading them. */
export const SERVICE: ServiceDefinition = Object.fromEntries(
  Object.entries(REQUESTS).map(([name, shape]) => [name, guarded(definitionOf(name), shape)]),
);

function definitionOf(name: string): MethodDefinition<unknown, unknown> {
  return ResourceProviderService[name] as MethodDefinition<unknown, unknown>;
}

/** Bytes that are no request are answered in our words, and never met by the library that reads messages. */
function guarded(
  definition: MethodDefinition<unknown, unknown>,
  shape: Shape,
): MethodDefinition<unknown, unknown> {
  return { ...definition, requestDeserialize: (bytes) => requestIn(bytes, definition, shape) };
}

function requestIn(bytes: Buffer, definition: MethodDefinition<unknown, unknown>, shape: Shape): unknown {
  try {
    requireMessage(bytes, shape);
  } catch (error) {
    return new UnreadableRequest((error as Error).message);
  }
  try {
    return definition.requestDeserialize(bytes);
  } catch {
    return new UnreadableRequest("a field is of another kind than the protocol has it");
  }
}
