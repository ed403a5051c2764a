import { randomUUID } from "node:crypto";

/** Two copies of this package in one program count for themselves. */
const copy = randomUUID();
let count = 0;

/** Tells the resources of one run of a program apart: a dynamic provider is never told their names. */
export function resourceNumber(): string {
  count += 1;
  return `${copy}/${count}`;
}
