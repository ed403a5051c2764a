/** One RyzeAPI account at one address. */
export interface Account {
  readonly token: string;
  /** Origin without a path. */
  readonly endpoint: string;
}

/** An account as a stack's configuration or a resource's `account` argument gives it; either part may be missing. */
export interface AccountSettings {
  readonly token?: string;
  readonly endpoint?: string;
}

const DEFAULT_ENDPOINT = "https://ryzeapi.cloud";

/** The first of the sources that has each part: the resource's argument, the stack's configuration, the environment. */
export function resolveAccount(
  declared: AccountSettings | undefined,
  configured: AccountSettings,
  environment: NodeJS.ProcessEnv,
): Account {
  const token = given(declared?.token) ?? given(configured.token) ?? given(environment["RYZEAPI_TOKEN"]);
  const endpoint =
    given(declared?.endpoint) ??
    given(configured.endpoint) ??
    given(environment["RYZEAPI_ENDPOINT"]) ??
    DEFAULT_ENDPOINT;
  const problem = endpointProblem(endpoint);
  if (problem !== undefined) throw new ConfigurationError("account.endpoint", `the endpoint ${problem}`);
  if (token === undefined) {
    throw new ConfigurationError(
      "account.token",
      "no RyzeAPI account token is set. Set one with `pulumi config set --secret ryzeapi:token <TokenAccount>`, " +
        "with the environment variable RYZEAPI_TOKEN, or as `account.token` of the resource",
    );
  }
  if (!isToken(token)) throw new ConfigurationError("account.token", `the token ${TOKEN_RULE}`);
  return { token, endpoint: new URL(endpoint).origin };
}

export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly property: string;

  constructor(property: string, message: string) {
    super(message);
    this.property = property;
  }
}

export const TOKEN_RULE =
  "must be a non-empty string of ASCII characters without spaces, which is what an HTTP header can carry";

export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Why an endpoint cannot be used, or undefined. Plain http would send the tokens in clear. */
export function endpointProblem(endpoint: string): string | undefined {
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

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value;
}
