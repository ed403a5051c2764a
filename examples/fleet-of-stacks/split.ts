import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The stacks that the fleet is split over are part-1, part-2 and so on. */
const PARTS = 8;

export const stacks = Array.from({ length: PARTS }, (_, index) => `part-${index + 1}`);

/** One line of fleet.csv. */
export interface FleetNumber {
  readonly name: string;
  readonly team: string;
}

export function fleet(): FleetNumber[] {
  const [, ...lines] = readFileSync("fleet.csv", "utf8").trim().split("\n");
  return lines.map((line) => {
    const [name = "", team = ""] = line.split(",");
    return { name, team };
  });
}

/**
 * The stack of a number is the one that gives the highest hash with its name (rendezvous hashing). It depends on nothing
 * else in the file, and a further stack only takes numbers over: none moves between the others.
 */
export function stackOf(name: string): string {
  const hash = (stack: string) => createHash("sha256").update(`${stack} ${name}`).digest("hex");
  return stacks.reduce((best, stack) => (hash(stack) > hash(best) ? stack : best));
}
