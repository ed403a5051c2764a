import { readFileSync } from "node:fs";

/** What the benchmark has written beside the program: the arguments of every instance. */
export function fleet<Args>(): Args[] {
  return JSON.parse(readFileSync("fleet.json", "utf8")) as Args[];
}
