import * as z from "zod";
import { LONGEST_EVENT_LIST, LONGEST_LINE, LONGEST_MESSAGE, tooLong } from "../lengths.ts";
import { EVENTS, sameEvents, type RyzeEvent } from "./events.ts";
import { Field, optionalMember } from "./field.ts";
import { orUnknown } from "./unknown.ts";

/** A text that is not blank. */
export function text(accepted = "a non-empty string"): Field<string, string, never> {
  const error = `must be ${accepted}`;
  return textField(boundedString(error).refine((value) => value.trim() !== "", { error }));
}

/** A text that may be empty, as the service's own defaults are. */
export function anyText(longest = LONGEST_LINE): Field<string, string, never> {
  return textField(boundedString("must be a string", longest));
}

/** A text for which `problemOf` gives no reason against it. */
export function textWithout(
  problemOf: (value: string) => string | undefined,
  error = "must be a string",
): Field<string, string, never> {
  return textField(
    z.string({ error }).superRefine((value, context) => {
      const message = problemOf(value);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    }),
  );
}

export function httpUrl(options: { emptyAllowed?: boolean } = {}): Field<string, string, never> {
  const error = options.emptyAllowed
    ? "must be an absolute http:// or https:// URL, or an empty string"
    : "must be an absolute http:// or https:// URL";
  const isAccepted = (value: string) => (value === "" && options.emptyAllowed === true) || isHttpUrl(value);
  return textField(boundedString(error).refine(isAccepted, { error })).storedLike(sameUrl);
}

/** A service may write the host in lower case, and leave out or add a slash at the end. */
export function sameUrl(left: unknown, right: unknown): boolean {
  return normalUrl(left) === normalUrl(right);
}

function normalUrl(url: unknown): string {
  return (URL.parse(String(url))?.href ?? String(url)).replace(/\/+$/, "");
}

export function flag(): Field<boolean, boolean, never> {
  return new Field({
    type: { kind: "boolean" },
    check: orUnknown(z.boolean({ error: "must be true or false" })),
    record: optionalMember(z.boolean()),
  });
}

export function oneOf<const T extends string>(values: readonly T[]): Field<T, T, never> {
  return new Field({
    type: { kind: "enum", values },
    check: orUnknown(enumOf(values)),
    record: recordText,
  });
}

export function positiveInteger(): Field<number, number, never> {
  return integerWith((number) => number > 0, "must be a whole number above 0");
}

export function integerWith(
  isAccepted: (number: number) => boolean,
  error: string,
): Field<number, number, never> {
  return new Field({
    type: { kind: "integer" },
    check: orUnknown(z.int({ error }).refine(isAccepted, { error })),
    record: optionalMember(z.union([z.number(), digits.transform(Number)])),
  });
}

const digits = z.string().regex(/^\d+$/);

/** A TCP port, accepted as a number or as digits and kept as a number; the service writes it as digits. */
export function port(): Field<number | string, number, never> {
  const error = 'must be a whole number from 1 to 65535, or the same as a string ("1080")';
  return new Field({
    type: { kind: "integer-or-digits" },
    check: orUnknown(
      z
        .union([z.number(), digits.max(5).transform(Number)], { error })
        .refine((value) => Number.isInteger(value) && value >= 1 && value <= 65535, { error }),
    ),
    record: z
      .union([z.string(), z.number()])
      .nullish()
      .transform((value) => (value && Number.isFinite(Number(value)) ? Number(value) : undefined)),
    spell: String,
  });
}

/** Events to deliver; an empty list means all six. */
export function events(): Field<RyzeEvent[], RyzeEvent[], never> {
  const error = `must be a list of events out of ${EVENTS.join(", ")}`;
  const tooMany = `must not list more than ${LONGEST_EVENT_LIST} events`;
  return new Field({
    type: { kind: "events" },
    check: orUnknown(
      z.array(orUnknown(enumOf(EVENTS)), { error }).max(LONGEST_EVENT_LIST, { error: tooMany }),
    ),
    record: z
      .array(z.string())
      .nullish()
      .transform((value) => (value === null ? [] : value?.slice(0, LONGEST_EVENT_LIST).map(carried))),
    equal: sameEvents,
  });
}

function textField(check: z.ZodType<string>): Field<string, string, never> {
  return new Field({ type: { kind: "string" }, check: orUnknown(check), record: recordText });
}

/** What is longer than any server takes is refused before the instance exists that it could keep from being recorded. */
function boundedString(error: string, longest = LONGEST_LINE): z.ZodString {
  return z.string({ error }).max(longest, { error: tooLong(longest), abort: true });
}

function enumOf<const T extends string>(values: readonly T[]) {
  return z.enum(values, { error: `must be one of ${values.join(", ")}` });
}

function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && value.trim() === value;
}

/** Null is how the service writes "not set", which for a text is the empty string. */
export const recordText = z
  .string()
  .nullish()
  .transform((value) => (value === null ? "" : value && carried(value)));

/**
 * What the engine's protocol can carry: no half of a character, at which the service may have cut a text, and no more
 * than any argument may hold. Where an instance is recorded with an error, its state has to fit into a header.
 */
function carried(text: string): string {
  return text.slice(0, LONGEST_MESSAGE).toWellFormed();
}
