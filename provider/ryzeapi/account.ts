import { LONGEST_LINE, tooLong } from "../lengths.ts";

/** One RyzeAPI account at one address. */
export interface Account {
  readonly token: string;
  /** Origin without a path. */
  readonly endpoint: string;
  /** How much of the limits of the account's token is taken, in percent; the rest is left to others. Default: 100. */
  readonly limitShare?: number;
}

/** A part of an account that is missing or cannot be used. The message begins with the place where it stands. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

export const LIMIT_SHARE_RULE = "must be a whole number from 1 to 100";

export function isLimitShare(percent: number): boolean {
  return Number.isInteger(percent) && percent >= 1 && percent <= 100;
}

export const TOKEN_RULE =
  `must be a non-empty string of ASCII characters without spaces, ${LONGEST_LINE} at most, which is what an HTTP ` +
  "header can carry";

export function isToken(text: string): boolean {
  return text.length <= LONGEST_LINE && /^[\x21-\x7e]+$/.test(text);
}

/** Why an endpoint cannot be used, or undefined. Plain http would send the tokens in clear. */
export function endpointProblem(endpoint: string): string | undefined {
  if (endpoint.length > LONGEST_LINE) return tooLong(LONGEST_LINE);
  const url = URL.parse(endpoint);
  if (url === null) return "must be an absolute URL, such as https://ryzeapi.cloud";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must be an https:// URL";
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    return "must be an https:// URL; http:// is accepted only for a loopback address";
  if (url.username !== "" || url.password !== "") return "must not contain a user name or password";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return "must be an address without a path, such as https://ryzeapi.cloud";
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
