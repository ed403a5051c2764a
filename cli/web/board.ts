import type { AccountClient } from "../../provider/ryzeapi/client.ts";
import { asError } from "../../provider/ryzeapi/errors.ts";
import type { ListedInstance } from "../../provider/ryzeapi/listing.ts";
import { statusesOf, type InstanceStatus } from "../connection.ts";
import type { Sight } from "../watching.ts";
import { Card, type Report } from "./card.ts";
import { reasonOf } from "./reason.ts";
import type { BoardView, ServiceView } from "./view.ts";

export interface BoardOptions {
  readonly account: AccountClient;
  readonly seconds: number;
  readonly report: Report & { service(view: ServiceView): void };
  readonly watched: () => Promise<unknown>;
}

/** The cards of the page, and what the listings of the account tell them. */
export class Board {
  readonly #cards: ReadonlyMap<string, Card>;
  readonly #options: BoardOptions;
  #service: ServiceView = { is: "well" };
  #awaiting: { readonly since: number; readonly arrived: () => void }[] = [];

  constructor(instances: ReadonlyMap<string, InstanceStatus>, options: BoardOptions) {
    const surroundings = { ...options, nextListing: () => this.#nextListing() };
    this.#options = options;
    this.#cards = new Map(
      [...instances].map(([name, status]) => [name, new Card(name, status, surroundings)]),
    );
  }

  get view(): BoardView {
    return { cards: this.#all.map(({ view }) => view), service: this.#service };
  }

  get counts(): { readonly connected: number; readonly total: number } {
    return {
      connected: this.#all.filter(({ state }) => state === "connected").length,
      total: this.#all.filter(({ state }) => state !== "gone").length,
    };
  }

  card(name: string): Card | undefined {
    return this.#cards.get(name);
  }

  async take(sight: Sight): Promise<void> {
    if (sight.is === "awaited") this.#tell({ is: "waiting" });
    else if (sight.is === "failed") this.#tell({ is: "failing", message: reasonOf(sight.error) });
    else await this.#observe(sight.instances, sight.askedAt);
  }

  async #observe(listed: readonly ListedInstance[], askedAt: number): Promise<void> {
    const present = new Set(listed.map(({ name }) => name));
    const names = this.#all
      .filter(({ name, state }) => state !== "gone" || present.has(name))
      .map(({ name }) => name);
    try {
      const statuses = await statusesOf(this.#options.account, names, listed);
      for (const card of this.#all) card.observe(statuses.get(card.name));
      this.#tell({ is: "well" });
    } catch (error) {
      this.#tell({ is: "failing", message: reasonOf(asError(error)) });
    }
    const served = this.#awaiting.filter(({ since }) => since < askedAt);
    this.#awaiting = this.#awaiting.filter(({ since }) => since >= askedAt);
    for (const { arrived } of served) arrived();
  }

  get #all(): readonly Card[] {
    return [...this.#cards.values()];
  }

  #nextListing(): Promise<void> {
    return new Promise((arrived) => {
      this.#awaiting.push({ since: Date.now(), arrived });
    });
  }

  #tell(view: ServiceView): void {
    if (JSON.stringify(view) === JSON.stringify(this.#service)) return;
    this.#service = view;
    this.#options.report.service(view);
  }
}
