import type { Evidence } from "../evidence.ts";
import type { Finding, Value } from "../finding.ts";

/** What has to be done to answer a question. */
export type Need = "read" | "write" | "chatwoot" | "quota" | "nothing";

/** One thing that RyzeAPI's documentation leaves open. */
export interface Question {
  /** The key of the emulator's reading. */
  readonly key: string;
  readonly asks: string;
  readonly values: readonly Value[];
  readonly needs: Need;
  /** Undefined where what it takes was not asked. */
  readonly answer: (evidence: Evidence) => Finding | undefined;
}

/** How a secret may be shown. */
export const HIDINGS = ["clear", "null", "masked", "prefix", "encrypted", "omitted"] as const;

/** How `shown` hides `secret`; undefined for a way that has no name. */
export function hidingOf(shown: unknown, secret: string): (typeof HIDINGS)[number] | undefined {
  if (shown === undefined) return "omitted";
  if (shown === null) return "null";
  if (typeof shown !== "string" || shown === "") return undefined;
  if (shown === secret) return "clear";
  if (/^[*•·.xX]+$/.test(shown)) return "masked";
  if (/[*•…]|\.\.\./.test(shown)) return shown.startsWith(secret.charAt(0)) ? "prefix" : "masked";
  return shown.includes(secret) ? undefined : "encrypted";
}
