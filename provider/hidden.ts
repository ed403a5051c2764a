/** How services write what they hide: `********`, `abc***`. */
const MASK = /\*{3}|\u2022/;

/** Whether a value of the service stands for one that it does not tell. */
export function isMasked(value: unknown): boolean {
  return typeof value === "string" && MASK.test(value);
}

/** What AES-256-GCM adds to a text, its nonce and its tag, and what a service may add to say how it was encrypted. */
const CIPHER_OVERHEAD_BYTES = 28;
const MOST_OVERHEAD_BYTES = CIPHER_OVERHEAD_BYTES + 16;

/** Base64 or hexadecimal, with a word before it that may say which cipher it is, as in `gcm:…`. */
const CIPHERTEXT = /^(?:[\w-]{1,16}:)?([\w+/-]+={0,2})$/;

/** Whether `value` may be `text` as the service stores it, encrypted, which it returns where its key was renewed. */
export function isCiphertextOf(value: unknown, text: unknown): boolean {
  if (typeof value !== "string" || typeof text !== "string") return false;
  const [, encoded] = CIPHERTEXT.exec(value) ?? [];
  if (encoded === undefined) return false;
  const encoding = /^[0-9a-f]+$/i.test(encoded) ? "hex" : "base64";
  const added = Buffer.from(encoded, encoding).length - Buffer.byteLength(text);
  return added >= CIPHER_OVERHEAD_BYTES && added <= MOST_OVERHEAD_BYTES;
}
