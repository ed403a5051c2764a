/** Gives every name once: what is wanted twice gets a number. */
export class UniqueNames {
  readonly #taken: Set<string>;
  readonly #separator: string;

  constructor(taken: Iterable<string> = [], separator = "") {
    this.#taken = new Set(taken);
    this.#separator = separator;
  }

  take(wanted: string): string {
    let name = wanted;
    for (let suffix = 2; this.#taken.has(name); suffix += 1) name = `${wanted}${this.#separator}${suffix}`;
    this.#taken.add(name);
    return name;
  }
}

/** What no variable of a module can be called. */
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export exports " +
    "extends false finally for function if implements import in instanceof interface let module new null package " +
    "private protected public require return static super switch this throw true try typeof undefined var void while " +
    "with yield"
  ).split(" "),
);

/** An identifier for a resource's name, which may be any text. */
export function identifier(name: string): string {
  const wanted = camelCase([name]);
  return /^[A-Za-z]/.test(wanted) && !RESERVED.has(wanted) ? wanted : camelCase(["instance", name]);
}

/** `orion-2`, `s3`, `secretKey` become `orion2S3SecretKey`. */
export function camelCase(words: readonly string[]): string {
  const parts = words.flatMap((word) => word.split(/[^A-Za-z0-9]+/)).filter((part) => part !== "");
  return parts.map((part, index) => (index === 0 ? lowerFirst(part) : upperFirst(part))).join("");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
