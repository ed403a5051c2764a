import * as z from "zod";
import { isMasked } from "../hidden.ts";

/** What a value of a field is, in the words of the reference and of the plugin's schema. */
export type FieldType =
  | { readonly kind: "string" | "boolean" | "integer" | "integer-or-digits" | "events" }
  | { readonly kind: "enum"; readonly values: readonly string[] };

/** How the values of a field are checked, read and compared, whatever it is called. */
interface Kind {
  readonly type: FieldType;
  /** Validates and normalises an argument; lets unknown values through. */
  readonly check: z.ZodType;
  /** Reads the value in a record of the service; undefined where it was not told. */
  readonly record: z.ZodType;
  /** Whether two values mean the same to the service; deep equality where it is not given. */
  readonly equal?: Equality;
  /** How requests spell a value, where they do not take it as it is. */
  readonly spell?: (value: unknown) => unknown;
}

type Equality = (left: unknown, right: unknown) => boolean;

export interface Traits {
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  /** Whether the service returns it; where it may not, what was sent last stands for it. */
  readonly returned: "always" | "rarely" | "never";
  /** Whether answers may show something in the place of its value: nothing, asterisks, or what is stored of it. */
  readonly mayBeHidden: boolean;
  /** Whether a declared value is what the service makes of it when it stores it; equality where it is not given. */
  readonly storedAs?: Equality;
  /** It says how to apply the block and is nothing that the service stores. */
  readonly isDirective: boolean;
  readonly replaces: boolean;
  /** What the check fills in. */
  readonly default?: unknown;
  /** What the service has where nobody set it; a field that is taken out of the program goes back to it. */
  readonly serviceDefault?: unknown;
  /** Its name in the creation request, where that is not the rule's. */
  readonly createdAs?: string;
  /** Its name in requests to the block's own endpoint. */
  readonly sentAs?: string;
  /** Other names that records of the service have for it. */
  readonly returnedAs: readonly string[];
}

const PLAIN: Traits = {
  isRequired: false,
  isSecret: false,
  returned: "always",
  mayBeHidden: false,
  isDirective: false,
  replaces: false,
  returnedAs: [],
};

/** A mark on a field that its types depend on. */
type Mark = "required" | "secret" | "default" | "directive";

/**
 * One field of a block or of a resource, declared once: everything else that knows of the field is derived from it.
 *
 * `Argument` is what a program may pass, `Value` what stands in the state. It is optional unless it says otherwise.
 */
export class Field<Argument = unknown, Value = unknown, Marks extends Mark = Mark> {
  declare readonly argument: Argument;
  declare readonly value: Value;
  declare readonly marks: Marks;
  readonly kind: Kind;
  readonly traits: Traits;

  constructor(kind: Kind, traits: Traits = PLAIN) {
    this.kind = kind;
    this.traits = traits;
  }

  /** Has to be given; in a block that can be switched off, while it is enabled. */
  required(): Field<Argument, Value, Marks | "required"> {
    return this.#with({ isRequired: true });
  }

  secret(): Field<Argument, Value, Marks | "secret"> {
    return this.#with({ isSecret: true });
  }

  neverReturned(): Field<Argument, Value, Marks> {
    return this.#with({ returned: "never" });
  }

  /** A text that records may lack, or have as null, without meaning that there is none. */
  rarelyReturned(): Field<Argument, Value, Marks> {
    return new Field(
      { ...this.kind, record: optionalMember(z.string()) },
      { ...this.traits, returned: "rarely" },
    );
  }

  /** Only an endpoint that is documented to return it decides, and a value that may stand for it is none. */
  mayBeHidden(): Field<Argument, Value, Marks> {
    const record = this.kind.record.transform((value) => (isMasked(value) ? undefined : value));
    return new Field({ ...this.kind, record }, { ...this.traits, mayBeHidden: true });
  }

  /** A text that the service has only later, and may have as null or empty until then. */
  knownLater(): Field<Argument, Value, Marks> {
    const record = this.kind.record.transform((value) => (value === "" ? undefined : value));
    return new Field({ ...this.kind, record }, this.traits);
  }

  storedLike(storedAs: Equality): Field<Argument, Value, Marks> {
    return this.#with({ storedAs });
  }

  directive(): Field<Argument, Value, Marks | "directive"> {
    return this.#with({ isDirective: true });
  }

  /** A change replaces the resource. */
  replacing(): Field<Argument, Value, Marks> {
    return this.#with({ replaces: true });
  }

  byDefault(value: Value): Field<Argument, Value, Marks | "default"> {
    return this.#with({ default: value });
  }

  byServiceDefault(value: Value): Field<Argument, Value, Marks> {
    return this.#with({ serviceDefault: value });
  }

  createdAs(name: string): Field<Argument, Value, Marks> {
    return this.#with({ createdAs: name });
  }

  sentAs(name: string): Field<Argument, Value, Marks> {
    return this.#with({ sentAs: name });
  }

  equalIf(equal: (left: unknown, right: unknown) => boolean): Field<Argument, Value, Marks> {
    return new Field({ ...this.kind, equal }, this.traits);
  }

  returnedAs(...names: readonly string[]): Field<Argument, Value, Marks> {
    return this.#with({ returnedAs: names });
  }

  #with<Added extends Mark = never>(traits: Partial<Traits>): Field<Argument, Value, Marks | Added> {
    return new Field(this.kind, { ...this.traits, ...traits });
  }
}

/** The fields of a block or a resource, by their names, in the order in which people read them. */
export type Fields = Readonly<Record<string, Field>>;

/** The names of those fields that have a mark. */
export type Marked<F extends Fields, M extends Mark> = {
  [Name in keyof F]: M extends F[Name]["marks"] ? Name : never;
}[keyof F];

/** What is declared of the fields, after `check`: a field with a default is always there. */
export type DeclaredOf<F extends Fields> = {
  readonly [Name in keyof Pick<F, Marked<F, "default">>]: F[Name]["value"];
} & {
  readonly [Name in keyof Omit<F, Marked<F, "default">>]?: Name extends keyof F ? F[Name]["value"] : never;
};

/** What the service says of the fields: no secret, and nothing that only says how to apply them. */
export type ObservedOf<F extends Fields> = {
  readonly [Name in keyof Omit<F, Marked<F, "secret" | "directive">>]?: Name extends keyof F
    ? F[Name]["value"]
    : never;
};

/** The names of the fields for which something holds. */
export function namesWhere(fields: Fields, holds: (traits: Traits) => boolean): string[] {
  return Object.entries(fields)
    .filter(([, { traits }]) => holds(traits))
    .map(([name]) => name);
}

export function secretNames(fields: Fields): string[] {
  return namesWhere(fields, ({ isSecret }) => isSecret);
}

/** A member of a record that is missing or null was not told. */
export function optionalMember<T>(schema: z.ZodType<T>) {
  return schema.nullish().transform((value) => value ?? undefined);
}
