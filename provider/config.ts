/** One RyzeAPI account at one address. */
export interface Account {
  readonly token: string;
  /** Origin without a path. */
  readonly endpoint: string;
}

/** An account as a stack's configuration or a resource's `account` argument gives it; any part may be missing. */
export interface AccountSettings {
  readonly token?: string;
  readonly endpoint?: string;
  /** Whether an instance that is paired with a phone is neither deleted nor replaced. */
  readonly protectPaired?: boolean;
}

/** What a stack's configuration says for all of its resources, as it is written there. */
export interface Configuration {
  readonly token?: string;
  readonly endpoint?: string;
  readonly protectPaired?: unknown;
  readonly adopt?: unknown;
}

const DEFAULT_ENDPOINT = "https://ryzeapi.cloud";

/** The first of the sources that has each part: the resource's argument, the stack's configuration, the environment. */
export function resolveAccount(
  declared: AccountSettings | undefined,
  configured: Configuration,
  environment: NodeJS.ProcessEnv,
): Account {
  const [account] = resolveAccounts(declared, [configured], environment);
  return account;
}

/**
 * The account, and the others that it may be: during `refresh` and `destroy` Pulumi hands over what stands in the
 * state, and a token of there may have been renewed since. Another one counts only where RyzeAPI refuses those before it.
 */
export function resolveAccounts(
  declared: AccountSettings | undefined,
  configured: readonly Configuration[],
  environment: NodeJS.ProcessEnv,
): [Account, ...Account[]] {
  const sources = [declared?.token, ...configured.map((each) => each.token), environment["RYZEAPI_TOKEN"]];
  const [token, ...others] = new Set(sources.map(given).filter((each) => each !== undefined));
  const endpoint =
    given(declared?.endpoint) ??
    given(configured[0]?.endpoint) ??
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
  const { origin } = new URL(endpoint);
  return [
    { token, endpoint: origin },
    ...others.filter(isToken).map((other) => ({ token: other, endpoint: origin })),
  ];
}

/** Whether a paired instance must be neither deleted nor replaced: the resource's own word, else the stack's. */
export function protectsPaired(declared: AccountSettings | undefined, configured: Configuration): boolean {
  if (declared?.protectPaired !== undefined) return declared.protectPaired;
  switch (configured.protectPaired) {
    case true:
    case "true":
      return true;
    case undefined:
    case false:
    case "":
    case "false":
      return false;
    default:
      throw new ConfigurationError("protectPaired", "`ryzeapi:protectPaired` must be true or false");
  }
}

/** Whether an instance that exists, and that no phone was ever paired with, is taken over without being asked for. */
export function adoptsUnpaired({ adopt }: Configuration): boolean {
  if (adopt === undefined || adopt === "" || adopt === "never") return false;
  if (adopt === "unpaired") return true;
  throw new ConfigurationError("adopt", "`ryzeapi:adopt` must be unpaired or never");
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
