import * as z from "zod";
import type { Fields } from "../definitions/field.ts";
import { defined, isObject, type Values } from "../values.ts";

/** The record of a block as the service writes it, without what it never returns. Any field may be missing or null. */
export function recordOf(fields: Fields): z.ZodType<Values> {
  const returned = Object.entries(fields).filter(
    ([, { traits }]) => !traits.isDirective && traits.returned !== "never",
  );
  return z.object(Object.fromEntries(returned.map(([name, { kind }]) => [name, kind.record])));
}

/** The record as the schema reads it, without what was not told; undefined where it is no such record. */
export function readRecord<T extends Values>(schema: z.ZodType<T>, record: unknown): T | undefined {
  const result = schema.safeParse(record);
  return result.success ? (defined(result.data) as T) : undefined;
}

/** Gives a record the names of our fields, where the service has others for them. */
export function respellingTo(fields: Fields): (record: unknown) => unknown {
  const names = new Map(
    Object.entries(fields).flatMap(([name, { traits }]) =>
      traits.returnedAs.map((told) => [told, name] as const),
    ),
  );
  return (record) => {
    if (names.size === 0 || !isObject(record)) return record;
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [names.get(key) ?? key, value]));
  };
}

/** The payload of an answer, or what was sent where the service does not repeat it. */
export function observedOr(observation: Values | undefined, sent: Values): Values {
  return { ...sent, ...observation };
}
