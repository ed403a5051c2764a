import type * as z from "zod";

/** One route of RyzeAPI, as the client needs to know it. */
export interface Endpoint<Answer> {
  readonly method: "GET" | "POST" | "DELETE";
  /** The path template; `:instance` is replaced by the instance's name. */
  readonly route: string;
  /** Whether it may be sent again when it is not known if the first one was applied. */
  readonly idempotent: boolean;
  /**
   * The system behind this route, if any. Its refusals are passed on in words that name it, whatever their status, and
   * a 503 says that the gateway to it is not configured: no passing fault.
   */
  readonly gateway?: string;
  /** Longest wait for the answer, in seconds; default 30. */
  readonly timeoutSeconds?: number;
  /** What is larger is no answer of RyzeAPI, in MiB; default 64. */
  readonly largestAnswerMiB?: number;
  /** Which limit it counts against; default "calls". */
  readonly limit?: "calls" | "creates";
  /**
   * Whether WhatsApp itself may throttle what this route does. A 429 that does not say that the token's limit is used
   * up is then WhatsApp's, and every further attempt prolongs it.
   */
  readonly reachesWhatsApp?: boolean;
  /** What a 404 says where the thing asked for is not there; any other 404 proves nothing. */
  readonly absent?: RegExp;
  readonly answer: z.ZodType<Answer>;
}

export function endpoint<Answer>(definition: Endpoint<Answer>): Endpoint<Answer> {
  return definition;
}

/** One call of an endpoint. */
export interface Call<Answer> {
  readonly endpoint: Endpoint<Answer>;
  readonly token: string;
  /** Whether the token is the account's, which other processes use too. */
  readonly sharedToken: boolean;
  readonly instance?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Values that must not appear in any message. */
  readonly secrets: readonly string[];
}
