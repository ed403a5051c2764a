import { isDeepStrictEqual } from "node:util";

import { expect } from "vitest";

import type { InstanceArguments } from "../../../provider/lifecycle/arguments.ts";
import type { Configuration } from "../../../provider/lifecycle/configuration.ts";
import type { InstanceLifecycle } from "../../../provider/lifecycle/instance.ts";
import { PartialFailure } from "../../../provider/lifecycle/lifecycle.ts";
import type { InstanceState } from "../../../provider/lifecycle/state.ts";
import { isObject, omit, type Values } from "../../../provider/values.ts";
import type { Program } from "./program.mts";

/** What a stack's owner has written: the program, by the names of its resources, and the configuration. */
export interface Written {
  readonly resources: ReadonlyMap<string, Program>;
  readonly configuration: Configuration;
}

/** How `pulumi up` is called: with its preview, with --refresh, or with --skip-preview. */
export type Manner = "preview" | "refresh" | "skip-preview";

/** A resource in the state of a stack. */
export interface Recorded {
  /** Its name in the program. */
  readonly resource: string;
  readonly outputs: InstanceState;
  /** It was replaced, and is still to be deleted. */
  readonly isCondemned: boolean;
}

/** Whatever carries out what people do with a stack. A command gives the errors that it ended with. */
export interface Engine {
  preview(written: Written): Promise<string[]>;
  up(written: Written, manner?: Manner): Promise<string[]>;
  refresh(written: Written, withProgram?: boolean): Promise<string[]>;
  destroy(written: Written): Promise<string[]>;
  /** What a refresh would show of changes, or of errors; the state stays as it is. */
  drift(written: Written): Promise<string[]>;
  /** The whole state. */
  recorded(): Promise<Recorded[]>;
  /** The configuration that the provider gets: without a program, the one that stands in the state counts. */
  configured(written: Written, command: "preview" | "up" | "refresh" | "destroy"): Configuration;
  /** What people were warned of during the last command. */
  warnings(): string[];
  /** Somebody edits the state: a resource is taken out of it, or stands in it once more under another name. */
  forget(resource: string): Promise<void>;
  copy(resource: string, as: string): Promise<void>;
}

/** The inputs are kept apart from what the provider answered. */
interface Kept extends Recorded {
  readonly inputs: InstanceArguments;
  /** The last create or update failed in part; Pulumi then updates even where nothing seems to have changed. */
  readonly isPartial: boolean;
}

/** How programs see the provider. */
export type Face = "dynamic" | "native";

type Configured = readonly [Configuration, ...Configuration[]];
export type Start = (configured: Configured, warn: (line: string) => void) => InstanceLifecycle;

/** Pulumi's engine, as far as it has to do with instances. */
export class ModelEngine implements Engine {
  readonly #start: Start;
  readonly #face: Face;
  #state: readonly Kept[] = [];
  /** What stands in the state of the provider: the stack's configuration as the last `up` had it. */
  #configuration: Configuration | undefined;
  #warnings: string[] = [];

  /** `start` is called once per command, as Pulumi starts a provider process for each. */
  constructor(start: Start, face: Face) {
    this.#start = start;
    this.#face = face;
  }

  async preview(written: Written): Promise<string[]> {
    this.#warnings = [];
    return await this.#plan(written, this.#state);
  }

  async up(written: Written, manner: Manner = "preview"): Promise<string[]> {
    this.#warnings = [];
    if (manner !== "skip-preview") {
      const failures = await this.#previewed(written, manner === "refresh");
      if (failures.length > 0) return failures;
    }
    const provider = this.#process(written);
    if (manner === "refresh") {
      // A provider whose configuration is the same goes on in the same process.
      const isSame = isDeepStrictEqual(this.#configuration ?? {}, written.configuration);
      const { kept, failures } = await this.#found(isSame ? provider : this.#processOfState(written));
      this.#state = kept;
      if (failures.length > 0) return failures;
    }
    this.#configuration = written.configuration;
    const failures: string[] = [];
    for (const [resource, program] of written.resources)
      failures.push(...(await attempt(() => this.#step(provider, resource, program))));
    // Deletions come last, and only where all went well before.
    if (failures.length > 0) return failures;
    const leaving = this.#state.filter(
      ({ resource, isCondemned }) => isCondemned || !written.resources.has(resource),
    );
    return await this.#deleteAll(provider, leaving);
  }

  async refresh(written: Written, withProgram = false): Promise<string[]> {
    this.#warnings = [];
    const provider = withProgram ? this.#process(written) : this.#processOfState(written);
    const { kept, failures } = await this.#found(provider);
    this.#state = kept;
    return failures;
  }

  async destroy(written: Written): Promise<string[]> {
    this.#warnings = [];
    return await this.#deleteAll(this.#processOfState(written), this.#state);
  }

  async drift(written: Written): Promise<string[]> {
    const provider = this.#process(written);
    const { kept, failures } = await this.#found(provider);
    if (failures.length > 0) return failures;
    return this.#state.flatMap(({ resource, inputs }) => {
      const found = find(kept, resource);
      if (found === undefined) return [`${resource} is gone`];
      const { changes, replaces } = provider.diff(found.outputs, inputs);
      return changes === false && replaces.length === 0 ? [] : [`${resource} differs`];
    });
  }

  configured({ configuration }: Written, command: "preview" | "up" | "refresh" | "destroy"): Configuration {
    const isOfState = this.#face === "dynamic" && ["refresh", "destroy"].includes(command);
    return isOfState ? (this.#configuration ?? configuration) : configuration;
  }

  recorded(): Promise<Recorded[]> {
    return Promise.resolve([...this.#state]);
  }

  warnings(): string[] {
    return this.#warnings;
  }

  forget(resource: string): Promise<void> {
    this.#state = this.#state.filter((kept) => kept.resource !== resource);
    return Promise.resolve();
  }

  copy(resource: string, as: string): Promise<void> {
    const original = this.#find(resource);
    if (original !== undefined && this.#find(as) === undefined)
      this.#state = [...this.#state, { ...original, resource: as }];
    return Promise.resolve();
  }

  #process({ configuration }: Written): InstanceLifecycle {
    return this.#started([configuration]);
  }

  /**
   * Without a program Pulumi hands over the configuration that stands in the state. A native plugin finds the present
   * one in its environment.
   */
  #processOfState({ configuration }: Written): InstanceLifecycle {
    const stored = this.#configuration ?? configuration;
    return this.#started(this.#face === "native" ? [configuration, stored] : [stored]);
  }

  #started(configured: Configured): InstanceLifecycle {
    return this.#start(configured, (line) => void this.#warnings.push(line));
  }

  /** What a refresh finds; what could not be read stays as it was. */
  async #found(provider: InstanceLifecycle): Promise<{ kept: readonly Kept[]; failures: string[] }> {
    const kept: Kept[] = [];
    const failures: string[] = [];
    for (const before of this.#state) {
      const reading = await attempt(async () => {
        const found = await provider.read(before.inputs.name, before.outputs);
        if (found === undefined) return;
        expectKeptSecret(before.inputs, found.inputs);
        const inputs = stored(found.inputs);
        // The engine compares what it has read with what it had, and says so.
        provider.diff(stored(found.state), before.inputs);
        kept.push({ ...before, inputs, outputs: stored(found.state), isPartial: false });
      });
      if (reading.length > 0) kept.push(before);
      failures.push(...reading);
    }
    return { kept, failures };
  }

  /** The preview that comes before an `up`. */
  async #previewed(written: Written, withRefresh: boolean): Promise<string[]> {
    if (!withRefresh) return await this.#plan(written, this.#state);
    const { kept, failures } = await this.#found(this.#processOfState(written));
    return failures.length > 0 ? failures : await this.#plan(written, kept);
  }

  async #plan({ resources, configuration }: Written, state: readonly Kept[]): Promise<string[]> {
    const provider = this.#started([configuration]);
    const failures: string[] = [];
    for (const [resource, program] of resources) {
      const plan = () => {
        const old = find(state, resource);
        const news = checked(provider, resource, program, old);
        const replaces = old === undefined ? [] : provider.diff(old.outputs, news).replaces;
        if (replaces.length > 0) checked(provider, resource, program, undefined);
        return Promise.resolve();
      };
      failures.push(...(await attempt(plan)));
    }
    return failures;
  }

  async #step(provider: InstanceLifecycle, resource: string, program: Program): Promise<void> {
    const old = this.#find(resource);
    const news = checked(provider, resource, program, old);
    if (old === undefined) {
      await this.#record(resource, news, provider.create(news));
      return;
    }
    const { changes, replaces, deleteBeforeReplace } = provider.diff(old.outputs, news);
    // Where the provider does not say, Pulumi compares the inputs itself.
    const hasChanged = changes ?? JSON.stringify(sorted(old.inputs)) !== JSON.stringify(sorted(news));
    if (!hasChanged && !old.isPartial) this.#put({ ...old, inputs: news });
    else if (replaces.length > 0) await this.#replace(provider, old, program, deleteBeforeReplace);
    else await this.#record(resource, news, provider.update(old.inputs.name, old.outputs, news));
  }

  async #replace(
    provider: InstanceLifecycle,
    old: Kept,
    program: Program,
    deleteFirst: boolean,
  ): Promise<void> {
    const { resource } = old;
    const news = checked(provider, resource, program, undefined);
    const condemned: Kept = { ...old, isCondemned: true };
    if (deleteFirst) await this.#delete(provider, old);
    else this.#state = this.#state.map((kept) => (kept === old ? condemned : kept));
    try {
      await this.#record(resource, news, provider.create(news));
    } catch (error) {
      if (!(error instanceof PartialFailure))
        this.#state = this.#state.map((kept) => (kept === condemned ? old : kept));
      throw error;
    }
  }

  async #deleteAll(provider: InstanceLifecycle, leaving: readonly Kept[]): Promise<string[]> {
    const failures: string[] = [];
    for (const kept of leaving) failures.push(...(await attempt(() => this.#delete(provider, kept))));
    return failures;
  }

  async #delete(provider: InstanceLifecycle, leaving: Kept): Promise<void> {
    await provider.delete(leaving.inputs.name, leaving.outputs);
    this.#state = this.#state.filter((kept) => kept !== leaving);
  }

  async #record(
    resource: string,
    inputs: InstanceArguments,
    operation: Promise<InstanceState>,
  ): Promise<void> {
    const put = (state: InstanceState, isPartial: boolean) => {
      expectKeptSecret(inputs, omit(state, ["token"]));
      this.#put({ resource, inputs, outputs: stored(state), isPartial, isCondemned: false });
    };
    try {
      put(await operation, false);
    } catch (error) {
      if (error instanceof PartialFailure) put(error.state, true);
      throw error;
    }
  }

  #find(resource: string): Kept | undefined {
    return find(this.#state, resource);
  }

  #put(news: Kept): void {
    const old = this.#find(news.resource);
    this.#state =
      old === undefined ? [...this.#state, news] : this.#state.map((kept) => (kept === old ? news : kept));
  }
}

function find(state: readonly Kept[], resource: string): Kept | undefined {
  return state.find((kept) => kept.resource === resource && !kept.isCondemned);
}

async function attempt(operation: () => Promise<void>): Promise<string[]> {
  try {
    await operation();
    return [];
  } catch (error) {
    // What the test itself expects is no error of the provider's.
    if (error instanceof Error && error.name === "AssertionError") throw error;
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The engine checks a resource that it replaces once more, without what it was. */
function checked(
  provider: InstanceLifecycle,
  resource: string,
  program: Program,
  former: Kept | undefined,
): InstanceArguments {
  const { inputs, failures } = provider.check(program, { resource, former: former?.inputs });
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
