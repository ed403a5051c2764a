import { randomUUID } from "node:crypto";

/** Reads otherwise in JSON and in URLs: what looks for the whole of a secret has to know those forms of it. */
export const TAIL = '-"&/+';

/** A secret that occurs nowhere else. */
export function secretMarker(): string {
  return `S3CR-${randomUUID()}${TAIL}`;
}
