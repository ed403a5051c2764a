import type { Input } from "@pulumi/pulumi";
import type { Field, Fields, Marked } from "../provider/definitions/field.ts";

/**
 * What a program passes for the fields of a definition: those that are required, and the optional ones. Doc comments
 * come along, as they stand at the definition.
 */
export type ArgsOf<F extends Fields> = {
  [Name in keyof Pick<F, Marked<F, "required">>]: InputOf<F[Name]>;
} & {
  [Name in keyof Omit<F, Marked<F, "required">>]?: Name extends keyof F ? InputOf<F[Name]> : never;
};

/** Each element of a list may be an output as well. */
type InputOf<F extends Field> = F["argument"] extends (infer Element)[]
  ? Input<Input<Element>[]>
  : Input<F["argument"]>;
