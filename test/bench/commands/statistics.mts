import type { CommandRun } from "./measure.mts";
import type { CommandName, ContenderName, Form } from "./contenders.mts";

/** The middle one of some figures, and the outermost. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
  return { median, least: sorted[0] ?? NaN, most: sorted.at(-1) ?? NaN };
}

export function runsOf(
  runs: readonly CommandRun[],
  contender: ContenderName,
  command: CommandName,
  instances: number,
  form: Form = "checked",
): readonly CommandRun[] {
  return runs.filter(
    (run) =>
      run.contender === contender &&
      run.command === command &&
      run.instances === instances &&
      run.form === form,
  );
}

/** The sizes of fleet that were measured, the smallest first. */
export function sizesOf(runs: readonly CommandRun[]): readonly number[] {
  return [...new Set(runs.map(({ instances }) => instances))].toSorted((one, other) => one - other);
}

/** The ratios of two contenders' times within each round. */
export function ratios(ours: readonly CommandRun[], theirs: readonly CommandRun[]): readonly number[] {
  return ours.flatMap(({ round, seconds }) => {
    const other = theirs.find((run) => run.round === round);
    return other === undefined ? [] : [seconds / other.seconds];
  });
}

/** Seconds of a command over the size N of a fleet: `constant + linear · N + square · N²`. */
export interface Growth {
  readonly constant: number;
  readonly linear: number;
  readonly square: number;
  /** The largest deviation of a measured median from it, as a part of the median. */
  readonly off: number;
}

interface Point {
  readonly size: number;
  readonly value: number;
}

/** Least squares of the relative deviations, without a part below zero; undefined for fewer than four sizes. */
export function growthOf(points: readonly Point[]): Growth | undefined {
  if (points.length < 4) return undefined;
  const [best] = [[0, 1, 2], [0, 2], [0, 1], [0]]
    .map((powers) => fitted(points, powers))
    .filter((parts) => parts.every((part) => part >= 0))
    .map(([constant = 0, linear = 0, square = 0]) => {
      const deviations = points.map(({ size, value }) => {
        return Math.abs((constant + linear * size + square * size ** 2) / value - 1);
      });
      return { constant, linear, square, off: Math.max(...deviations) };
    })
    .toSorted((left, right) => left.off - right.off);
  return best;
}

/** The three parts, of which those of other powers are 0: the normal equations, by elimination. */
function fitted(points: readonly Point[], powers: readonly number[]): number[] {
  const rows = powers.map((power) => [
    ...powers.map((other) => sum(points, ({ size, value }) => size ** (power + other) / value ** 2)),
    sum(points, ({ size, value }) => size ** power / value),
  ]);
  for (const [index, pivot] of rows.entries()) {
    const scale = pivot[index] ?? NaN;
    for (const [column, entry] of pivot.entries()) pivot[column] = entry / scale;
    for (const row of rows) {
      const factor = row === pivot ? 0 : (row[index] ?? 0);
      for (const [column, entry] of pivot.entries()) row[column] = (row[column] ?? 0) - factor * entry;
    }
  }
  const parts = [0, 0, 0];
  for (const [index, power] of powers.entries()) parts[power] = rows[index]?.at(-1) ?? NaN;
  return parts;
}

function sum(points: readonly Point[], of: (point: Point) => number): number {
  return points.reduce((total, point) => total + of(point), 0);
}
