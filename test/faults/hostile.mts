import { expect } from "vitest";

import { IS_FULL, print, SEED } from "./selection.mts";

/** How many inputs a property is tried with. */
export function draws(normal: number, full: number): { seed: number; numRuns: number } {
  const numRuns = IS_FULL ? full : normal;
  print(`${numRuns} drawn inputs, seed ${SEED}`);
  return { seed: SEED, numRuns };
}

const PROTOTYPES = [Object, Array, Function, String, Number, Map, Promise, Error].map(
  ({ prototype }) => prototype as object,
);
const untouched = PROTOTYPES.map(shapeOf);

/** Nothing that was read has become a member of everything. */
export function expectPrototypesIntact(): void {
  expect(PROTOTYPES.map(shapeOf)).toEqual(untouched);
}

function shapeOf(prototype: object): PropertyKey[] {
  return Reflect.ownKeys(prototype);
}

/** What could rewrite a terminal's screen, or turn around what people read there. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** Errors that a programming mistake throws, and no caller can do anything with. */
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError];

export function expectMeantFor(people: unknown): asserts people is Error {
  expect(people).toBeInstanceOf(Error);
  for (const mistake of MISTAKES) expect(people).not.toBeInstanceOf(mistake);
  expect((people as Error).message).not.toBe("");
  expect((people as Error).message).not.toMatch(UNPRINTABLE);
}
