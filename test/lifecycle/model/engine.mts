import { expect } from "vitest";

import type { InstanceArguments } from "../../../provider/arguments.ts";
import type { InstanceLifecycle } from "../../../provider/instance.ts";
import { PartialFailure } from "../../../provider/lifecycle.ts";
import type { InstanceState } from "../../../provider/state.ts";
import { isObject, omit, type Values } from "../../../provider/values.ts";
import type { Program } from "./program.mts";

/** Whatever carries out what people do with a program. */
export interface Engine {
  preview(program: Program): Promise<void>;
  /** Rejects where `pulumi up` ends with an error. */
  up(program: Program): Promise<void>;
  refresh(): Promise<void>;
  /** Whether a refresh would show a change; the state stays as it is. */
  showsDrift(): Promise<boolean>;
}

/** A resource in the state of a stack, which keeps what was declared apart from what the provider answered. */
interface Recorded {
  readonly inputs: InstanceArguments;
  readonly outputs: InstanceState;
  /** The last create or update failed in part; Pulumi then updates even where nothing seems to have changed. */
  readonly isPartial: boolean;
}

/** Pulumi's engine, as far as it has to do with one resource. */
export class ModelEngine implements Engine {
  readonly #process: () => InstanceLifecycle;
  #recorded: Recorded | undefined;
  /** A replaced resource whose replacement failed in part: deleted by the next `up` that goes well. */
  #condemned: Recorded | undefined;

  /** `process` is called once per command, as Pulumi starts a provider process for each. */
  constructor(process: () => InstanceLifecycle) {
    this.#process = process;
  }

  preview(program: Program): Promise<void> {
    const provider = this.#process();
    const news = checked(provider, program);
    if (this.#recorded !== undefined) provider.diff(this.#recorded.outputs, news);
    return Promise.resolve();
  }

  async up(program: Program): Promise<void> {
    const provider = this.#process();
    const news = checked(provider, program);
    const old = this.#recorded;
    if (old === undefined) await this.#record(news, provider.create(news));
    else await this.#step(provider, old, news);
    if (this.#condemned !== undefined) await this.#delete(provider, this.#condemned);
    this.#condemned = undefined;
  }

  async refresh(): Promise<void> {
    if (this.#recorded === undefined) return;
    const { inputs, outputs } = this.#recorded;
    const found = await this.#process().read(inputs.name, outputs);
    if (found !== undefined) expectKeptSecret(inputs, found.inputs);
    this.#recorded = found && {
      inputs: stored(found.inputs),
      outputs: stored(found.state),
      isPartial: false,
    };
  }

  async showsDrift(): Promise<boolean> {
    if (this.#recorded === undefined) return false;
    const { inputs, outputs } = this.#recorded;
    const provider = this.#process();
    const found = await provider.read(inputs.name, outputs);
    if (found === undefined) return true;
    const { changes, replaces } = provider.diff(stored(found.state), inputs);
    return changes !== false || replaces.length > 0;
  }

  async #step(provider: InstanceLifecycle, old: Recorded, news: InstanceArguments): Promise<void> {
    const { changes, replaces, deleteBeforeReplace } = provider.diff(old.outputs, news);
    // Where the provider does not say, Pulumi compares the inputs itself.
    const hasChanged = changes ?? JSON.stringify(sorted(old.inputs)) !== JSON.stringify(sorted(news));
    if (!hasChanged && !old.isPartial) this.#recorded = { ...old, inputs: news };
    else if (replaces.length > 0) await this.#replace(provider, old, news, deleteBeforeReplace);
    else await this.#record(news, provider.update(old.inputs.name, old.outputs, news));
  }

  async #replace(
    provider: InstanceLifecycle,
    old: Recorded,
    news: InstanceArguments,
    deleteFirst: boolean,
  ): Promise<void> {
    if (deleteFirst) {
      await this.#delete(provider, old);
      this.#recorded = undefined;
    } else {
      this.#condemned = old;
    }
    try {
      await this.#record(news, provider.create(news));
    } catch (error) {
      if (!(error instanceof PartialFailure)) this.#condemned = undefined;
      throw error;
    }
  }

  async #delete(provider: InstanceLifecycle, { inputs, outputs }: Recorded): Promise<void> {
    await provider.delete(inputs.name, outputs);
  }

  async #record(inputs: InstanceArguments, operation: Promise<InstanceState>): Promise<void> {
    try {
      this.#recorded = { inputs, outputs: stored(await operation), isPartial: false };
    } catch (error) {
      if (error instanceof PartialFailure)
        this.#recorded = { inputs, outputs: stored(error.state), isPartial: true };
      throw error;
    } finally {
      if (this.#recorded !== undefined) expectKeptSecret(inputs, omit(this.#recorded.outputs, ["token"]));
    }
  }
}

function checked(provider: InstanceLifecycle, program: Program): InstanceArguments {
  const { inputs, failures } = provider.check(program);
  expect(failures).toEqual([]);
  if (inputs === undefined) throw new Error("check gave neither inputs nor failures");
  return stored(inputs);
}

/** On its way into a state a value becomes JSON, and `undefined` is an error there. */
function stored<T extends object>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  expect(copy).toStrictEqual(value);
  return copy;
}

const SECRETS = ["token", "proxy.password", "webhook.authorization", "chatwoot.apiToken", "s3.secretKey"];

/**
 * Pulumi encrypts what was a secret at the same place of the inputs that it has, for outputs as well as for the inputs
 * that a refresh finds; a secret in another place would stand in clear.
 */
function expectKeptSecret(inputs: InstanceArguments, found: Values): void {
  const secrets = (values: Values) => SECRETS.filter((path) => at(values, path) !== undefined);
  expect(secrets(inputs)).toEqual(expect.arrayContaining(secrets(found)));
}

function at(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), values);
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
