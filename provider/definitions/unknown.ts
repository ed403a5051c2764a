import * as z from "zod";
import { isUnknown } from "../values.ts";

/**
 * Lets Pulumi's unknown value through: in a preview it stands for a leaf, a whole block or a list element whose
 * content comes from a resource that does not exist yet.
 */
export function orUnknown<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    if (isUnknown(value)) return value as T;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    report(context, value, result.error.issues);
    return z.NEVER;
  });
}

/** Hands issues of an inner check on, with their paths. */
export function report(context: z.RefinementCtx, input: unknown, issues: readonly z.core.$ZodIssue[]): void {
  for (const issue of issues) context.issues.push({ ...issue, input } as z.core.$ZodRawIssue);
}
