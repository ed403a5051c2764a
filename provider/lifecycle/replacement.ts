import { INSTANCE } from "../definitions/resources.ts";
import { containsUnknown, isUnknown } from "../values.ts";
import type { InstanceArguments } from "./arguments.ts";
import { protectsPaired } from "./configuration.ts";
import type { Located } from "./identity.ts";
import { subjectOf, type InstanceLocator } from "./instance-locator.ts";
import { accountOf, type Host } from "./lifecycle.ts";
import { observedInstance } from "./observed-instance.ts";
import { isPaired, type Connection } from "./pairing.ts";
import {
  costOfReplacement,
  pairedAndDeleted,
  pairedSince,
  protectedInstance,
  refusalOf,
  unproven,
} from "./refusals.ts";
import type { Holding, Run } from "./run.ts";
import { secretsIn } from "./secret-fields.ts";
import { declaredIn, knownIn, storedNameIn, type InstanceState, type Known } from "./state.ts";

/** What stands between a paired phone and a deletion, whether that is one of its own or part of a replacement. */
export class ReplacementGuard {
  readonly #host: Host;
  readonly #run: Run;
  readonly #locator: InstanceLocator;

  constructor(host: Host, run: Run, locator: InstanceLocator) {
    this.#host = host;
    this.#run = run;
    this.#locator = locator;
  }

  /** What the engine keeps no deletion must hit. */
  keep(olds: InstanceState, news: InstanceArguments): void {
    if (!containsUnknown(news.account)) this.#run.keep(this.#holding(olds, news));
  }

  /** No result of a diff carries a message, and this one must be read before anybody confirms. */
  plan(olds: InstanceState, news: InstanceArguments, replaces: readonly string[]): void {
    const before = declaredIn(olds);
    if (!containsUnknown(news.account))
      this.#run.replace(this.#holding(olds, news), isUnknown(news.name) ? before.name : news.name);
    this.#announce(before.name, knownIn(olds), this.#protects(before) || this.#protects(news), replaces);
  }

  /** Options of the resource replace it as well, and say so only by having it checked once more. */
  expect(news: InstanceArguments): void {
    const holding = this.#run.keptAs(news.name);
    if (holding === undefined) return;
    this.#run.replace(holding, news.name);
    if (holding.connection !== undefined)
      this.#announce(news.name, holding.connection, holding.isProtected === true, []);
  }

  /** A replacement whose deletion is going to be refused must not leave two instances. */
  async requireForeseen(name: string): Promise<void> {
    const replaced = this.#run.replacedBy(name);
    // One of the same name is deleted first, and its deletion asks.
    if (replaced !== undefined && replaced.id !== name) await replaced.requireDeletable?.();
  }

  /** Nothing is lost with the instance, or what is lost was known. */
  requireExpendable(args: InstanceArguments, known: Known, found: Extract<Located, { is: "here" }>): void {
    const secrets = secretsIn(args, INSTANCE);
    const connection = observedInstance(found.listed, { account: found.account, secrets });
    if (!isPaired(connection)) return;
    if (this.#protects(args)) throw protectedInstance(args.name, connection, "deleted");
    // Nothing that RyzeAPI tells proves that it is the one of the state, and a paired one is no matter for a guess.
    if (!found.isProven) throw unproven(args.name, connection);
    if (isPaired(known)) return;
    if (this.#run.isReplacing(args.name)) throw pairedSince(args.name, connection);
    this.#host.warn(pairedAndDeleted(args.name, connection));
  }

  #announce(name: string, connection: Connection, isProtected: boolean, replaces: readonly string[]): void {
    if (!isPaired(connection)) return;
    if (isProtected) throw protectedInstance(name, connection, "replaced");
    this.#host.warn(costOfReplacement(name, connection, replaces));
  }

  async #requireDeletable(olds: InstanceState): Promise<void> {
    const args = declaredIn(olds);
    const known = knownIn(olds);
    const subject = subjectOf(storedNameIn(olds), known, olds);
    const found = await this.#locator.lookToDelete(subject, args, known);
    if (found === undefined || found.is === "gone") return;
    if (found.is !== "here") throw await refusalOf(subject, found, "replaced");
    this.requireExpendable(args, known, found);
  }

  #protects({ account }: InstanceArguments): boolean {
    const [configured] = this.#host.configured();
    return protectsPaired(account, configured);
  }

  #holding(olds: InstanceState, news: InstanceArguments): Holding {
    const before = declaredIn(olds);
    const { identity, status, numberJid } = knownIn(olds);
    return {
      id: before.name,
      account: accountOf(this.#host, news.account),
      identity,
      connection: { status, numberJid },
      requireDeletable: () => this.#requireDeletable(olds),
      // The deletion is asked with what stands in the state: refused only then, it would leave two instances.
      isProtected: this.#protects(before) || this.#protects(news),
    };
  }
}
