import * as z from "zod";
import { defined, type Values } from "../values.ts";

/**
 * Fields of a service record. Any may be missing or null; null is how the service writes "not set", which for a text
 * is the empty string.
 */
export const recordText = z
  .string()
  .nullish()
  // A text that the service cut within a character is none that the engine's protocol can carry.
  .transform((value) => (value === null ? "" : value?.toWellFormed()));

export const recordFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

export const recordEvents = z
  .array(z.string())
  .nullish()
  .transform((value) => (value === null ? [] : value?.map((event) => event.toWellFormed())));

/** The record as the schema reads it, without what was not told; undefined where it is no such record. */
export function readRecord<T extends Values>(schema: z.ZodType<T>, record: unknown): T | undefined {
  const result = schema.safeParse(record);
  return result.success ? (defined(result.data) as T) : undefined;
}

/** The payload of an answer, or what was sent where the service does not repeat it. */
export function observedOr(observation: Values | undefined, sent: Values): Values {
  return { ...sent, ...observation };
}
