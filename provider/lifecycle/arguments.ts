import * as z from "zod";
import { BLOCKS } from "../blocks/index.ts";
import { accountFields } from "../definitions/account.ts";
import { instanceFields } from "../definitions/instance.ts";
import type { ResourceDefinition } from "../definitions/resources.ts";
import { group, shapeOf } from "../definitions/schemas.ts";
import { orUnknown } from "../definitions/unknown.ts";
import { cleanMessage } from "../ryzeapi/errors.ts";
import { omit, pick, withoutEmpty, type Values } from "../values.ts";
import { type AccountSettings } from "./configuration.ts";
import { SECRET_FIELDS } from "./secret-fields.ts";

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

export const accountArgument = orUnknown(group(shapeOf(accountFields)));

const { token, adopt, onBlockFailure } = shapeOf(instanceFields);

export const instanceSchema = group({
  name: instanceFields.name.kind.check,
  token,
  account: accountArgument.optional(),
  adopt,
  onBlockFailure,
  ...Object.fromEntries(BLOCKS.map((block) => [block.name, block.schema.optional()])),
});

/** Validates and normalises what a program declares; unknown values are accepted anywhere. */
export function checkArguments<Arguments>(schema: z.ZodType, declared: Values): CheckResult<Arguments> {
  const result = schema.safeParse(withoutEmpty(omit(declared, [SECRET_FIELDS])));
  if (result.success) {
    const inputs = { ...(result.data as Values), ...pick(declared, [SECRET_FIELDS]) };
    return { inputs: inputs as Arguments, failures: [] };
  }
  return { failures: result.error.issues.flatMap(failuresOf) };
}

/** The arguments in the state of a resource, which holds the outputs beside them. */
export function argumentsIn(state: Values, { arguments: names }: ResourceDefinition): Values {
  return pick(state, [...names, SECRET_FIELDS]);
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
