import * as z from "zod";
import { isMasked } from "../hidden.ts";
import { isToken } from "./account.ts";
import { sharing } from "./deadline.ts";
import { endpoint, type Endpoint } from "./endpoint.ts";
import { cleanMessage, hiding, RyzeApiError } from "./errors.ts";
import { Snapshot } from "./snapshot.ts";

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

type ByName = ReadonlyMap<string, ListedInstance>;

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
  // An instance takes about 1.2 KB in it: more than 200,000 of them.
  largestAnswerMiB: 256,
  answer,
});

type SendList = (
  list: Endpoint<ListAnswer>,
  query: Readonly<Record<string, string>>,
  secrets: readonly string[],
) => Promise<ListAnswer>;

/** How long reads may share a listing: a refresh of a large stack, and no more. */
const SHARED_FOR_MS = 60_000;

interface Shared {
  readonly snapshot: Snapshot<ByName>;
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
  #shared: Shared | undefined;
  /** The latest, whatever was written since. */
  #recent: Shared | undefined;
  #atStart: Shared | undefined;
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
    return (await this.#look(this.#present(), name, secrets)) ?? (await this.lookUp(name, secrets));
  }

  /**
   * Like `find`, out of a listing of the last minute, which writes of this run do not outdate: they change neither what
   * an instance is nor whom it belongs to.
   */
  async findRecent(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    const found = await this.#look(this.#ofTheLastMinute(), name, secrets);
    return found === undefined || this.#deleted.has(name) ? await this.lookUp(name, secrets) : found;
  }

  /**
   * The instance as it was when the first creation of this run asked. All creations share that listing, which their
   * own writes do not outdate; a name that comes up in between is refused by the service.
   */
  async findAtStart(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    // Of what a refresh has listed by name the new ones are no part.
    this.#atStart ??= this.#ofTheLastMinute().snapshot.isOpen ? this.#ofTheLastMinute() : this.#take();
    const found = await this.#look(this.#atStart, name, secrets);
    return this.#deleted.has(name) ? undefined : found;
  }

  /**
   * Asks for this one name.
   *
   * @throws {@link InstanceTokenError} where the filter is ignored, which it is for an instance's token.
   */
  async lookUp(name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    const names = name.includes(",") ? "all" : [name];
    return (await this.#list(names, secrets)).get(name);
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
    const listed = await this.#list("all", secrets);
    return [...listed.values()].find((instance) => plainSpelling(instance.name) === plainSpelling(name));
  }

  /** Everything that the token gives access to. */
  async all(): Promise<readonly ListedInstance[]> {
    const shared = this.#present();
    const listed = await sharing(() => this.#unlessFailed(shared, shared.snapshot.whole()));
    return [...listed.values()];
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
  async #look(shared: Shared, name: string, secrets: readonly string[]): Promise<ListedInstance | undefined> {
    const found = await sharing(() =>
      hiding(secrets, this.#unlessFailed(shared, shared.snapshot.look(name))),
    );
    const [only] = found.values();
    if (found.size === 1 && only?.token === this.#token) throw new InstanceTokenError(only.name);
    return found.get(name);
  }

  /** A listing that failed is none that others can share. */
  async #unlessFailed<T>(shared: Shared, listed: Promise<T>): Promise<T> {
    try {
      return await listed;
    } catch (error) {
      if (this.#shared === shared) this.#shared = undefined;
      if (this.#recent === shared) this.#recent = undefined;
      if (this.#atStart === shared) this.#atStart = undefined;
      throw error;
    }
  }

  #present(): Shared {
    if (this.#shared === undefined || Date.now() >= this.#shared.until)
      this.#shared = this.#recent = this.#take();
    return this.#shared;
  }

  #ofTheLastMinute(): Shared {
    return this.#recent !== undefined && Date.now() < this.#recent.until ? this.#recent : this.#present();
  }

  #take(): Shared {
    const snapshot = new Snapshot(async (names) => await this.#list(names, []));
    return { snapshot, until: Date.now() + SHARED_FOR_MS };
  }

  async #list(names: readonly string[] | "all", secrets: readonly string[]): Promise<ByName> {
    if (names === "all") return await this.#ask({}, secrets);
    try {
      const listed = await this.#ask({ instanceName: names.join(",") }, secrets);
      const asked = new Set(names.map(plainSpelling));
      const [other] = [...listed.keys()].filter((name) => !asked.has(plainSpelling(name)));
      if (other !== undefined && listed.size === 1) throw new InstanceTokenError(other);
      return listed;
    } catch (error) {
      if (isAbsence(error)) return new Map();
      if (!(error instanceof RyzeApiError && error.meaningUnknown)) throw error;
      // Where the same question is answered without the names, what was refused are the names.
      return await this.#ask({}, secrets);
    }
  }

  async #ask(query: Readonly<Record<string, string>>, secrets: readonly string[]): Promise<ByName> {
    if (this.#refusal !== undefined) throw this.#refusal.hiding(secrets);
    try {
      const { instances } = await this.#send(listInstances, query, secrets);
      const named = (instances ?? []).filter(isNamed);
      const left = (instances?.length ?? 0) - named.length;
      if (left > 0) this.#notice(`RyzeAPI lists ${left} without a name, which nothing can be asked about.`);
      return new Map(named.map((instance) => [instance.name, instance]));
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
