import * as z from "zod";
import { isMasked } from "../hidden.ts";
import { isToken } from "./account.ts";
import { endpoint, type Endpoint } from "./endpoint.ts";
import { cleanMessage, hiding, RyzeApiError } from "./errors.ts";

/** An instance's token; one that is masked, or that no header can carry, is as good as none. */
export const returnedToken = z
  .string()
  .refine((token) => isToken(token) && !isMasked(token))
  .nullish()
  .catch(undefined);

/** What the service itself tells an instance by. */
export const returnedId = z.string().min(1).nullish().catch(undefined);

/** One instance of a listing; the blocks' summaries are read by the blocks themselves. */
const listedInstance = z.looseObject({
  name: z.string(),
  /** The service's own, where it tells it. */
  id: returnedId,
  createdAt: z.string().nullish().catch(undefined),
  token: returnedToken,
  status: z.string().nullish().catch(undefined),
  numberJid: z.string().nullish().catch(undefined),
  connection: z
    .looseObject({ state: z.string().nullish(), numberJid: z.string().nullish() })
    .nullish()
    .catch(undefined),
});

export type ListedInstance = z.infer<typeof listedInstance>;

/** An item of a listing that cannot be asked about. */
const nameless = z.looseObject({ name: z.null().optional() });

/** An account without any instance may be listed as null, or with no such key at all. */
const answer = z.union([
  z.looseObject({ instances: z.array(z.union([listedInstance, nameless])) }),
  z.looseObject({ success: z.literal(true), instances: z.null().optional() }),
]);

type ListAnswer = z.infer<typeof answer>;

type ListItem = NonNullable<ListAnswer["instances"]>[number];

export function isNamed(item: ListItem): item is ListedInstance {
  return typeof item.name === "string";
}

export const listInstances = endpoint({
  method: "GET",
  route: "/api/instance/list",
  idempotent: true,
  timeoutSeconds: 60,
  answer,
});

type SendList = (
  list: Endpoint<ListAnswer>,
  query: Readonly<Record<string, string>>,
  secrets: readonly string[],
) => Promise<ListAnswer>;

/** How long reads may share a listing: a refresh of a large stack, and no more. */
const SHARED_FOR_MS = 60_000;

/** A listing of the whole account, by name. */
interface Taken {
  readonly instances: Promise<Map<string, ListedInstance>>;
  readonly until: number;
}

/** The token that is configured for the account is an instance's own, with which RyzeAPI shows that instance alone. */
export class InstanceTokenError extends Error {
  override readonly name = "InstanceTokenError";

  constructor(owner: string) {
    super(
      `The token that is configured for the RyzeAPI account is the own token of the instance "${cleanMessage(owner, [])}": it ` +
        "shows, creates and deletes no other instance. Nothing was changed. Set the account's token (TokenAccount): " +
        "`pulumi config set --secret ryzeapi:token <TokenAccount>`, RYZEAPI_TOKEN, or `account.token` of the resource.",
    );
  }
}

/**
 * What the account holds, asked once and shared by everything that runs at the same time. Each who asks names the
 * secrets that no message may repeat to it.
 */
export class Listing {
  readonly #send: SendList;
  readonly #token: string;
  readonly #notice: (line: string) => void;
  #shared: Taken | undefined;
  /** The latest, whatever was written since. */
  #recent: Taken | undefined;
  #atStart: Promise<Map<string, ListedInstance>> | undefined;
  /** Names that this process deleted after a listing was taken. */
  readonly #deleted = new Set<string>();
  /** A token that was refused once stays so as long as this process lives. */
  #refusal: RyzeApiError | undefined;

  /** `token` is the one that `send` asks with. */
  constructor(token: string, send: SendList, notice: (line: string) => void) {
    this.#token = token;
    this.#send = send;
    this.#notice = notice;
  }

  /**
   * The instance as it is now, or undefined where the service says that there is none. No page documents that a
   * listing is complete, so an absence is confirmed by a question for that one name.
   */
  async find(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    return (await this.#ofAccount(this.#all(), secrets)).get(name) ?? (await this.lookUp(name, secrets));
  }

  /**
   * Like `find`, out of a listing of the last minute, which writes of this run do not outdate: they change neither what
   * an instance is nor whom it belongs to.
   */
  async findRecent(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    const found = (await this.#ofAccount(this.#ofTheLastMinute(), secrets)).get(name);
    return found === undefined || this.#deleted.has(name) ? await this.lookUp(name, secrets) : found;
  }

  /**
   * The instance as it was when the first creation of this run asked. All creations share that listing, which their
   * own writes do not outdate; a name that comes up in between is refused by the service.
   */
  async findAtStart(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    if (this.#atStart === undefined) {
      this.#atStart = this.#ofTheLastMinute();
      this.#atStart.catch(() => (this.#atStart = undefined));
    }
    const found = (await this.#ofAccount(this.#atStart, secrets)).get(name);
    return this.#deleted.has(name) ? undefined : found;
  }

  /**
   * Asks for this one name.
   *
   * @throws {@link InstanceTokenError} where the filter is ignored, which it is for an instance's token.
   */
  async lookUp(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    // A comma would ask for several names, so such a name is searched in the whole listing.
    const query: Record<string, string> = name.includes(",") ? {} : { instanceName: name };
    try {
      const instances = await this.#ask(query, secrets);
      const found = instances.find((instance) => instance.name === name);
      const [other] = instances;
      const isIgnored = other !== undefined && other.name.toLowerCase() !== name.toLowerCase();
      if (found === undefined && isIgnored && query["instanceName"] !== undefined)
        throw new InstanceTokenError(other.name);
      return found;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      if (!(error instanceof RyzeApiError && error.meaningUnknown) || query["instanceName"] === undefined)
        throw error;
      // Where the same question is answered without the name, what was refused is the name.
      return (await this.#ask({}, secrets)).find((instance) => instance.name === name);
    }
  }

  /**
   * Like `lookUp`, after a creation: the service may have taken the name in another spelling. Nothing more is asked where
   * the name has no other one.
   */
  async lookUpSpelling(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    return (await this.lookUp(name, secrets)) ?? (await this.findRespelt(name, secrets));
  }

  async findRespelt(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    if (name === plainSpelling(name)) return undefined;
    const listed = await this.#ask({}, secrets);
    return listed.find((instance) => plainSpelling(instance.name) === plainSpelling(name));
  }

  /** Everything that the token gives access to. */
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

  /** Whatever else there is, a listing that shows the token itself as an instance's is no account's. */
  async #ofAccount(
    instances: Promise<Map<string, ListedInstance>>,
    secrets: readonly string[],
  ): Promise<Map<string, ListedInstance>> {
    const listed = await hiding(secrets, instances);
    const [only] = listed.values();
    if (listed.size === 1 && only?.token === this.#token) throw new InstanceTokenError(only.name);
    return listed;
  }

  #ofTheLastMinute(): Promise<Map<string, ListedInstance>> {
    return (this.#recent !== undefined && Date.now() < this.#recent.until ? this.#recent : this.#take())
      .instances;
  }

  #all(): Promise<Map<string, ListedInstance>> {
    return (this.#shared !== undefined && Date.now() < this.#shared.until ? this.#shared : this.#take())
      .instances;
  }

  #take(): Taken {
    const instances = this.#ask({}, []).then(
      (listed) => new Map(listed.map((instance) => [instance.name, instance])),
    );
    const taken = { instances, until: Date.now() + SHARED_FOR_MS };
    this.#shared = this.#recent = taken;
    instances.catch(() => {
      if (this.#shared === taken) this.#shared = undefined;
      if (this.#recent === taken) this.#recent = undefined;
    });
    return taken;
  }

  async #ask(query: Readonly<Record<string, string>>, secrets: readonly string[]): Promise<ListedInstance[]> {
    if (this.#refusal !== undefined) throw this.#refusal.hiding(secrets);
    try {
      const { instances } = await this.#send(listInstances, query, secrets);
      const named = (instances ?? []).filter(isNamed);
      const left = (instances?.length ?? 0) - named.length;
      if (left > 0) this.#notice(`RyzeAPI lists ${left} without a name, which nothing can be asked about.`);
      return named;
    } catch (error) {
      if (error instanceof RyzeApiError && error.tokenRefused) this.#refusal = error;
      throw error;
    }
  }
}

/** What a service may make of a name. */
function plainSpelling(name: string): string {
  return name.normalize("NFC").trim().toLowerCase();
}

/** The documentation does not show the text; the 404 of a gateway that knows no such route does not name instances. */
function isAbsence(error: unknown): boolean {
  if (!(error instanceof RyzeApiError) || error.status !== 404) return false;
  return error.fromService || error.says(/instance/i);
}
