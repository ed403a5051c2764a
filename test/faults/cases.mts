import { KINDS, type FaultKind } from "./kinds.mts";
import { IS_FULL, part } from "./selection.mts";
import type { Situation } from "./situations.mts";

/** One fault of one call. */
export interface Case {
  readonly title: string;
  readonly situation: Situation;
  readonly kind: FaultKind;
}

/** Every call of the situations times every kind of fault that can happen to it. */
export function casesOf(situations: readonly Situation[]): readonly Case[] {
  return situations.flatMap((situation) =>
    KINDS.filter(({ happensTo }) => happensTo?.(situation) ?? true).map((kind) => {
      const detail = situation.detail === undefined ? "" : ` (${situation.detail})`;
      return { title: `${situation.operation}, ${situation.route}${detail}: ${kind.name}`, situation, kind };
    }),
  );
}

/** All of them in the full set, else so many of those that are not slow. */
export function chosenOf(cases: readonly Case[], size: number): readonly Case[] {
  return part(IS_FULL ? cases : cases.filter(({ kind }) => !kind.isSlow), size);
}
