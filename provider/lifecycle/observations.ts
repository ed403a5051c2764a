import { isDeepStrictEqual } from "node:util";
import type { Observation } from "../blocks/block.ts";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { namesWhere, type Fields } from "../definitions/field.ts";
import { isObject, omit, type Values } from "../values.ts";

type Observations = Readonly<Record<string, Observation>>;

/**
 * What a state keeps of an observation: what was observed as declared, or as RyzeAPI has it where nobody set it, is not
 * repeated. A large stack is mostly state, which the engine writes anew at every step.
 */
export function condensed(fields: Fields, declared: Values, observed: Observation): Observation {
  if (standsWhole(declared, observed)) return observed;
  const expected = expectedOf(fields, declared);
  return Object.fromEntries(
    Object.entries(observed).filter(([field, value]) => !isDeepStrictEqual(expected[field], value)),
  );
}

/** The observation again that was condensed. A field that RyzeAPI did not tell counts as observed as declared. */
export function completed(fields: Fields, declared: Values, stored: Observation): Observation {
  return standsWhole(declared, stored) ? stored : { ...expectedOf(fields, declared), ...stored };
}

/** The observations of all declared blocks, without those that add nothing to their declarations. */
export function condensedBlocks(args: Values, observed: Observations): Observations {
  const left = Object.entries(observed)
    .map(([name, seen]) => [name, condensed(fieldsOf(name), valuesIn(args[name]), seen)] as const)
    .filter(([, seen]) => Object.keys(seen).length > 0);
  return Object.fromEntries(left);
}

/** The observations of all declared blocks again. */
export function completedBlocks(args: Values, stored: unknown): Observations {
  const kept = valuesIn(stored);
  return Object.fromEntries(
    Object.keys(BLOCK_FIELDS).flatMap((name) => {
      const declared = args[name];
      if (!isObject(declared)) return [];
      // Of a block that is declared as off it stands there that it was seen to be.
      if (kept[name] === undefined && declared["enabled"] === false) return [];
      return [[name, completed(fieldsOf(name), declared, valuesIn(kept[name]))]];
    }),
  );
}

/** A block that is off, or is not as declared, is nothing that a declaration could complete. */
function standsWhole(declared: Values, observed: Observation): boolean {
  return observed.error !== undefined || observed.enabled === false || declared["enabled"] === false;
}

function expectedOf(fields: Fields, declared: Values): Values {
  const byDefault = namesWhere(fields, ({ serviceDefault }) => serviceDefault !== undefined);
  const unseen = namesWhere(fields, ({ isSecret, isDirective }) => isSecret || isDirective);
  const unset = Object.fromEntries(byDefault.map((name) => [name, fields[name]?.traits.serviceDefault]));
  return omit({ ...unset, ...declared }, unseen);
}

function fieldsOf(block: string): Fields {
  return (BLOCK_FIELDS as Readonly<Record<string, Fields>>)[block] ?? {};
}

function valuesIn(value: unknown): Values {
  return isObject(value) ? value : {};
}
