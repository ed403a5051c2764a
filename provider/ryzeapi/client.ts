import { createHmac } from "node:crypto";
import * as z from "zod";
import type { Values } from "../values.ts";
import { endpoint, type Endpoint, type Call } from "./endpoint.ts";
import { cleanMessage, isInstanceMissing, RyzeApiError } from "./errors.ts";
import {
  InstanceTokenError,
  isNamed,
  listInstances,
  Listing,
  returnedId,
  returnedToken,
  type ListedInstance,
} from "./listing.ts";
import type { Transport } from "./transport.ts";

/** A level at which the answer to a creation may tell of the instance. */
const level = z.looseObject({
  name: z.string().nullish().catch(undefined),
  id: returnedId,
  token: returnedToken,
  status: z.string().nullish().catch(undefined),
  numberJid: z.string().nullish().catch(undefined),
});

const withInstance = level.extend({ instance: level.nullish().catch(undefined) });

/** The instance as `POST /api/instance/new` answers it; what it says of the instance and of blocks is at any level. */
const createdInstance = withInstance.extend({ data: withInstance.nullish().catch(undefined) });

export type CreatedInstance = z.infer<typeof createdInstance>;

const createInstance = endpoint({
  method: "POST",
  route: "/api/instance/new",
  // There is no idempotency key: an unclear answer is looked up by the lifecycle, never sent again blindly.
  idempotent: false,
  limit: "creates",
  // The service waits for what the blocks connect it to, for up to 60 s.
  timeoutSeconds: 120,
  answer: createdInstance,
});

const deleteInstance = endpoint({
  method: "DELETE",
  route: "/api/instance/delete/:instance",
  idempotent: true,
  timeoutSeconds: 60,
  answer: z.looseObject({}),
});

/** What every instance has, and reading it has no effect. */
const getSettings = endpoint({
  method: "GET",
  route: "/api/instance/getSettings/:instance",
  idempotent: true,
  answer: z.looseObject({}),
});

const SEAL_LENGTH = 8;

/** RyzeAPI as one account sees it. */
export class AccountClient {
  /** The address of the service, for messages. */
  readonly origin: string;
  readonly listing: Listing;
  readonly #transport: Transport;
  readonly #token: string;
  readonly #refused = new Set<string>();

  constructor(origin: string, token: string, transport: Transport) {
    this.origin = origin;
    this.#token = token;
    this.#transport = transport;
    this.listing = new Listing(
      token,
      (list, query, secrets) =>
        transport.send({ endpoint: list, token, sharedToken: true, query, secrets: [...secrets, token] }),
      transport.notice,
    );
  }

  /** Whether this is the token that the account is asked with. */
  hasToken(token: string): boolean {
    return token === this.#token;
  }

  /**
   * Binds an instance to this account: equal for the same two tokens, and good for nothing without the instance's, which
   * is its key. It is cut to what tells accounts apart and is too short to test guesses with.
   */
  seal(instanceToken: string): string {
    const bound = createHmac("sha256", instanceToken).update(`${this.origin}\n${this.#token}`);
    return bound.digest("hex").slice(0, SEAL_LENGTH);
  }

  /**
   * A text of the service's about one instance, fit to be shown and stored. `secrets` are that instance's: those of the
   * whole account, for each of its instances, would take time that grows with the square of their number.
   */
  clean(text: string, secrets: readonly string[]): string {
    return cleanMessage(text, [this.#token, ...secrets]);
  }

  /** `POST /api/instance/new`. Not idempotent: `NoAnswerError.maybeApplied` must be looked up. */
  async create(body: Values, secrets: readonly string[]): Promise<CreatedInstance> {
    try {
      return await this.#transport.send({
        endpoint: createInstance,
        token: this.#token,
        sharedToken: true,
        body,
        secrets: [...secrets, this.#token],
      });
    } catch (error) {
      throw await this.#asInstanceToken(error);
    } finally {
      this.listing.invalidate();
    }
  }

  /** Waits before something is tried again; ends at once where the deployment is cancelled. */
  pause(milliseconds: number): Promise<void> {
    return this.#transport.pause(milliseconds);
  }

  /** `DELETE /api/instance/delete/:instance`; an instance that is gone already is a success. */
  async delete(instance: string, secrets: readonly string[]): Promise<void> {
    try {
      await this.#transport.send({
        endpoint: deleteInstance,
        token: this.#token,
        sharedToken: true,
        instance,
        secrets: [...secrets, this.#token],
      });
    } catch (error) {
      if (!isInstanceMissing(error)) throw await this.#asInstanceToken(error);
    } finally {
      this.listing.forget(instance);
    }
  }

  /** An instance's token lists that instance, and is refused for everything that concerns the account. */
  async #asInstanceToken(error: unknown): Promise<unknown> {
    if (!(error instanceof RyzeApiError && error.tokenRefused)) return error;
    this.listing.invalidate();
    const [only, ...others] = await this.listing.all().catch(() => []);
    const isOwners = only !== undefined && others.length === 0 && (only.token ?? this.#token) === this.#token;
    return isOwners ? new InstanceTokenError(only.name) : error;
  }

  /**
   * Calls below `:instance`: with the instance's token, or with the account's where that one is not known. `prove` comes
   * before the account's token takes over from a refused one, and throws where the account's instance is another one.
   */
  instance(
    name: string,
    token: string | undefined,
    secrets: readonly string[],
    prove: () => Promise<unknown> = () => Promise.resolve(),
  ): InstanceClient {
    return new InstanceClient(this.#transport, this.listing, {
      name,
      token,
      accountToken: this.#token,
      secrets: [...secrets, ...(token === undefined ? [] : [token]), this.#token],
      prove,
      refused: this.#refused,
    });
  }
}

interface InstanceAccess {
  readonly name: string;
  readonly token: string | undefined;
  readonly accountToken: string;
  readonly secrets: readonly string[];
  readonly prove: () => Promise<unknown>;
  /** Tokens of instances that were refused for what concerns their instance; those who are refused are added. */
  readonly refused: Set<string>;
}

/** The words count where the answer may be a proxy's; another 404 of RyzeAPI's own says as much in any language. */
function isAbsence(error: RyzeApiError, { absent }: Endpoint<unknown>): boolean {
  if (error.status !== 404 || absent === undefined) return false;
  return error.says(absent) || (error.fromService && !error.instanceMissing);
}

/** Every further attempt of what WhatsApp throttles prolongs that, so there the words have to be known. */
function isTokenInQuestion(error: RyzeApiError, { reachesWhatsApp = false }: Endpoint<unknown>): boolean {
  return error.tokenRefused || (error.mayConcernToken && !reachesWhatsApp);
}

/**
 * RyzeAPI as one instance uses it. Limits are counted per token, so the instance's own token comes first: it has a
 * bucket of its own and the least privilege. Where it is refused the account's takes over, once and for good.
 */
export class InstanceClient {
  readonly #transport: Transport;
  readonly #listing: Listing;
  readonly #access: InstanceAccess;

  constructor(transport: Transport, listing: Listing, access: InstanceAccess) {
    this.#transport = transport;
    this.#listing = listing;
    this.#access = access;
  }

  /** A text of the service's, fit to be shown and stored. */
  clean(message: string, moreSecrets: readonly string[]): string {
    return cleanMessage(message, [...this.#access.secrets, ...moreSecrets]);
  }

  async call<Answer>(
    target: Endpoint<Answer>,
    body?: Values,
    query?: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    try {
      return await this.#send(target, { ...(body && { body }), ...(query && { query }) });
    } finally {
      if (target.method !== "GET") this.#listing.invalidate();
    }
  }

  /** The instance that its own token belongs to, asked with that token; undefined where RyzeAPI refuses it. */
  async owner(): Promise<ListedInstance | undefined> {
    const { name, token } = this.#access;
    if (token === undefined) return undefined;
    try {
      const instances = await this.#listedTo(token);
      return instances.find((instance) => instance.name === name);
    } catch (error) {
      if (error instanceof RyzeApiError && (error.tokenRefused || error.instanceMissing)) return undefined;
      throw error;
    }
  }

  /** Whether some instance has its token already, in whichever account. */
  async isTokenInUse(): Promise<boolean> {
    const { token } = this.#access;
    if (token === undefined) return false;
    try {
      return (await this.#listedTo(token)).length > 0;
    } catch (error) {
      if (error instanceof RyzeApiError && error.status < 500) return false;
      throw error;
    }
  }

  async #listedTo(token: string): Promise<ListedInstance[]> {
    const { secrets } = this.#access;
    const endpoint = listInstances;
    const call = { endpoint, token, sharedToken: false, query: {}, secrets };
    const { instances } = await this.#transport.send(call);
    return (instances ?? []).filter(isNamed);
  }

  /** Like `call`, for things that may not be there: a 404 in the words of `absent` is undefined. */
  async find<Answer>(target: Endpoint<Answer>, body?: Values): Promise<Answer | undefined> {
    try {
      return await this.call(target, body);
    } catch (error) {
      if (error instanceof RyzeApiError && isAbsence(error, target)) return undefined;
      throw error;
    }
  }

  async #send<Answer>(
    target: Endpoint<Answer>,
    content: Pick<Call<Answer>, "body" | "query">,
  ): Promise<Answer> {
    const { name, token, accountToken, secrets, prove, refused } = this.#access;
    const shared = { endpoint: target, instance: name, secrets, ...content };
    if (token !== undefined && !refused.has(token)) {
      try {
        return await this.#transport.send({ ...shared, token, sharedToken: false });
      } catch (error) {
        if (!(error instanceof RyzeApiError && isTokenInQuestion(error, target))) throw error;
        if (error.meaningUnknown && !target.idempotent && !(await this.#isReadRefusedLike(error, token)))
          throw error;
        await prove();
        if (error.tokenRefused) this.#access.refused.add(token);
      }
    }
    const answer = await this.#transport.send({ ...shared, token: accountToken, sharedToken: true });
    // Only now it shows that the token was what was refused.
    if (token !== undefined) this.#access.refused.add(token);
    return answer;
  }

  /**
   * A refusal that does not say what it means may hide that something was done. So what must not be sent twice is sent with
   * another token only where the words cannot be about what was sent.
   */
  async #isReadRefusedLike(refusal: RyzeApiError, token: string): Promise<boolean> {
    const { name, secrets } = this.#access;
    try {
      await this.#transport.send({
        endpoint: getSettings,
        instance: name,
        token,
        sharedToken: false,
        secrets,
      });
      return false;
    } catch (error) {
      return error instanceof RyzeApiError && error.isLike(refusal);
    }
  }
}
