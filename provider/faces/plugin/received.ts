import type * as z from "zod";
import { checkArguments, propertyPath } from "../../lifecycle/arguments.ts";
import { isObject, isUnknown, withoutEmpty, type Values } from "../../values.ts";

/**
 * What an engine hands over came from Check, or from a state that this package wrote. Another peer may hand over
 * anything, and a state may have been changed by hand: for these nothing is sent.
 */
export interface Expected {
  /** The arguments as Check accepts them. */
  readonly schema: z.ZodType;
  /** Which arguments say what the resource is. */
  readonly identifiedBy: readonly string[];
  /** What a state holds beside the arguments; only types count. */
  readonly outputSchemas: readonly z.ZodType[];
}

/** Throws unless the inputs are those of a resource that can be created, or updated to them. */
export function requireChecked(expected: Expected, inputs: Values, isPreview: boolean): void {
  const { failures } = checkArguments(expected.schema, inputs);
  refuseInputs([
    ...missing(expected, inputs),
    ...failures.map(({ reason }) => reason),
    ...(isPreview ? [] : unknownIn(inputs)),
  ]);
}

/** Like `requireChecked`, for inputs that an older version of the package may have accepted. */
export function requireInputs(expected: Expected, inputs: Values): void {
  refuseInputs([...missing(expected, inputs), ...ofWrongType([expected.schema], inputs)]);
}

export function requireState(expected: Expected, state: Values): void {
  refuseState([...missing(expected, state), ...stateProblems(expected, state)]);
}

/** Like `requireState`, for a state of which only a part may be known. */
export function requirePartOfState(expected: Expected, state: Values): void {
  refuseState(stateProblems(expected, state));
}

export function requireId(id: string): void {
  if (id === "") throw new Error("The call has no id, which says what it is about. Nothing was sent.");
}

function refuseInputs(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new Error(
    `These inputs did not come from Check: ${listed(problems)}. Nothing was sent. Whatever calls the provider has to ` +
      "call Check before, as Pulumi does.",
  );
}

function refuseState(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new Error(
    `This state is none that the provider has written: ${listed(problems)}. Nothing was sent. Bring an earlier one back ` +
      "(from Pulumi Cloud with `pulumi stack export --version`, elsewhere from an earlier `pulumi stack export`; then " +
      "`pulumi stack import`), or take the resource out of the state (`pulumi state delete`) and have it adopted with " +
      "`adopt: true`.",
  );
}

const MOST_SHOWN = 10;

function listed(problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_SHOWN).join("; ");
  return problems.length > MOST_SHOWN ? `${shown}; …` : shown;
}

function missing({ identifiedBy }: Expected, values: Values): string[] {
  return identifiedBy
    .filter((name) => values[name] === undefined || values[name] === null || values[name] === "")
    .map((name) => `${name} is missing`);
}

function stateProblems({ schema, outputSchemas }: Expected, state: Values): string[] {
  return ofWrongType([schema, ...outputSchemas], state);
}

/** Only types: which values are accepted changes from version to version. */
function ofWrongType(schemas: readonly z.ZodType[], values: Values): string[] {
  const present = withoutEmpty(values);
  return schemas
    .flatMap((schema) => schema.safeParse(present).error?.issues ?? [])
    .filter((issue) => isOfWrongType(issue, valueAt(present, issue.path)))
    .map(({ path, message }) => `${propertyPath(path)} ${message}`);
}

function isOfWrongType(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (value === undefined || value === null || isUnknown(value)) return false;
  const isNumber = typeof value === "number";
  if (issue.code === "invalid_type") return !(isNumber && ["int", "number"].includes(issue.expected));
  if (issue.code === "invalid_union") return !isNumber && typeof value !== "string";
  return issue.code === "invalid_value" && typeof value !== "string";
}

function valueAt(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (key === undefined) return value;
  return typeof value === "object" && value !== null
    ? valueAt((value as Record<PropertyKey, unknown>)[key], rest)
    : undefined;
}

function unknownIn(value: unknown, path: readonly PropertyKey[] = []): string[] {
  if (isUnknown(value)) return [`${propertyPath(path)} is not known yet`];
  if (Array.isArray(value)) return value.flatMap((element, index) => unknownIn(element, [...path, index]));
  return isObject(value)
    ? Object.entries(value).flatMap(([key, member]) => unknownIn(member, [...path, key]))
    : [];
}
