import * as z from "zod";
import { isToken } from "../config.ts";
import { endpoint, type Endpoint } from "./endpoint.ts";
import { RyzeApiError } from "./errors.ts";

/** An instance's token; one that no header can carry is as good as none. */
export const toldToken = z.string().refine(isToken).nullish().catch(undefined);

/** One instance of a listing; the blocks' summaries are read by the blocks themselves. */
const listedInstance = z.looseObject({
  name: z.string(),
  token: toldToken,
  status: z.string().nullish().catch(undefined),
  numberJid: z.string().nullish().catch(undefined),
  connection: z
    .looseObject({ state: z.string().nullish(), numberJid: z.string().nullish() })
    .nullish()
    .catch(undefined),
});

export type ListedInstance = z.infer<typeof listedInstance>;

const answer = z.looseObject({
  instances: z.array(listedInstance),
  meta: z.looseObject({ total: z.number().nullish() }).nullish().catch(undefined),
});

type ListAnswer = z.infer<typeof answer>;

const listInstances = endpoint({
  method: "GET",
  route: "/api/instance/list",
  idempotent: true,
  timeoutSeconds: 60,
  answer,
});

type SendList = (list: Endpoint<ListAnswer>, query: Readonly<Record<string, string>>) => Promise<ListAnswer>;

/** How long reads may share a listing: a refresh of a large stack, and no more. */
const SHARED_FOR_MS = 60_000;

/** What the account holds, asked once and shared by everything that runs at the same time. */
export class Listing {
  readonly #send: SendList;
  #shared: { readonly instances: Promise<Map<string, ListedInstance>>; readonly until: number } | undefined;
  #atStart: Promise<Map<string, ListedInstance>> | undefined;
  /** Names that this process deleted after the listing for creations was taken. */
  readonly #deleted = new Set<string>();

  constructor(send: SendList) {
    this.#send = send;
  }

  /**
   * The instance as it is now, or undefined where the service says that there is none. No page documents that a
   * listing is complete, so an absence is confirmed by a question for that one name.
   */
  async find(name: string): Promise<ListedInstance | undefined> {
    return (await this.#all()).get(name) ?? (await this.lookUp(name));
  }

  /**
   * The instance as it was when the first creation of this run asked. All creations share that listing, which their
   * own writes do not outdate; a name that comes up in between is refused by the service.
   */
  async findAtStart(name: string): Promise<ListedInstance | undefined> {
    if (this.#atStart === undefined) {
      this.#atStart = this.#all();
      this.#atStart.catch(() => (this.#atStart = undefined));
    }
    const found = (await this.#atStart).get(name);
    return this.#deleted.has(name) ? undefined : found;
  }

  /** Asks for this one name. */
  async lookUp(name: string): Promise<ListedInstance | undefined> {
    // A comma would ask for several names, so such a name is searched in the whole listing.
    const query: Record<string, string> = name.includes(",") ? {} : { instanceName: name };
    try {
      const { instances } = await this.#send(listInstances, query);
      return instances.find((instance) => instance.name === name);
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  /** Every instance of the account. */
  async all(): Promise<readonly ListedInstance[]> {
    return [...(await this.#all()).values()];
  }

  /** After a write: what reads share is out of date. */
  invalidate(): void {
    this.#shared = undefined;
  }

  forget(name: string): void {
    this.#deleted.add(name);
    this.invalidate();
  }

  #all(): Promise<Map<string, ListedInstance>> {
    if (this.#shared !== undefined && Date.now() < this.#shared.until) return this.#shared.instances;
    const instances = this.#send(listInstances, {}).then(
      (listed) => new Map(listed.instances.map((instance) => [instance.name, instance])),
    );
    const shared = { instances, until: Date.now() + SHARED_FOR_MS };
    this.#shared = shared;
    instances.catch(() => {
      if (this.#shared === shared) this.#shared = undefined;
    });
    return instances;
  }
}

/** The documentation does not show the text; the 404 of a gateway that knows no such route does not name instances. */
function isAbsence(error: unknown): boolean {
  return (
    error instanceof RyzeApiError &&
    error.status === 404 &&
    error.fromService &&
    /instance/i.test(error.reason)
  );
}
