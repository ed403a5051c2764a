import * as z from "zod";
import { LONGEST_EVENT_LIST, LONGEST_LINE, tooLong } from "../lengths.ts";
import { isObject, isUnknown, type Values } from "../values.ts";

/**
 * Lets Pulumi's unknown value through: in a preview it stands for a leaf, a whole block or a list element whose
 * content comes from a resource that does not exist yet.
 */
export function orUnknown<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    if (isUnknown(value)) return value as T;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    report(context, value, result.error.issues);
    return z.NEVER;
  });
}

function report(context: z.RefinementCtx, input: unknown, issues: readonly z.core.$ZodIssue[]): void {
  for (const issue of issues) context.issues.push({ ...issue, input } as z.core.$ZodRawIssue);
}

export function text(accepted = "a non-empty string"): z.ZodType<string> {
  const error = `must be ${accepted}`;
  return orUnknown(boundedString(error).refine((value) => value.trim() !== "", { error }));
}

/** A string that may be empty, as the service's own defaults are. */
export function anyText(longest = LONGEST_LINE): z.ZodType<string> {
  return orUnknown(boundedString("must be a string", longest));
}

/** What is longer than any server takes is refused before the instance exists that it could keep from being recorded. */
export function boundedString(error: string, longest = LONGEST_LINE): z.ZodString {
  return z.string({ error }).max(longest, { error: tooLong(longest), abort: true });
}

export function flag(): z.ZodType<boolean> {
  return orUnknown(z.boolean({ error: "must be true or false" }));
}

export function oneOf<const T extends string>(values: readonly T[]): z.ZodType<T> {
  return orUnknown(z.enum(values, { error: `must be one of ${values.join(", ")}` }));
}

export function httpUrl(options: { emptyAllowed?: boolean } = {}): z.ZodType<string> {
  const error = options.emptyAllowed
    ? "must be an absolute http:// or https:// URL, or an empty string"
    : "must be an absolute http:// or https:// URL";
  return orUnknown(
    boundedString(error).refine(
      (value) => (value === "" && options.emptyAllowed === true) || isHttpUrl(value),
      {
        error,
      },
    ),
  );
}

function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && value.trim() === value;
}

export function positiveInteger(): z.ZodType<number> {
  const error = "must be a whole number above 0";
  return orUnknown(z.int({ error }).positive({ error }));
}

/** A TCP port, accepted as a number or as digits and kept as a number. */
export function port(): z.ZodType<number> {
  const error = 'must be a whole number from 1 to 65535, or the same as a string ("1080")';
  const digits = z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number);
  return orUnknown(
    z
      .union([z.number(), digits], { error })
      .refine((value) => Number.isInteger(value) && value >= 1 && value <= 65535, { error }),
  );
}

/** The six event types [docs: /en/api/events/catalog]. */
export const EVENTS = [
  "message.exchange",
  "message.status",
  "call.update",
  "group.flow",
  "instance.state",
  "label.update",
] as const;

/** Events to deliver; an empty list means all six. */
export function events(): z.ZodType<(typeof EVENTS)[number][]> {
  const error = `must be a list of events out of ${EVENTS.join(", ")}`;
  return orUnknown(
    z
      .array(oneOf(EVENTS), { error })
      .max(LONGEST_EVENT_LIST, { error: `must not list more than ${LONGEST_EVENT_LIST} events` }),
  );
}

/** Events have no order, and none at all means all of them [docs: /en/api/events/webhook-configure]. */
export function sameEvents(left: unknown, right: unknown): boolean {
  return eventSet(left) === eventSet(right);
}

function eventSet(events: unknown): string {
  const named = Array.isArray(events) && events.length > 0 ? events.map(String) : [...EVENTS];
  return [...new Set(named)].sort().join(",");
}

/** An object whose members are known by name; every other member is refused, with the names that exist. */
export function group(shape: z.ZodRawShape): z.ZodObject {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `is not an argument here; accepted are ${names}`
        : `must be an object with ${names}`,
  });
}

/**
 * A block that can be switched off: with `enabled: false` nothing else is needed, otherwise every field of `required`.
 */
export function switchable<Declared extends Values>(
  shape: z.ZodRawShape,
  required: readonly string[],
): z.ZodType<Declared> {
  const schema = group({ enabled: flag().default(true), ...shape });
  return orUnknown(
    z.unknown().transform((value, context): Declared => {
      const result = schema.safeParse(value);
      const issues = [...(result.error?.issues ?? []), ...missingFields(value, required)];
      report(context, value, issues);
      return issues.length > 0 ? z.NEVER : (result.data as Declared);
    }),
  );
}

/** The names of a switchable block's fields. */
export function switchableNames(shape: z.ZodRawShape): string[] {
  return ["enabled", ...Object.keys(shape)];
}

function missingFields(value: unknown, required: readonly string[]) {
  if (!isObject(value) || value["enabled"] === false || isUnknown(value["enabled"])) return [];
  return required
    .filter((field) => value[field] === undefined)
    .map((field) => ({
      code: "custom" as const,
      path: [field],
      message: "is required while the block is enabled (enabled: false needs no other field)",
    }));
}
