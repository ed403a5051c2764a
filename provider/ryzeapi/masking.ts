/**
 * Secrets in the texts of others. What a service repeats of what it was sent stands in JSON, URLs or HTML, often in
 * several of them at once, and each program escapes other characters. So a secret is looked for character by character,
 * each in any spelling. Nothing is compiled out of a secret: a long one would make that fail.
 */
const MASK = "[secret]";

/** No more of a text is shown, for people read the first few hundred characters, and no more is looked at. */
const LONGEST_SHOWN = 1_000;
const LONGEST_LOOK = 100_000;

/** Where a text breaks off within a secret, so many characters of it are hidden as well. */
const SHORTEST_STUMP = 6;

/**
 * The beginning of a text, without the secrets that start in it: each is compared to its own end, so none escapes by
 * being cut in half.
 */
export function maskSecrets(text: string, secrets: Iterable<string>): string {
  const forms = new Set([...secrets].flatMap(formsOf).map(plain));
  forms.delete("");
  const searches = [...forms].map(searchFor);
  let shown = "";
  let hiddenUntil = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (shown.length >= LONGEST_SHOWN || at >= LONGEST_LOOK) return `${shown}…`;
    const readings = searches.length === 0 ? [] : readingsAt(text, at);
    // What is hidden is looked at as well: a secret may begin within another one and end after it.
    const end = Math.max(0, ...searches.map((endIn) => endIn(text, at, readings)));
    if (at >= hiddenUntil) shown += end > at ? MASK : text.charAt(at);
    hiddenUntil = Math.max(hiddenUntil, end);
  }
  return shown;
}

/** The secret, and what services make of it or quote of it. */
function formsOf(secret: string): string[] {
  const credentials = /^\S+\s+(\S+)$/.exec(secret.trim())?.[1] ?? ""; // what follows `Bearer`
  const url = URL.parse(secret);
  if (url === null || !/^https?:$/.test(url.protocol)) return [secret, credentials];
  const { href, hostname, username, password, pathname, search, hash } = url;
  const parts = [secret, href, hostname, username, password, pathname + search + hash];
  return parts.flatMap((part) => [part, decoded(part) ?? ""]).map((part) => part.replace(/(?<!\/)\/+$/, ""));
}

/** Looks for a secret at one place of a text after the other; says where it ends, or 0. */
function searchFor(secret: string): (text: string, at: number, readings: readonly Reading[]) => number {
  const first = String.fromCodePoint(secret.codePointAt(0) ?? 0);
  // So short a secret, or a port, would hide a part of every other word or number: people could read nothing any
  // more, and from what is hidden tell the secret. It is one only where it stands alone.
  const isWord = secret.length < 4 || /^\d{1,7}$/.test(secret);
  let foundUntil = 0;
  return (text, at, readings) => {
    if (at < foundUntil || !readings.some(({ char }) => char === first)) return 0;
    const end = endOf(secret, text, at);
    if (end === 0 || (isWord && !standsAlone(text, at, end))) return 0;
    foundUntil = end;
    return end;
  };
}

function endOf(secret: string, text: string, start: number): number {
  let ends = [start];
  let found = 0;
  for (const char of secret) {
    if (found >= SHORTEST_STUMP && ends.includes(text.length)) return text.length;
    const isAsItIs = ends.length === 1 && text[ends[0] ?? 0] === char && ORDINARY.test(char);
    ends = isAsItIs ? [(ends[0] ?? 0) + 1] : [...new Set(ends.flatMap((at) => endsAfter(char, text, at)))];
    if (ends.length === 0) return 0;
    found += 1;
  }
  return Math.max(...ends);
}

/** What begins no spelling, so that it can be read in one way only: nearly every character. */
const ORDINARY = /^[!-~]$(?<![\\%+&])/;

/** Where the next character may begin if this one stands at `at`. */
function endsAfter(char: string, text: string, at: number): number[] {
  const ends = readingsAt(text, at).flatMap((reading) => (reading.char === char ? [reading.end] : []));
  if (char !== " ") return ends;
  // A line break may be spelled as two characters, and followed by an indentation.
  for (let index = 0; index < Math.min(ends.length, MOST_BLANKS); index += 1) {
    const more = readingsAt(text, ends[index] ?? 0).filter((reading) => reading.char === " ");
    ends.push(...more.map(({ end }) => end));
  }
  return ends;
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 3), start);
  return (
    !/^[\p{L}\p{N}_]/u.test(text.slice(end, end + 2)) &&
    /(?:^|[^\p{L}\p{N}_]|%[\da-f]{2}|\\[nrt])$/iu.test(before)
  );
}

/** A character that a text may mean, and where the next one begins. */
interface Reading {
  readonly char: string;
  readonly end: number;
}

const BLANK = String.raw`[\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]`;
const MOST_BLANKS = 20;

/** White space and what cannot be printed are one blank, in a secret as in a text. */
function plain(secret: string): string {
  return secret.replace(new RegExp(`${BLANK}+`, "gu"), " ").trim();
}

/** How characters are spelled, and what the spelling stands for. */
const SPELLINGS: readonly (readonly [RegExp, (...groups: string[]) => string | undefined])[] = [
  // In JSON, at any depth; Go writes `&`, `<` and `>` so, too.
  [
    /\\{1,8}u(d[89ab][\da-f]{2})\\{1,8}u(d[c-f][\da-f]{2})/iy,
    (...units) => String.fromCharCode(...units.map(hex)),
  ],
  [/\\{1,8}(?:u([\da-f]{4})|x([\da-f]{2}))/iy, (...units) => String.fromCharCode(hex(units.join("")))],
  [/\\{1,8}[bfnrtv]/y, () => " "],
  [/\\{1,8}(.)/suy, (char) => char],
  [/\\{2,8}/y, () => "\\"],
  // In URLs and forms.
  [
    /(%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3})/iy,
    decoded,
  ],
  [/\+/y, () => " "],
  // In HTML.
  [/&#(\d{1,7});/y, (digits) => fromPoint(Number.parseInt(digits, 10))],
  [/&#x([\da-f]{1,6});/iy, (digits) => fromPoint(hex(digits))],
  [/&(amp|lt|gt|quot|apos);/y, (name) => ENTITIES.get(name)],
  // In any text.
  [new RegExp(`${BLANK}{1,${MOST_BLANKS}}`, "uy"), () => " "],
];

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }),
);

const SPELLED = new RegExp(String.raw`[\\%+&]|${BLANK}`, "uy");
const IS_BLANK = new RegExp(`^${BLANK}$`, "u");

function readingsAt(text: string, at: number): Reading[] {
  const point = text.codePointAt(at);
  if (point === undefined) return [];
  const char = String.fromCodePoint(point);
  const literal = { char, end: at + char.length };
  SPELLED.lastIndex = at;
  if (!SPELLED.test(text)) return [literal];
  const spelled = SPELLINGS.flatMap(([pattern, meaning]) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const meant = found === null ? undefined : meaning(...found.slice(1).filter(Boolean));
    if (meant === undefined) return [];
    return [{ char: IS_BLANK.test(meant) ? " " : meant, end: pattern.lastIndex }];
  });
  return [literal, ...spelled];
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}

function fromPoint(point: number): string | undefined {
  return point > 0x10_ff_ff ? undefined : String.fromCodePoint(point);
}

function decoded(encoded = ""): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
