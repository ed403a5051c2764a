import { isDeepStrictEqual } from "node:util";

import { expect } from "vitest";

import { PartialFailure, type Lifecycle } from "../../provider/lifecycle/lifecycle.ts";
import { isObject, omit, type Values } from "../../provider/values.ts";

/** A resource in the state of a stack; the inputs are kept apart from what the provider answered. */
export interface Kept {
  /** Its name in the program. */
  readonly resource: string;
  readonly inputs: Values;
  readonly outputs: Values;
  /** The last create or update failed in part; Pulumi then updates even where nothing seems to have changed. */
  readonly isPartial: boolean;
  /** It was replaced, and is still to be deleted. */
  readonly isCondemned: boolean;
}

/** What an `up` does about one resource. */
export interface Planned {
  readonly did: "create" | "update" | "replace" | "nothing";
  readonly carryOut: () => Promise<void>;
}

/** The provider process of one command, whatever kind of resource it is about. */
export type Process = Lifecycle<Values>;

/**
 * The state of a stack, and what Pulumi's engine makes of it with a provider: an error of a creation leaves nothing in
 * the state and one of an update leaves the old one, unless it says what exists by now.
 */
export class StackState {
  #kept: readonly Kept[] = [];

  get all(): readonly Kept[] {
    return this.#kept;
  }

  set all(kept: readonly Kept[]) {
    this.#kept = kept;
  }

  find(resource: string): Kept | undefined {
    return find(this.#kept, resource);
  }

  /** Throws where the declaration is refused. A preview plans, and carries out nothing. */
  plan(process: Process, resource: string, declared: Values, state = this.#kept): Planned {
    const old = find(state, resource);
    const news = checked(process, resource, declared, old);
    if (old === undefined)
      return { did: "create", carryOut: () => this.#record(process.create(news), resource, news) };
    const { changes, replaces, deleteBeforeReplace } = process.diff(old.outputs, news);
    // Where the provider does not say, Pulumi compares the inputs itself.
    const hasChanged = changes ?? !isDeepStrictEqual(old.inputs, news);
    if (!hasChanged && !old.isPartial) return { did: "nothing", carryOut: () => this.#keep(old, news) };
    if (replaces.length > 0) {
      const anew = checked(process, resource, declared, undefined);
      return { did: "replace", carryOut: () => this.#replace(process, old, anew, deleteBeforeReplace) };
    }
    const update = () => process.update(process.idOf(old.outputs), old.outputs, news);
    return { did: "update", carryOut: () => this.#record(update(), resource, news) };
  }

  async delete(process: Process, leaving: Kept): Promise<void> {
    await process.delete(process.idOf(leaving.outputs), leaving.outputs);
    this.#kept = this.#kept.filter((kept) => kept !== leaving);
  }

  /** Nothing is done, but the program may have written it in other words. */
  #keep(old: Kept, inputs: Values): Promise<void> {
    this.#put({ ...old, inputs });
    return Promise.resolve();
  }

  async #replace(process: Process, old: Kept, news: Values, deletesFirst: boolean): Promise<void> {
    const condemned: Kept = { ...old, isCondemned: true };
    if (deletesFirst) await this.delete(process, old);
    else this.#kept = this.#kept.map((kept) => (kept === old ? condemned : kept));
    try {
      await this.#record(process.create(news), old.resource, news);
    } catch (error) {
      if (!(error instanceof PartialFailure))
        this.#kept = this.#kept.map((kept) => (kept === condemned ? old : kept));
      throw error;
    }
  }

  async #record(operation: Promise<Values>, resource: string, inputs: Values): Promise<void> {
    const put = (outputs: Values, isPartial: boolean): void => {
      expectKeptSecret(inputs, omit(outputs, ["token"]));
      this.#put({ resource, inputs, outputs: stored(outputs), isPartial, isCondemned: false });
    };
    try {
      put(await operation, false);
    } catch (error) {
      if (error instanceof PartialFailure) put(error.state, true);
      throw error;
    }
  }

  #put(news: Kept): void {
    const old = this.find(news.resource);
    this.#kept =
      old === undefined ? [...this.#kept, news] : this.#kept.map((kept) => (kept === old ? news : kept));
  }
}

export function find(state: readonly Kept[], resource: string): Kept | undefined {
  return state.find((kept) => kept.resource === resource && !kept.isCondemned);
}

/** What a refresh finds of a resource; undefined: it is gone. */
export async function readAgain(process: Process, before: Kept): Promise<Kept | undefined> {
  const found = await process.read(process.idOf(before.outputs), before.outputs);
  if (found === undefined) return undefined;
  expectKeptSecret(before.inputs, found.inputs);
  const outputs = stored(found.state);
  // The engine compares what it has read with what it had, and says so.
  process.diff(outputs, before.inputs);
  return { ...before, inputs: stored(found.inputs), outputs, isPartial: false };
}

/** The engine checks a resource that it replaces once more, without what it was. */
function checked(process: Process, resource: string, declared: Values, former: Kept | undefined): Values {
  const { inputs, failures } = process.check(declared, { resource, former: former?.inputs });
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  if (inputs === undefined) throw new Error("check gave neither inputs nor failures");
  return stored(inputs);
}

/** On its way into a state a value becomes JSON, and `undefined` is an error there. */
function stored<T extends object>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  expect(copy).toStrictEqual(value);
  return copy;
}

const SECRETS = [
  ...["token", "proxy.password", "webhook.authorization", "chatwoot.apiToken", "s3.secretKey"],
  "authorization",
];

/**
 * Pulumi encrypts what was a secret at the same place of the inputs that it has, for outputs as well as for the inputs
 * that a refresh finds; a secret in another place would stand in clear.
 */
function expectKeptSecret(inputs: Values, found: Values): void {
  const secrets = (values: Values) => SECRETS.filter((path) => at(values, path) !== undefined);
  expect(secrets(inputs)).toEqual(expect.arrayContaining(secrets(found)));
}

function at(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), values);
}
