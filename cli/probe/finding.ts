import type { Exchange } from "../wire/exchange.ts";

/** An answer to one of the open questions, as the emulator's readings spell it. */
export type Value = string | number | boolean;

/** What came out of one question. */
export type Finding =
  | { readonly kind: "reading"; readonly value: Value }
  /** The service answers in a way that nobody had thought of; `seen` is what it answered. */
  | { readonly kind: "neither"; readonly seen: readonly Exchange[] }
  /** `possible` are the values that are left, where some could be ruled out. */
  | { readonly kind: "notObservable"; readonly reason: string; readonly possible?: readonly Value[] };

export function reading(value: Value): Finding {
  return { kind: "reading", value };
}

export function neither(...seen: readonly Exchange[]): Finding {
  return { kind: "neither", seen };
}

export function notObservable(reason: string, possible?: readonly Value[]): Finding {
  return { kind: "notObservable", reason, ...(possible && { possible }) };
}

/** A status that a 200 hides is not seen. */
export const DISGUISED = "the service hides the status of its refusals behind a 200";
