import { status, type CallOptions, type MethodDefinition, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { REQUESTS } from "../../provider/faces/plugin/wire-format.ts";
import type { Plugin } from "./plugin-process.mts";

export type Method = keyof typeof REQUESTS;

export const METHODS = Object.keys(REQUESTS) as Method[];

/** Longer than any of these calls may take. */
const PATIENCE_MS = 5_000;

export interface Answer {
  readonly code: status;
  readonly details: string;
  readonly bytes: Buffer;
}

function asItIs(bytes: Buffer): Buffer {
  return bytes;
}

/** The answer to a call, by the name that it has in the protocol's own service, whose request is these bytes. */
export function sendBytes({ client }: Plugin, method: string, bytes: Uint8Array): Promise<Answer> {
  const { path, responseStream } = ResourceProviderService[method] as MethodDefinition<unknown, unknown>;
  const options: CallOptions = { deadline: Date.now() + PATIENCE_MS };
  const request = Buffer.from(bytes);
  return new Promise((resolve) => {
    const done = (error: ServiceError | null, answer: Buffer = Buffer.alloc(0)): void => {
      resolve({ code: error?.code ?? status.OK, details: error?.details ?? "", bytes: answer });
    };
    if (!responseStream) {
      client.makeUnaryRequest(path, asItIs, asItIs, request, options, done);
      return;
    }
    const answers = client.makeServerStreamRequest(path, asItIs, asItIs, request, options);
    answers.on("error", (error) => {
      done(error as ServiceError);
    });
    answers.on("end", () => {
      done(null);
    });
    answers.resume();
  });
}
