import { ConfigurationError } from "./account.ts";

const PROTOCOLS: ReadonlySet<string> = new Set(["http:", "https:", "socks5:", "socks:"]);

/** The proxy that the environment names for https, read as undici reads it; undefined where it names none. */
export function environmentProxy(environment: NodeJS.ProcessEnv): string | undefined {
  const variable = [
    ["https_proxy", "HTTPS_PROXY"],
    ["http_proxy", "HTTP_PROXY"],
  ]
    .map((spellings) => spellings.find((name) => environment[name] !== undefined))
    .find((name) => name !== undefined && environment[name] !== "");
  const value = variable === undefined ? undefined : environment[variable];
  if (variable === undefined || value === undefined) return undefined;
  const problem = problemOf(value);
  if (problem === undefined) return value;
  // The value stays out of it: it may hold a password.
  throw new ConfigurationError(
    `${variable} of the environment ${problem}. Write the proxy's whole URL, such as ` +
      "http://proxy.example.com:3128, with special characters of a user name or password percent-encoded",
  );
}

function problemOf(value: string): string | undefined {
  const url = URL.parse(value);
  const isUsable =
    url !== null &&
    PROTOCOLS.has(url.protocol) &&
    url.hostname !== "" &&
    isDecodable(url.username) &&
    isDecodable(url.password);
  if (isUsable) return undefined;
  return value.includes("://") ? "is no URL of a proxy" : "has no scheme";
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
