import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import type { ListedInstance } from "./listing.ts";

export type ByName = ReadonlyMap<string, ListedInstance>;

/** Lists what has one of these names, or the whole account. */
export type List = (names: readonly string[] | "all") => Promise<ByName>;

/** A question waits so long for others that the engine asks at the same time. */
const GATHERING_MS = 10;
const LONGEST_GATHERING_MS = 100;

/** The longest list of names that goes into one URL: proxies cut longer ones off, and a whole listing is no dearer then. */
const LONGEST_FILTER = 2_000;

/**
 * What the account holds at one time. The names that are asked for together go into one call, so that it costs what the
 * stack is worth and not what the account is. A name that comes later is one of a large stack: the whole account is
 * listed then, once.
 */
export class Snapshot {
  readonly #list: List;
  readonly #names = new Set<string>();
  #isGathering = true;
  #together: Promise<ByName> | undefined;
  #whole: Promise<ByName> | undefined;

  constructor(list: List) {
    this.#list = list;
  }

  /** Whether another name costs no whole listing. */
  get isOpen(): boolean {
    return this.#isGathering || this.#whole !== undefined;
  }

  /** What was listed when this name was asked for; it may hold others too. */
  look(name: string): Promise<ByName> {
    if (this.#whole !== undefined || !this.#mayGoTogether(name)) return this.whole();
    this.#names.add(name);
    this.#together ??= this.#gather();
    return this.#together;
  }

  /** The whole account. */
  whole(): Promise<ByName> {
    this.#whole ??= this.#list("all");
    return this.#whole;
  }

  #mayGoTogether(name: string): boolean {
    // A comma in a name would ask for several names.
    return this.#names.has(name) || (this.#isGathering && !name.includes(","));
  }

  async #gather(): Promise<ByName> {
    let known = 0;
    const latest = Date.now() + LONGEST_GATHERING_MS;
    while (known < this.#names.size && Date.now() < latest) {
      known = this.#names.size;
      await sleep(GATHERING_MS);
      // What has arrived meanwhile is heard first.
      await turn();
    }
    this.#isGathering = false;
    const names = [...this.#names];
    return names.join(",").length > LONGEST_FILTER ? await this.whole() : await this.#list(names);
  }
}
