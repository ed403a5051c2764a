import {
  ConfigurationError,
  endpointProblem,
  isLimitShare,
  isToken,
  TOKEN_RULE,
  type Account,
} from "../ryzeapi/account.ts";

/** An account as a stack's configuration or a resource's `account` argument gives it; any part may be missing. */
export interface AccountSettings {
  readonly token?: string;
  readonly endpoint?: string;
  /** Whether an instance that is paired with a phone is neither deleted nor replaced. */
  readonly protectPaired?: boolean;
  /** How much of the limits of the account's token is taken, in percent. */
  readonly limitShare?: number;
}

/** What a stack's configuration says for all of its resources, as it is written there. */
export interface Configuration {
  readonly token?: string;
  readonly endpoint?: string;
  readonly protectPaired?: unknown;
  readonly limitShare?: unknown;
  readonly adopt?: unknown;
  readonly driftCheck?: unknown;
}

/** What can stand under `ryzeapi:`. */
export const CONFIGURATION_NAMES = [
  "token",
  "endpoint",
  "protectPaired",
  "limitShare",
  "adopt",
  "driftCheck",
] as const;

export const DEFAULT_ENDPOINT = "https://ryzeapi.cloud";

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
  configured: readonly [Configuration, ...Configuration[]],
  environment: NodeJS.ProcessEnv,
): [Account, ...Account[]] {
  const [token, ...others] = given([
    ["account.token", declared?.token],
    ...configured.map((each) => ["ryzeapi:token", each.token] as const),
    ["RYZEAPI_TOKEN", environment["RYZEAPI_TOKEN"]],
  ]);
  const [endpoint = { place: "", value: DEFAULT_ENDPOINT }] = given([
    ["account.endpoint", declared?.endpoint],
    ["ryzeapi:endpoint", configured[0].endpoint],
    ["RYZEAPI_ENDPOINT", environment["RYZEAPI_ENDPOINT"]],
  ]);
  const problem = endpointProblem(endpoint.value);
  if (problem !== undefined) throw new ConfigurationError(`${endpoint.place} ${problem}`);
  if (token === undefined) {
    throw new ConfigurationError(
      "no RyzeAPI account token is set. Set one with `pulumi config set --secret ryzeapi:token <TokenAccount>`, " +
        "with the environment variable RYZEAPI_TOKEN, or as `account.token` of the resource",
    );
  }
  if (!isToken(token.value)) throw new ConfigurationError(`${token.place} ${TOKEN_RULE}`);
  const { origin } = new URL(endpoint.value);
  const tokens = new Set([token, ...others].map(({ value }) => value).filter(isToken));
  const limitShare = limitShareIn(declared, configured[0]);
  return [...tokens].map((each) => ({ token: each, endpoint: origin, limitShare })) as [
    Account,
    ...Account[],
  ];
}

/** How many percent of the limits are taken: the resource's own word, else the stack's. */
export function limitShareIn(declared: AccountSettings | undefined, configured: Configuration): number {
  if (declared?.limitShare !== undefined) return declared.limitShare;
  const { limitShare } = configured;
  if (limitShare === undefined || limitShare === "") return 100;
  const percent = typeof limitShare === "string" ? Number(limitShare) : limitShare;
  if (typeof percent === "number" && isLimitShare(percent)) return percent;
  throw new ConfigurationError("`ryzeapi:limitShare` must be a whole number from 1 to 100");
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
      throw new ConfigurationError("`ryzeapi:protectPaired` must be true or false");
  }
}

/** Whether an instance that exists, and that no phone was ever paired with, is taken over without being asked for. */
export function adoptsUnpaired({ adopt }: Configuration): boolean {
  if (adopt === undefined || adopt === "" || adopt === "never") return false;
  if (adopt === "unpaired") return true;
  throw new ConfigurationError("`ryzeapi:adopt` must be unpaired or never");
}

/** Whether every preview and update begins with a look at what is really there. */
export function checksDrift({ driftCheck }: Configuration): boolean {
  if (driftCheck === undefined || driftCheck === "" || driftCheck === "never") return false;
  if (driftCheck === "always") return true;
  throw new ConfigurationError("`ryzeapi:driftCheck` must be always or never");
}

/** The places where something stands, in their order. */
function given(
  places: readonly (readonly [place: string, value: string | undefined])[],
): { readonly place: string; readonly value: string }[] {
  return places.flatMap(([place, value]) =>
    value === undefined || value.trim() === "" ? [] : [{ place, value }],
  );
}
