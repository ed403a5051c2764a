/** Everything, as `npm run test:faults` has it, or a part that fits into every test run. */
export const IS_FULL = process.env["RYZEAPI_FAULTS"] === "full";

/** Of everything that is drawn; one of a run's own where the environment gives none (vitest.config.mts). */
export const SEED = Number(process.env["RYZEAPI_FAULTS_SEED"]);

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** All of them in the full set, else so many, chosen by the seed. */
export function part<Item>(items: readonly Item[], size: number): readonly Item[] {
  if (IS_FULL) return items;
  const random = randomFrom(SEED);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, size)
    .map(({ item }) => item);
}

/** Where figures go: tests that print nothing else print these. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
