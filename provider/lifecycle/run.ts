import type { AccountClient } from "../ryzeapi/client.ts";
import type { Values } from "../values.ts";
import type { Identity } from "./identity.ts";
import type { Connection } from "./pairing.ts";

/** What whoever hosts a lifecycle knows of the resource whose arguments are checked. */
export interface Origin {
  /** What tells the resource from all others of the program, the same throughout a run. */
  readonly resource?: string | undefined;
  /** Its former arguments; undefined where it is new, or is to be replaced. */
  readonly former?: Values | undefined;
  /** The name that it gets where neither the program nor its former arguments have one. */
  readonly proposedName?: unknown;
}

/** A thing at the service as a state knows it. */
export interface Holding {
  readonly id: string;
  readonly account: AccountClient;
  readonly identity: Identity;
  /** Of an instance. */
  readonly connection?: Connection;
  /** Of an instance: fails where its deletion would. */
  readonly requireDeletable?: () => Promise<void>;
  /** Of an instance: whether its deletion is refused while a phone is paired. */
  readonly isProtected?: boolean;
}

interface Taken extends Holding {
  readonly isAdopted: boolean;
}

/**
 * What the engine has said in this run about the resources of one kind, and what was done. No call says how many
 * resources there are or what becomes of the others; but the program's are checked and compared before anything is
 * deleted, so that no two take one thing for theirs, and no deletion hits what another one holds.
 */
export class Run {
  /** The former names of the resources that were checked with their former arguments. */
  readonly #formerNames = new Map<string, unknown>();
  readonly #declared = new Map<string, Map<AccountClient, string>>();
  readonly #declaredTwice = new Map<string, Set<AccountClient>>();
  readonly #kept = new Map<string, Holding[]>();
  /** What a difference is going to replace, by the id of what takes its place. */
  readonly #replaced = new Map<string, Holding>();
  readonly #taken = new Map<string, Taken[]>();

  /**
   * The name that a resource gets which declares none: its former one. The engine checks a resource that it replaces
   * once more, as if it were new.
   */
  nameOf({ resource, former, proposedName }: Origin, argument: string): unknown {
    const name = former?.[argument] ?? (resource === undefined ? undefined : this.#formerNames.get(resource));
    if (resource !== undefined && former?.[argument] !== undefined) this.#formerNames.set(resource, name);
    return name ?? proposedName;
  }

  /** Whether the engine asks for the second time, because it replaces the resource. */
  isReplaced({ resource, former }: Origin): boolean {
    return former === undefined && resource !== undefined && this.#formerNames.has(resource);
  }

  /** Notes that a resource declares the thing; false where another one of the program does. */
  declare(resource: string, id: string, account: AccountClient): boolean {
    const accounts = this.#declared.get(id) ?? new Map<AccountClient, string>();
    this.#declared.set(id, accounts);
    const holder = accounts.get(account);
    if (holder !== undefined && holder !== resource) {
      this.#declaredTwice.set(id, new Set(this.#declaredTwice.get(id)).add(account));
      return false;
    }
    accounts.set(account, resource);
    return true;
  }

  /** Whether another resource of the program declares the thing too, or has taken it. */
  isOfAnother(id: string, account: AccountClient): boolean {
    return this.isTaken(id, account) || this.#declaredTwice.get(id)?.has(account) === true;
  }

  /** A resource of the program that has it keeps it. */
  keep(holding: Holding): void {
    append(this.#kept, holding);
  }

  /** A resource of the program that has it is replaced by another one with the id `by`. */
  replace(holding: Holding, by: string): void {
    this.#kept.delete(holding.id);
    this.#replaced.set(by, holding);
  }

  keptAs(id: string): Holding | undefined {
    return this.#kept.get(id)?.at(-1);
  }

  /** What the thing with this id takes the place of. */
  replacedBy(id: string): Holding | undefined {
    return this.#replaced.get(id);
  }

  isReplacing(id: string): boolean {
    return [...this.#replaced.values()].some((holding) => holding.id === id);
  }

  take(taken: Taken): void {
    this.drop(taken.id, taken.account);
    append(this.#taken, taken);
  }

  /** It was not taken after all. */
  drop(id: string, account: AccountClient): void {
    const others = this.#taken.get(id)?.filter((taken) => taken.account !== account) ?? [];
    this.#taken.set(id, others);
  }

  isTaken(id: string, account: AccountClient): boolean {
    return this.#taken.get(id)?.some((taken) => taken.account === account) ?? false;
  }

  /** Whether another resource has it, or has something new by the same name: then a deletion must not hit it. */
  isHeldElsewhere(holding: Holding): boolean {
    const declaring = this.#declared.get(holding.id);
    // A refresh compares every resource, those included that the program has no more.
    const kept = (this.#kept.get(holding.id) ?? []).filter(({ account }) => declaring?.has(account));
    const taken = this.#taken.get(holding.id) ?? [];
    return (
      kept.some((other) => isSame(other, holding)) ||
      taken.some((other) =>
        other.isAdopted
          ? isSame(other, holding)
          : other.account === holding.account && !hasIdentity(other, holding),
      )
    );
  }
}

function append<T extends Holding>(map: Map<string, T[]>, holding: T): void {
  map.set(holding.id, [...(map.get(holding.id) ?? []), holding]);
}

/** Two tokens may name one account, so what is known of the thing itself counts as well. */
function isSame(one: Holding, other: Holding): boolean {
  return one.account === other.account || hasIdentity(one, other);
}

function hasIdentity({ identity: one }: Holding, { identity: other }: Holding): boolean {
  if (one.id !== undefined && other.id !== undefined) return one.id === other.id;
  return one.token !== undefined && one.token === other.token;
}
