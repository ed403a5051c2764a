import * as z from "zod";
import { BLOCKS } from "../blocks/index.ts";
import { flag, group, oneOf, orUnknown } from "../blocks/fields.ts";
import { type AccountSettings } from "./configuration.ts";
import { endpointProblem, isToken, TOKEN_RULE } from "../ryzeapi/account.ts";
import { cleanMessage } from "../ryzeapi/errors.ts";
import { SECRET_FIELDS } from "./secret-fields.ts";
import { omit, pick, withoutEmpty, type Values } from "../values.ts";

/** The arguments of an instance after `check`; the blocks stand under their own names. */
export type InstanceArguments = Values &
  Readonly<{
    name: string;
    token?: string;
    account?: AccountSettings;
    /** Default: false. */
    adopt?: boolean;
    /** Default: "warn". */
    onBlockFailure?: "warn" | "fail";
  }>;

/**
 * What is wrong with arguments. It names no property beside its reason: the engine shows the value of a property that a
 * failure names, in clear, secret or not.
 */
export interface CheckFailure {
  /** Begins with the path of the argument, as `webhook.events[1]`, and never repeats its value. */
  readonly reason: string;
}

export type CheckResult<Arguments> =
  | { readonly inputs: Arguments; readonly failures: readonly [] }
  | { readonly inputs?: undefined; readonly failures: readonly CheckFailure[] };

export const tokenArgument = orUnknown(
  z.string({ error: TOKEN_RULE }).refine(isToken, { error: TOKEN_RULE }),
);

/** The account that owns a resource, where it is not the stack's. */
export const accountArgument = orUnknown(
  group({
    token: tokenArgument.optional(),
    endpoint: orUnknown(
      z.string({ error: "must be a string" }).superRefine(refuse(endpointProblem)),
    ).optional(),
    protectPaired: flag().optional(),
  }),
);

/** The name of an instance. */
export const nameArgument = orUnknown(
  z.string({ error: "must be a string" }).superRefine(refuse(nameProblem)),
);

export const instanceSchema = group({
  name: nameArgument,
  token: tokenArgument.optional(),
  account: accountArgument.optional(),
  adopt: flag().optional(),
  onBlockFailure: oneOf(["warn", "fail"]).optional(),
  ...Object.fromEntries(BLOCKS.map((block) => [block.name, block.schema.optional()])),
});

/** The names under which an instance's arguments stand, in its state as well. */
export const ARGUMENT_NAMES: readonly string[] = Object.keys(instanceSchema.shape);

/** Validates and normalises what a program declares; unknown values are accepted anywhere. */
export function checkArguments<Arguments>(schema: z.ZodType, declared: Values): CheckResult<Arguments> {
  const result = schema.safeParse(withoutEmpty(omit(declared, [SECRET_FIELDS])));
  if (result.success) {
    const inputs = { ...(result.data as Values), ...pick(declared, [SECRET_FIELDS]) };
    return { inputs: inputs as Arguments, failures: [] };
  }
  return { failures: result.error.issues.flatMap(failuresOf) };
}

/** The arguments in the state of an instance, which holds the outputs beside them. */
export function argumentsIn(state: Values): InstanceArguments {
  return pick(state, [...ARGUMENT_NAMES, SECRET_FIELDS]) as InstanceArguments;
}

function failuresOf(issue: z.core.$ZodIssue): CheckFailure[] {
  const paths =
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({ reason: `${propertyPath(path)} ${issue.message}` }));
}

/** In Pulumi's own notation: `webhook.events[1]`. */
export function propertyPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((parent, key) => {
    if (typeof key === "number") return `${parent}[${key}]`;
    const name = String(key);
    if (!/^\w{1,100}$/.test(name)) return `${parent}["${cleanMessage(name, [])}"]`;
    return parent === "" ? name : `${parent}.${name}`;
  }, "");
}

/** Common servers refuse a request line of 8,000 characters, after the creation whose body carried the same name. */
const LONGEST_PATH_SEGMENT = 4_000;

/**
 * The service documents only "not blank, unique". Refused as well is what would make another name, or another path,
 * on the way: a name that the service may trim, and path segments that every HTTP server resolves.
 */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "must not be blank";
  if (name !== name.trim()) return "must not start or end with white space";
  if (name === "." || name === "..") return "must not be . or .., which no URL path can carry";
  if (/\p{Cc}/u.test(name)) return "must not contain control characters";
  if (!name.isWellFormed()) return "must be well-formed Unicode";
  if (encodeURIComponent(name).length > LONGEST_PATH_SEGMENT)
    return `must not be longer than ${LONGEST_PATH_SEGMENT} characters as a part of a URL`;
  return undefined;
}

function refuse(problemOf: (value: string) => string | undefined) {
  return (value: string, context: z.RefinementCtx): void => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}
