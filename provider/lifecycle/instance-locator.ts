import { INSTANCE } from "../definitions/resources.ts";
import type { AccountClient } from "../ryzeapi/client.ts";
import type { Values } from "../values.ts";
import type { InstanceArguments } from "./arguments.ts";
import { isOurs } from "./creation.ts";
import {
  hasToken,
  learnedFrom,
  isHeldBy,
  locate,
  RefusedAccountError,
  type Identity,
  type Located,
  type Subject,
} from "./identity.ts";
import { accountOf, accountsOf, type Host } from "./lifecycle.ts";
import { observedInstance } from "./observed-instance.ts";
import { locateToDelete, requireHere } from "./proof.ts";
import { readAlone, strangerStays } from "./refusals.ts";
import { secretsIn } from "./secret-fields.ts";
import { UNCONFIRMED, type Known } from "./state.ts";

/** Where an instance is, and whether the account's token has shown it. */
type Found = Located & { readonly isAccountKnown: boolean };

/** An instance that may be written to, and what it is known by now. */
interface Proven {
  readonly account: AccountClient;
  readonly token: string | undefined;
  readonly identity: Identity;
}

export function subjectOf(name: string, { token, identity }: Known, ...values: readonly Values[]): Subject {
  return { name, token, identity, secrets: values.flatMap((each) => secretsIn(each, INSTANCE)) };
}

/** Finds the instance of a state at the service, and proves that it is the one. */
export class InstanceLocator {
  readonly #host: Host;
  readonly #warned = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** For a look at it: where the account's token is refused, its own one is enough. */
  async look(subject: Subject, args: InstanceArguments, known: Known): Promise<Found | undefined> {
    if (known.status === UNCONFIRMED) return await this.#lookForCreated(args, known);
    const accounts = accountsOf(this.#host, args.account);
    try {
      return { ...(await locate(subject, accounts, "to-show")), isAccountKnown: true };
    } catch (error) {
      if (!(error instanceof RefusedAccountError)) throw error;
      const [account] = accounts;
      const listed = await account.instance(subject.name, subject.token, subject.secrets).owner();
      if (listed === undefined) throw error;
      this.#host.warn(readAlone(subject.name));
      return { is: "here", account, listed, isProven: true, isAccountKnown: false };
    }
  }

  async lookToDelete(subject: Subject, args: InstanceArguments, known: Known): Promise<Located | undefined> {
    if (known.status === UNCONFIRMED) return await this.#lookForCreated(args, known);
    return await locateToDelete(subject, accountsOf(this.#host, args.account));
  }

  /**
   * Makes sure that the account which is configured now holds the instance of the state. It costs nothing where that is
   * the account that was seen to hold it.
   */
  async prove(subject: Subject, args: InstanceArguments): Promise<Proven> {
    const accounts = accountsOf(this.#host, args.account);
    const [account] = accounts;
    const own = [subject.token, args.token].find((token) => hasToken(subject.identity, token));
    if (own !== undefined && isHeldBy(account, subject)) {
      const sealed = { ...subject.identity, account: account.seal(args.token ?? own) };
      return { account, token: own, identity: sealed };
    }
    const found = await requireHere(subject, accounts);
    const token = await this.presentToken(subject, found.account, observedInstance(found.listed).token);
    const learned = learnedFrom(found, token, args.token);
    return { account: found.account, token, identity: { ...subject.identity, ...learned } };
  }

  /** The token that the instance has: listings may mask it, so one that looks changed is tried. */
  async presentToken(
    { name, token, secrets }: Subject,
    account: AccountClient,
    listed: string | undefined,
  ): Promise<string | undefined> {
    if (token === undefined || listed === undefined || token === listed) return listed ?? token;
    return (await account.instance(name, token, secrets).owner()) === undefined ? listed : token;
  }

  /** What became of a creation that was never answered; undefined where nothing is there that must be ours. */
  async #lookForCreated(args: InstanceArguments, known: Known): Promise<Found | undefined> {
    const account = accountOf(this.#host, args.account);
    const secrets = secretsIn(args, INSTANCE);
    const { listing } = account;
    const listed =
      (await listing.find(args.name, secrets)) ?? (await listing.findRespelt(args.name, secrets));
    if (!mayHaveCreated(account, args, known))
      return { is: "unknown", account, namesake: listed, isAccountKnown: true };
    if (listed === undefined) return undefined;
    if (isOurs(listed, args)) return { is: "here", account, listed, isProven: true, isAccountKnown: true };
    this.#warnOnce(strangerStays(args.name));
    return undefined;
  }

  /** Before a replacement the same is looked at as before its deletion. */
  #warnOnce(line: string): void {
    if (!this.#warned.has(line)) this.#host.warn(line);
    this.#warned.add(line);
  }
}

/** The bond with the account that a creation was sent to; the token of what may come of it need not be known. */
export function sealOfCreation(account: AccountClient, { name, token }: InstanceArguments): string {
  return account.seal(token ?? name);
}

/** Whether what was sent `before` and never answered went to `account`: no other one tells what became of it. */
export function mayHaveCreated(
  account: AccountClient,
  before: InstanceArguments,
  { identity }: Known,
): boolean {
  // Older versions of this package recorded no account.
  return identity.account === undefined || identity.account === sealOfCreation(account, before);
}
