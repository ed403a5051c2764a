import fc from "fast-check";

/** Pieces that mean something to URLs, shells, terminals, SQL, HTTP headers or JavaScript. */
const PIECES = [
  ...Array.from("/.%\\?#&=,;:@+ aZ0-_'\"`$<>|*~"),
  ...["..", "../", "%2e%2e", "%2F", "%00", "%", "%zz", "//evil.example.com", "/api/instance/delete/orion"],
  ...["\0", "\r\n", "\t", "\u001b[2J", "\u009b31m", "\u202e", "\u200b", "\u2028", "\u00a0", "\ufeff"],
  ...["\ud800", "\udfff", "😀", "é", "e\u0301", "ſ", "İ", "日本"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "${name}", ":instance", "null"],
];

const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((all) => all.join("")) },
  { weight: 2, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 30 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 2, arbitrary: anyUnits },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(300, 4_000, 10_000)).map(repeated),
  },
);

function repeated([piece, length]: [string, number]): string {
  return piece.repeat(length).slice(0, length);
}

/** Values that JSON can carry, and some that only a program can pass. */
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, undefined, true, false, 0, -0, -1, 0.5, 1e308, NaN, Infinity, 2 ** 53),
  fc.integer(),
  fc.constantFrom<unknown>([], {}, "", "true", "1080"),
);

/** Deeper than a call stack, that of fast-check's printer included. */
const deep = fc
  .tuple(fc.constantFrom(100, 3_000, 100_000), fc.constantFrom("list", "object"))
  .map(([depth, kind]) => {
    let value: unknown = "bottom";
    for (let level = 1; level <= depth; level += 1) {
      value = kind === "list" ? [value] : { webhook: value };
      Object.defineProperty(value, fc.toStringMethod, { value: () => `<${kind} of depth ${level}>` });
    }
    return value;
  });

const key = fc.oneof(
  hostileText,
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "then"),
);

/** Members are the object's own, `__proto__` too, as JSON.parse makes them. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 8, arbitrary: leaf },
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 4 }) },
    { weight: 3, arbitrary: fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(Object.fromEntries) },
    { weight: 1, arbitrary: deep },
  ),
})).value;

/** The object with some of its members, at any level, replaced by drawn values or joined by members of drawn names. */
export function disturbed(original: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({ at: fc.nat(200), key: fc.option(key), value: hostileValue });
  return fc
    .array(change, { minLength: 0, maxLength: 4 })
    .map((changes) =>
      changes.reduce<unknown>((value, { at, key, value: put }) => changedAt(value, at, key, put), original),
    );
}

/** Replaces the member that comes `at` so many steps in; with a key, adds one beside it. */
export function changedAt(root: unknown, at: number, key: string | null, put: unknown): unknown {
  const places = placesIn(root);
  const path = places[at % places.length] ?? [];
  return key === null ? setIn(root, path, put) : setIn(root, [...path.slice(0, -1), key], put);
}

function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null || path.length > 4) return [path];
  return [
    path,
    ...Object.keys(value).flatMap((name) =>
      placesIn((value as Record<string, unknown>)[name], [...path, name]),
    ),
  ];
}

function setIn(value: unknown, [name, ...rest]: readonly string[], put: unknown): unknown {
  if (name === undefined) return put;
  if (Array.isArray(value) && /^\d+$/.test(name))
    return value.map((element, index) =>
      index === Number(name) ? setIn(element, rest, put) : (element as unknown),
    );
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const inner = members.find(([member]) => member === name)?.[1] as unknown;
  return Object.fromEntries([...members, [name, setIn(inner, rest, put)]]);
}
