/** The codes with which Node.js refuses a certificate, during the handshake. */
export const CERTIFICATE_REFUSED = /CERT|UNABLE_TO_VERIFY/;

/** undici wraps some failures; with several addresses the first one's failure stands for all. */
export function rootCause(error: unknown): { code?: string; name: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined && error.cause instanceof Error) return rootCause(error.cause);
  return { ...(typeof code === "string" ? { code } : {}), name: error.name, message: error.message };
}
