import * as z from "zod";
import { isObject, isUnknown, type Values } from "../values.ts";
import { namesWhere, type Field, type Fields } from "./field.ts";
import { switchFields } from "./switch.ts";
import { orUnknown, report } from "./unknown.ts";

/** The members of an object with these fields, each with its default or optional. */
export function shapeOf<Name extends string>(fields: Readonly<Record<Name, Field>>): Record<Name, z.ZodType> {
  const shape: Record<string, z.ZodType> = Object.fromEntries(
    Object.entries<Field>(fields).map(([name, { kind, traits }]) => [
      name,
      traits.default === undefined ? kind.check.optional() : kind.check.default(traits.default),
    ]),
  );
  return shape;
}

/** An object whose members are known by name; every other member is refused, with the names that exist. */
export function group(shape: z.ZodRawShape): z.ZodObject {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `is not an argument here; accepted are ${names}`
        : `must be an object with ${names}`,
  });
}

/**
 * The object of fields that can be switched off: with `enabled: false` nothing else is needed, otherwise every required
 * field. `others` are needed or not whether it is on or off.
 */
export function switchable<Declared extends Values>(
  fields: Fields,
  others: z.ZodRawShape = {},
): z.ZodType<Declared> {
  const schema = group({ ...shapeOf(switchFields), ...others, ...shapeOf(fields) });
  const required = namesWhere(fields, ({ isRequired }) => isRequired);
  return orUnknown(
    z.unknown().transform((value, context): Declared => {
      const result = schema.safeParse(value);
      const issues = [...(result.error?.issues ?? []), ...missingFields(value, required)];
      report(context, value, issues);
      return issues.length > 0 ? z.NEVER : (result.data as Declared);
    }),
  );
}

function missingFields(value: unknown, required: readonly string[]) {
  if (!isObject(value) || value["enabled"] === false || isUnknown(value["enabled"])) return [];
  return required
    .filter((field) => value[field] === undefined)
    .map((field) => ({
      code: "custom" as const,
      path: [field],
      message: "is required while the block is enabled (enabled: false needs no other field)",
    }));
}
