import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { CheckFailure } from "../../lifecycle/arguments.ts";
import type { PartialFailure } from "../../lifecycle/lifecycle.ts";
import { asError } from "../../ryzeapi/errors.ts";

/** An error as gRPC answers it. */
export type Answerable = Pick<ServiceError, "code" | "details"> & Partial<Pick<ServiceError, "metadata">>;

/** The resource exists in part: the engine records it from the error's details. */
export class InitializationError extends Error {
  override readonly name = "InitializationError";
  readonly details: Uint8Array;

  constructor({ message, id, reasons }: PartialFailure, state: Struct, inputs: Struct, isRefreshed: boolean) {
    super(message);
    const details = new messages.ErrorResourceInitFailed();
    details.setId(id);
    details.setProperties(state);
    details.setInputs(inputs);
    details.setReasonsList([...reasons]);
    details.setRefreshBeforeUpdate(isRefreshed);
    this.details = details.serializeBinary();
  }
}

/** As the protocol says it, without a property: where it names one, the engine shows its value in clear, secret or not. */
export function checkFailure({ reason }: CheckFailure): messages.CheckFailure {
  return new messages.CheckFailure().setReason(reason);
}

/** What people read; it travels in headers, which gRPC bounds. */
const LONGEST_DETAILS = 5_000;

export function answerTo(error: unknown): Answerable {
  const message = asError(error).message.slice(0, LONGEST_DETAILS).toWellFormed();
  if (!(error instanceof InitializationError)) return { code: status.UNKNOWN, details: message };
  const details = new any.Any();
  details.pack(error.details, "pulumirpc.ErrorResourceInitFailed");
  const answer = new statuses.Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(message);
  answer.addDetails(details);
  const metadata = new Metadata();
  // gRPC's own place for structured details; Node's implementation has no call for it.
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return { code: status.UNKNOWN, details: message, metadata };
}
