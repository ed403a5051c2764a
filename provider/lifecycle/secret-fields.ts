import type { ResourceDefinition } from "../definitions/resources.ts";
import { isObject, omit, pick, type Values } from "../values.ts";

/**
 * The argument that names the others which a program made secret, beside those that always are: their paths, such as
 * `webhook.url`, or of a whole block. A lifecycle gets plain values; only whoever hosts it can tell.
 */
export const SECRET_FIELDS = "__secretFields";

/** What of a block is the service's own word and no repetition of an argument. */
const NEVER_DECLARED = ["enabled", "error", "status"];

function secretFieldsIn(args: Values): readonly string[] {
  const fields = args[SECRET_FIELDS];
  return Array.isArray(fields) ? fields.filter((field) => typeof field === "string") : [];
}

/** Every secret in the arguments or the state of a resource, for messages that must not show it. */
export function secretsIn(values: Values, { secrets }: ResourceDefinition): string[] {
  const always = secrets.map((path) => at(values, path)).filter((value) => typeof value === "string");
  const besides = secretFieldsIn(values).flatMap((field) => textsIn(at(values, field.split("."))));
  return [...always, ...besides];
}

/** Observations without what a program made secret: they stand in the state in clear. */
export function withoutSecretFields(observed: Values, args: Values): Values {
  return secretFieldsIn(args).reduce((left, field) => without(left, field.split(".")), observed);
}

function at(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || !isObject(value)) return key === undefined ? value : undefined;
  return at(value[key], rest);
}

function without(observed: Values, [key = "", ...rest]: readonly string[]): Values {
  const member = observed[key];
  if (!isObject(member)) return omit(observed, [key]);
  const left = rest.length === 0 ? pick(member, NEVER_DECLARED) : without(member, rest);
  return { ...observed, [key]: left };
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isObject(value)) return Object.values(value).flatMap(textsIn);
  if (typeof value === "number") return [String(value)];
  return typeof value === "string" && value !== "" ? [value] : [];
}
