import { createHash } from "node:crypto";

/** How an answer may show a secret. */
export const hidings = ["clear", "null", "masked", "prefix", "encrypted", "omitted"] as const;

export type Hiding = (typeof hidings)[number];

/** Undefined: the answer has no such key. */
export function hidden(secret: string, hiding: Hiding): string | null | undefined {
  switch (hiding) {
    case "clear":
      return secret;
    case "null":
      return null;
    case "masked":
      return "********";
    case "prefix":
      return `${secret.slice(0, 3)}***`;
    case "encrypted":
      // The same at every reading, as what is stored is.
      return createHash("sha512").update(secret).digest("base64");
    case "omitted":
      return undefined;
  }
}
