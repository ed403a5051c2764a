import { createCipheriv, createHash } from "node:crypto";

/** How an answer may show a secret. */
export const hidings = ["clear", "null", "masked", "prefix", "encrypted", "omitted"] as const;

/** At the endpoint that is documented to return it: null says there that there is none. */
export const hidingsAtHome = ["clear", "masked", "prefix", "encrypted", "omitted"] as const;

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
      return sealed(secret).toString("base64");
    case "omitted":
      return undefined;
  }
}

/** By a key that nobody has any more; the same at every reading, as what is stored is. */
function sealed(secret: string): Buffer {
  const digest = createHash("sha512").update(secret).digest();
  const nonce = digest.subarray(0, 12);
  const cipher = createCipheriv("aes-256-gcm", digest.subarray(32), nonce);
  const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}
