import { z } from "zod";
import type { Faults } from "./faults.mts";
import type { Instance } from "./model.mts";
import type { Readings } from "./readings.mts";
import type { Store } from "./store.mts";

export interface Account {
  /** Digest of its present token: what the store knows it by. */
  digest: string;
  token: string;
  quota: number | undefined;
}

/** What the endpoints work with. */
export interface Service {
  store: Store;
  readings: Readings;
  faults: Faults;
  /** Aborted when the emulator closes. */
  closing: AbortSignal;
}

/** One authenticated request. */
export interface Call {
  service: Service;
  account: Account;
  /** The instance whose own token was sent; undefined for the account's token. */
  owner: Instance | undefined;
  /** Decoded last segment of the path. */
  name: string;
  query: URLSearchParams;
  body: string | undefined;
}

export interface Answer {
  status: number;
  body: object;
}

export interface Endpoint {
  method: "GET" | "POST" | "DELETE";
  path: string;
  auth: "account" | "either";
  handler: (call: Call) => Answer | Promise<Answer>;
}

/** An error in RyzeAPI's envelope. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function success(body: object, status = 200): Answer {
  return { status, body: { success: true, ...body } };
}

export function instanceOf(call: Call, missing = "Instance not found"): Instance {
  const instance = call.service.store.find(call.account.digest, call.name);
  if (!instance) throw new ApiError(404, missing);
  return instance;
}

export function readBody<Output>(call: Call, schema: z.ZodType<Output>): Output {
  const parsed = schema.safeParse(parseJson(call.body));
  if (!parsed.success) throw new ApiError(400, "Invalid request body");
  return parsed.data;
}

export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Body fields as a Go server takes them: null is the same as left out, another type is an error. */
export const field = {
  text: z.string().nullish(),
  flag: z.boolean().nullish(),
  number: z.number().nullish(),
  texts: z.array(z.string()).nullish(),
};
