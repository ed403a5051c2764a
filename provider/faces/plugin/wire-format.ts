import { isUtf8 } from "node:buffer";

/** What a field of a message holds; one that is not named is a number, bytes, or of a later protocol. */
type Content = "text" | "flag" | Shape;

/** The fields of a message by their numbers. */
export interface Shape {
  readonly [field: number]: Content;
  /** No later protocol adds a field. */
  readonly isComplete?: true;
}

const VALUE: Shape = {
  ...texts(3),
  ...flags(4),
  get 5() {
    return STRUCT;
  },
  get 6() {
    return LIST;
  },
};
const LIST: Shape = { 1: VALUE };
const STRUCT: Shape = { 1: { ...texts(1), 2: VALUE, isComplete: true } };
const VIEW: Shape = { ...texts(1, 2, 3, 4), 5: STRUCT, 6: STRUCT };
const CHECK: Shape = { ...texts(1, 6, 7), 2: STRUCT, 3: STRUCT, 8: texts(1), 9: STRUCT };
const DIFF: Shape = { ...texts(1, 2, 5, 7, 8), 3: STRUCT, 4: STRUCT, 6: STRUCT };

/** The requests of the protocol's calls (proto/pulumi/provider.proto in pulumi/pulumi). */
export const REQUESTS = {
  handshake: { ...texts(1, 2, 3, 8, 9, 10), ...flags(4, 5, 6, 7, 11, 12, 13, 14, 15) },
  attach: texts(1),
  getPluginInfo: {},
  getSchema: texts(2, 3),
  checkConfig: CHECK,
  diffConfig: DIFF,
  configure: {
    ...texts(7, 8, 9, 10),
    ...flags(3, 4, 5, 6),
    1: { ...texts(1, 2), isComplete: true },
    2: STRUCT,
  },
  invoke: { ...texts(1), ...flags(7), 2: STRUCT },
  check: CHECK,
  diff: DIFF,
  create: { ...texts(1, 5, 6, 7, 8), ...flags(4), 2: STRUCT },
  read: { ...texts(1, 2, 5, 6, 7, 8), 3: STRUCT, 4: STRUCT, 9: VIEW },
  update: { ...texts(1, 2, 6, 9, 10, 11, 12), ...flags(7), 3: STRUCT, 4: STRUCT, 8: STRUCT, 13: VIEW },
  delete: { ...texts(1, 2, 6, 7, 8, 9), 3: STRUCT, 5: STRUCT, 10: VIEW },
  list: { ...texts(1, 5), 2: STRUCT },
  cancel: {},
} satisfies Readonly<Record<string, Shape>>;

/**
 * Throws where the bytes are none of a message of this shape. The library that reads messages trusts them: it goes on
 * for minutes after a length that is none, and takes one field for another after a text that is no UTF-8.
 */
export function requireMessage(bytes: Uint8Array, shape: Shape): void {
  new Scanner(bytes).scan(shape, bytes.length, 0);
}

/** Of messages in messages, which are three for an object in an object; values that anybody declares have ten. */
const DEEPEST = 300;

const LONGEST_VARINT = 10;

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  scan(shape: Shape, end: number, depth: number): void {
    if (depth > DEEPEST) throw this.#problem("it is nested too deeply");
    while (this.#at < end) {
      const tag = this.#varint(end);
      const field = Math.floor(tag / 8);
      if (field === 0 || tag > 0xffff_ffff) throw this.#problem("a field has no number");
      const content = shape[field];
      if (content === undefined && shape.isComplete) throw this.#problem("a field is unknown");
      this.#value(tag % 8, content, end, depth);
    }
  }

  #value(wireType: number, content: Content | undefined, end: number, depth: number): void {
    switch (wireType) {
      case 0: {
        const start = this.#at;
        const value = this.#varint(end);
        if (content === "flag" && (value > 1 || this.#at > start + 1))
          throw this.#problem("a flag is neither true nor false");
        return;
      }
      case 1:
        this.#at = this.#after(8, end);
        return;
      case 2: {
        const stop = this.#after(this.#varint(end), end);
        if (typeof content === "object") this.scan(content, stop, depth + 1);
        else if (content === "text" && !isUtf8(this.#bytes.subarray(this.#at, stop)))
          throw this.#problem("a text is no UTF-8");
        this.#at = stop;
        return;
      }
      case 5:
        this.#at = this.#after(4, end);
        return;
      default:
        throw this.#problem("a field is of no kind that the protocol has");
    }
  }

  #varint(end: number): number {
    let value = 0;
    for (let place = 0; place < LONGEST_VARINT; place += 1) {
      const byte = this.#at < end ? this.#bytes[this.#at] : undefined;
      if (byte === undefined) throw this.#problem("it ends within a number");
      this.#at += 1;
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw this.#problem("a number is too long");
  }

  #after(length: number, end: number): number {
    if (this.#at + length > end) throw this.#problem("it ends within a field");
    return this.#at + length;
  }

  #problem(what: string): Error {
    return new Error(`${what} (at byte ${this.#at} of ${this.#bytes.length})`);
  }
}

function texts(...fields: readonly number[]): Readonly<Record<number, "text">> {
  return Object.fromEntries(fields.map((field) => [field, "text"]));
}

function flags(...fields: readonly number[]): Readonly<Record<number, "flag">> {
  return Object.fromEntries(fields.map((field) => [field, "flag"]));
}
