/** A plain JSON object: arguments, state and service records are made of these. */
export type Values = Readonly<Record<string, unknown>>;

/** A value that is not known yet and may be of any kind. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * What the engine sends in a preview in place of a value that is not known yet, one spelling per kind of value
 * (sdk/go/common/resource/plugin/rpc.go in pulumi/pulumi).
 */
const UNKNOWN_VALUES: ReadonlySet<unknown> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): boolean {
  return UNKNOWN_VALUES.has(value);
}

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function containsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isObject(value)) return Object.values(value).some(containsUnknown);
  return isUnknown(value);
}

/** Deeper than any argument lies; what is there is refused anyhow, and may be too deep for the call stack. */
const DEEPEST = 10;

/** Drops undefined and null members: Pulumi writes an argument left out in either way. */
export function withoutEmpty(value: unknown, depth = 0): unknown {
  if (depth === DEEPEST) return value;
  if (Array.isArray(value)) return value.map((element) => withoutEmpty(element, depth + 1));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutEmpty(member, depth + 1)]));
}

/** The object without the members that are undefined. */
export function defined(object: Values): Values {
  return Object.fromEntries(Object.entries(object).filter(([, member]) => member !== undefined));
}

export function pick(object: Values, keys: Iterable<string>): Values {
  return Object.fromEntries(
    [...keys].filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]),
  );
}

export function omit(object: Values, keys: Iterable<string>): Values {
  const left = new Set(keys);
  return Object.fromEntries(Object.entries(object).filter(([key]) => !left.has(key)));
}
