import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

/** Lists what has one of these names, or the whole account. */
type List<Found> = (names: readonly string[] | "all") => Promise<Found>;

/** A question waits so long for others that the engine asks at the same time. */
const GATHERING_MS = 10;
const LONGEST_GATHERING_MS = 100;

/** The engine asks about a few instances together, and about the next ones once those are done. */
const MOST_FILTERED = 3;

/** The longest list of names that goes into one URL: proxies cut longer ones off, and a whole listing is no dearer then. */
const LONGEST_FILTER = 2_000;

/** Names that go into one call. */
interface Together<Found> {
  readonly names: Set<string>;
  readonly answer: Promise<Found>;
}

/**
 * What the account holds at one time. The names that are asked for together go into one call, so that it costs what the
 * stack is worth and not what the account is. After a few such calls a name that comes is one of a large stack: the whole
 * account is listed then, once.
 */
export class Snapshot<Found> {
  readonly #list: List<Found>;
  readonly #filtered: Together<Found>[] = [];
  #isGathering = false;
  #whole: Promise<Found> | undefined;

  constructor(list: List<Found>) {
    this.#list = list;
  }

  /** Whether another name costs no whole listing. */
  get isOpen(): boolean {
    return this.#isGathering || this.#filtered.length < MOST_FILTERED || this.#whole !== undefined;
  }

  /** What was listed when this name was asked for; it may hold others too. */
  look(name: string): Promise<Found> {
    // A comma in a name would ask for several names.
    if (this.#whole !== undefined || name.includes(",")) return this.whole();
    const asked = this.#filtered.find(({ names }) => names.has(name)) ?? this.#gathering();
    asked?.names.add(name);
    return asked?.answer ?? this.whole();
  }

  /** The whole account. */
  whole(): Promise<Found> {
    this.#whole ??= this.#list("all");
    return this.#whole;
  }

  /** The call that a name may go into still; undefined where there were enough of them. */
  #gathering(): Together<Found> | undefined {
    const latest = this.#filtered.at(-1);
    if (this.#isGathering || this.#filtered.length === MOST_FILTERED)
      return this.#isGathering ? latest : undefined;
    this.#isGathering = true;
    const names = new Set<string>();
    const together = { names, answer: this.#ask(names, latest?.answer) };
    this.#filtered.push(together);
    return together;
  }

  /** While a call is under way, the names that come are gathered for the next one. */
  async #ask(names: ReadonlySet<string>, former: Promise<Found> | undefined): Promise<Found> {
    await Promise.allSettled([former]);
    let known = 0;
    const latest = Date.now() + LONGEST_GATHERING_MS;
    while (known < names.size && Date.now() < latest) {
      known = names.size;
      await sleep(GATHERING_MS);
      // What has arrived meanwhile is heard first.
      await turn();
    }
    this.#isGathering = false;
    const filter = [...names];
    return filter.join(",").length > LONGEST_FILTER ? await this.whole() : await this.#list(filter);
  }
}
