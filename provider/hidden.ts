/** How services write what they hide: `********`, `abc***`. */
const MASK = /\*{3}|\u2022/;

/** Whether a value of the service stands for one that it does not tell. */
export function isMasked(value: unknown): boolean {
  return typeof value === "string" && MASK.test(value);
}

/** What AES-256-GCM adds to a text: its nonce and its tag. */
const CIPHER_OVERHEAD_BYTES = 28;

/** Whether `value` may be `text` as the service stores it, encrypted, which it returns where its key was renewed. */
export function isCiphertextOf(value: unknown, text: unknown): boolean {
  if (typeof value !== "string" || typeof text !== "string") return false;
  const isHex = /^[0-9a-f]+$/i.test(value);
  if (!isHex && !/^[\w+/-]+={0,2}$/.test(value)) return false;
  return (
    Buffer.from(value, isHex ? "hex" : "base64").length >= CIPHER_OVERHEAD_BYTES + Buffer.byteLength(text)
  );
}
