import * as z from "zod";
import { LONGEST_EVENT_LIST, LONGEST_MESSAGE } from "../lengths.ts";
import { defined, type Values } from "../values.ts";

/**
 * Fields of a service record. Any may be missing or null; null is how the service writes "not set", which for a text
 * is the empty string.
 */
export const recordText = z
  .string()
  .nullish()
  .transform((value) => (value === null ? "" : value && carried(value)));

export const recordFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

export const recordEvents = z
  .array(z.string())
  .nullish()
  .transform((value) => (value === null ? [] : value?.slice(0, LONGEST_EVENT_LIST).map(carried)));

/**
 * What the engine's protocol can carry: no half of a character, at which the service may have cut a text, and no more
 * than any argument may hold. Where an instance is recorded with an error, its state has to fit into a header.
 */
function carried(text: string): string {
  return text.slice(0, LONGEST_MESSAGE).toWellFormed();
}

/** The record as the schema reads it, without what was not told; undefined where it is no such record. */
export function readRecord<T extends Values>(schema: z.ZodType<T>, record: unknown): T | undefined {
  const result = schema.safeParse(record);
  return result.success ? (defined(result.data) as T) : undefined;
}

/** The payload of an answer, or what was sent where the service does not repeat it. */
export function observedOr(observation: Values | undefined, sent: Values): Values {
  return { ...sent, ...observation };
}
