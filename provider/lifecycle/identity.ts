import { createHash } from "node:crypto";
import type { AccountClient } from "../ryzeapi/client.ts";
import { RyzeApiError } from "../ryzeapi/errors.ts";
import { InstanceTokenError, type ListedInstance } from "../ryzeapi/listing.ts";
import { defined, isObject, type Values } from "../values.ts";

/**
 * What tells an instance from every other one, as far as the service told: a name says which one is meant only together
 * with an account, and both are configuration that people change by mistake. It stands in the state in clear.
 */
export interface Identity {
  /** The name that the service has for it, where that is another than the declared one: every call goes there. */
  readonly name?: string;
  /** The service's own id. */
  readonly id?: string;
  /** {@link fingerprint} of the token that the instance has. */
  readonly token?: string;
  /** {@link AccountClient.seal} of the account that was seen to hold it. */
  readonly account?: string;
}

/** What is known of the instance that a state manages. */
export interface Subject {
  readonly name: string;
  /** The instance's own token, or the one that is declared for it. */
  readonly token: string | undefined;
  readonly identity: Identity;
  /** What no message about it may show. */
  readonly secrets: readonly string[];
}

const FINGERPRINT_LENGTH = 10;

/** Equal for equal tokens. It is cut to what tells the tokens of an account apart. */
export function fingerprint(token: string): string {
  return createHash("sha256").update(`instance-token\n${token}`).digest("hex").slice(0, FINGERPRINT_LENGTH);
}

export function identityIn(state: Values): Identity {
  const { name, id, token, account } = isObject(state["identity"]) ? state["identity"] : {};
  return defined({ name: textOr(name), id: textOr(id), token: textOr(token), account: textOr(account) });
}

/** The identity of an instance that `account` was seen to hold just now. */
export function identityOf(
  { id, token }: { readonly id: string | undefined; readonly token: string | undefined },
  account: AccountClient,
  declaredToken = token,
): Identity {
  return defined({
    id,
    token: token === undefined ? undefined : fingerprint(token),
    account: declaredToken === undefined ? undefined : account.seal(declaredToken),
  });
}

/**
 * What a listing tells of an instance that is known by its `token`. Without a proof that they are one, an id would make
 * the token that of whoever has the name now: once that is refused, an instance that is there would pass as gone.
 */
export function learnedFrom(
  { account, listed, isProven }: Extract<Located, { is: "here" }>,
  token: string | undefined,
  declaredToken: string | undefined,
): Identity {
  const isOfToken = isProven || token === undefined || token === listed.token;
  const id = isOfToken ? (listed.id ?? undefined) : undefined;
  return identityOf({ id, token }, account, declaredToken ?? token);
}

/** Whether `account` is the one that was seen to hold the instance, without asking anybody. */
export function isHeldBy(account: AccountClient, { token, identity }: Subject): boolean {
  return token !== undefined && identity.account !== undefined && identity.account === account.seal(token);
}

/** Whether the instance has this token. */
export function hasToken(identity: Identity, token: string | undefined): boolean {
  return token !== undefined && identity.token === fingerprint(token);
}

/** Whether a listing shows the instance of a state; undefined where the two tell too little to say. */
export function isListed(listed: ListedInstance, identity: Identity): boolean | undefined {
  if (identity.id !== undefined && listed.id) return identity.id === listed.id;
  if (identity.token !== undefined && listed.token) return hasToken(identity, listed.token);
  return undefined;
}

/** Where the instance of a state is. */
export type Whereabouts =
  /** In the account that was asked. */
  | { readonly is: "here"; readonly listed: ListedInstance; readonly isProven: boolean }
  /** Nowhere: its own token is refused. Another one may have its name. */
  | { readonly is: "gone"; readonly namesake: ListedInstance | undefined }
  /** Not in the account that was asked, and its own token still works. */
  | { readonly is: "elsewhere"; readonly own: ListedInstance; readonly namesake: ListedInstance | undefined }
  /** Nothing that the service tells says it. */
  | { readonly is: "unknown"; readonly namesake: ListedInstance | undefined };

/** How sure a look must be: to show an instance of the same account its name is enough, to delete it is not. */
export type Certainty = "to-show" | "to-write";

/**
 * Finds out whether the account's instance of that name, as it was listed, is the one of the state. Nothing is asked
 * where the listing shows the known id or token; otherwise the instance's own token is.
 */
async function whereIs(
  subject: Subject,
  account: AccountClient,
  listed: ListedInstance | undefined,
  certainty: Certainty,
): Promise<Whereabouts> {
  const isSameAccount = isHeldBy(account, subject);
  const likeness = listed === undefined ? "other" : compare(listed, subject, isSameAccount);
  if (listed !== undefined && likeness === "same") return { is: "here", listed, isProven: true };
  // An id that nobody knows yet is worth the question whose it is.
  const tellsMore = listed?.id != null && subject.identity.id === undefined && subject.token !== undefined;
  if (listed !== undefined && likeness === "unsure" && isSameAccount && certainty === "to-show" && !tellsMore)
    return { is: "here", listed, isProven: false };
  if (subject.token === undefined) {
    // Of an instance whose token and id were never told the name is all that is known.
    return listed !== undefined && likeness === "unsure" && isListed(listed, subject.identity) !== false
      ? { is: "here", listed, isProven: false }
      : { is: "unknown", namesake: listed };
  }
  const own = await account.instance(subject.name, subject.token, subject.secrets).owner();
  const isOne =
    own === undefined || listed === undefined ? undefined : isSameInstance(own, listed, subject.token);
  if (listed !== undefined && (isOne === true || (isOne === undefined && likeness === "unsure"))) {
    // What an older version of this package has recorded names no account: it is believed once.
    const isBelieved = isOne === true || isSameAccount || subject.identity.account === undefined;
    return isBelieved
      ? { is: "here", listed, isProven: own !== undefined }
      : { is: "unknown", namesake: listed };
  }
  return own === undefined ? { is: "gone", namesake: listed } : { is: "elsewhere", own, namesake: listed };
}

type Likeness = "same" | "other" | "unsure";

function compare(listed: ListedInstance, subject: Subject, isSameAccount: boolean): Likeness {
  const { identity, token } = subject;
  const known = identity.token ?? (token === undefined ? undefined : fingerprint(token));
  const sameToken = known !== undefined && listed.token ? fingerprint(listed.token) === known : undefined;
  // One token may have been declared in two accounts, so there an id that differs outweighs a token that does not.
  if (identity.id !== undefined && listed.id && identity.id !== listed.id)
    return sameToken === true && isSameAccount ? "same" : "other";
  const sameId = identity.id !== undefined && identity.id === listed.id;
  // A token that differs proves nothing: listings may mask it.
  return sameId || sameToken === true ? "same" : "unsure";
}

/** Whether two listings, with the instance's own token and with the account's, show one instance. */
function isSameInstance(own: ListedInstance, listed: ListedInstance, token: string): boolean | undefined {
  if (own.id && listed.id) return own.id === listed.id;
  if (own.token === token && listed.token) return listed.token === token;
  if (!own.createdAt || !listed.createdAt) return undefined;
  if (own.createdAt !== listed.createdAt) return false;
  return FINE_TIME.test(own.createdAt) ? true : undefined;
}

/** To the microsecond: within a second, or a millisecond, one pipeline creates instances of one name in two accounts. */
const FINE_TIME = /\.\d{6}/;

/** Whether the instance that was listed has this token: listings may hide it, so one that they do not show is tried. */
export async function isTokenOf(
  listed: ListedInstance,
  token: string,
  account: AccountClient,
  secrets: readonly string[],
): Promise<boolean> {
  if (listed.token === token) return true;
  const own = await account.instance(listed.name, token, secrets).owner();
  return own !== undefined && isSameInstance(own, listed, token) !== false;
}

/** Where the instance is, and the account that was asked. */
export type Located = Whereabouts & { readonly account: AccountClient };

/**
 * Asks the first of the accounts whose token RyzeAPI accepts.
 *
 * @throws {@link RefusedAccountError} where it accepts none; {@link InstanceTokenError} where one is the instance's own.
 */
export async function locate(
  subject: Subject,
  [account, ...others]: readonly [AccountClient, ...AccountClient[]],
  certainty: Certainty,
): Promise<Located> {
  const { listing } = account;
  // Listings that tell no tokens do not show it.
  if (subject.token !== undefined && account.hasToken(subject.token))
    throw new InstanceTokenError(subject.name);
  try {
    const listed = await (certainty === "to-show"
      ? listing.find(subject.name, subject.secrets)
      : listing.findRecent(subject.name, subject.secrets));
    return { account, ...(await whereIs(subject, account, listed, certainty)) };
  } catch (error) {
    if (!(error instanceof RyzeApiError && error.tokenRefused)) throw error;
    const [next, ...rest] = others;
    if (next === undefined) throw new RefusedAccountError(error);
    return await locate(subject, [next, ...rest], certainty);
  }
}

/** RyzeAPI accepts none of the account tokens that there are. */
export class RefusedAccountError extends Error {
  override readonly name = "RefusedAccountError";

  constructor(refusal: RyzeApiError) {
    super(refusal.message, { cause: refusal });
  }
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
