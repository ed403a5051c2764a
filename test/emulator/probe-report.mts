import { readFileSync } from "node:fs";
import { z } from "zod";
import { defaultReadings, parseReadings, type Readings } from "./readings.mts";

/** As much of a report of `ryzeapi probe` as says how the service answered. */
const reportSchema = z.object({
  format: z.literal("ryzeapi-probe/1"),
  readings: z.record(
    z.string(),
    z.object({ reading: z.unknown().optional(), possible: z.array(z.unknown()).optional() }),
  ),
});

/** The readings that a probe has found; of those of which it could only rule some values out, the first that is left. */
export function readingsOfReport(file: string): Partial<Readings> {
  const parsed = reportSchema.safeParse(jsonIn(file));
  if (!parsed.success) throw new Error(`${file} is no report of \`ryzeapi probe\`.`);
  const found = Object.entries(parsed.data.readings).map(
    ([key, { reading, possible }]) => [key, reading ?? possible?.[0]] as const,
  );
  return parseReadings(Object.fromEntries(found.filter(([, value]) => value !== undefined)));
}

/** How an emulator answers of which nothing else is said: as RYZEAPI_READINGS says, a report, or by the defaults. */
export function usualReadings(): Readings {
  const { RYZEAPI_READINGS: report } = process.env;
  return { ...defaultReadings(), ...(report ? readingsOfReport(report) : {}) };
}

function jsonIn(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
