import { isDeepStrictEqual } from "node:util";

import type { Configuration } from "../../../provider/lifecycle/configuration.ts";
import type { InstanceState } from "../../../provider/lifecycle/state.ts";
import type { ProviderProcess } from "../../support/provider-process.mts";
import { find, readAgain, StackState, type Kept, type Process } from "../../support/stack-state.mts";
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

/** How programs see the provider. */
export type Face = "dynamic" | "native";

type Configured = readonly [Configuration, ...Configuration[]];
export type Start = (configured: Configured) => ProviderProcess;

/** Pulumi's engine, as far as it has to do with instances. */
export class ModelEngine implements Engine {
  readonly #start: Start;
  readonly #face: Face;
  readonly #state = new StackState();
  /** What stands in the state of the provider: the stack's configuration as the last `up` had it. */
  #configuration: Configuration | undefined;
  /** Those of the last command. */
  #processes: ProviderProcess[] = [];

  /** `start` is called once per command, as Pulumi starts a provider process for each. */
  constructor(start: Start, face: Face) {
    this.#start = start;
    this.#face = face;
  }

  async preview(written: Written): Promise<string[]> {
    this.#processes = [];
    return await this.#plan(written, this.#state.all);
  }

  async up(written: Written, manner: Manner = "preview"): Promise<string[]> {
    this.#processes = [];
    if (manner !== "skip-preview") {
      const failures = await this.#previewed(written, manner === "refresh");
      if (failures.length > 0) return failures;
    }
    const provider = this.#process(written);
    if (manner === "refresh") {
      // A provider whose configuration is the same goes on in the same process.
      const isSame = isDeepStrictEqual(this.#configuration ?? {}, written.configuration);
      const { kept, failures } = await this.#found(isSame ? provider : this.#processOfState(written));
      this.#state.all = kept;
      if (failures.length > 0) return failures;
    }
    this.#configuration = written.configuration;
    const failures: string[] = [];
    for (const [resource, program] of written.resources)
      failures.push(...(await attempt(() => this.#state.plan(provider, resource, program).carryOut())));
    // Deletions come last, and only where all went well before.
    if (failures.length > 0) return failures;
    const leaving = this.#state.all.filter(
      ({ resource, isCondemned }) => isCondemned || !written.resources.has(resource),
    );
    return await this.#deleteAll(provider, leaving);
  }

  async refresh(written: Written, withProgram = false): Promise<string[]> {
    this.#processes = [];
    const provider = withProgram ? this.#process(written) : this.#processOfState(written);
    const { kept, failures } = await this.#found(provider);
    this.#state.all = kept;
    return failures;
  }

  async destroy(written: Written): Promise<string[]> {
    this.#processes = [];
    return await this.#deleteAll(this.#processOfState(written), this.#state.all);
  }

  async drift(written: Written): Promise<string[]> {
    const provider = this.#process(written);
    const { kept, failures } = await this.#found(provider);
    if (failures.length > 0) return failures;
    return this.#state.all.flatMap(({ resource, inputs }) => {
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
    return Promise.resolve([...this.#state.all]);
  }

  warnings(): string[] {
    return this.#processes.flatMap(({ warnings }) => warnings);
  }

  forget(resource: string): Promise<void> {
    this.#state.all = this.#state.all.filter((kept) => kept.resource !== resource);
    return Promise.resolve();
  }

  copy(resource: string, as: string): Promise<void> {
    const original = this.#state.find(resource);
    if (original !== undefined && this.#state.find(as) === undefined)
      this.#state.all = [...this.#state.all, { ...original, resource: as }];
    return Promise.resolve();
  }

  #process({ configuration }: Written): Process {
    return this.#started([configuration]);
  }

  /**
   * Without a program Pulumi hands over the configuration that stands in the state. A native plugin finds the present
   * one in its environment.
   */
  #processOfState({ configuration }: Written): Process {
    const stored = this.#configuration ?? configuration;
    return this.#started(this.#face === "native" ? [configuration, stored] : [stored]);
  }

  #started(configured: Configured): Process {
    const process = this.#start(configured);
    this.#processes.push(process);
    return process.instance;
  }

  /** What a refresh finds; what could not be read stays as it was. */
  async #found(provider: Process): Promise<{ kept: readonly Kept[]; failures: string[] }> {
    const kept: Kept[] = [];
    const failures: string[] = [];
    for (const before of this.#state.all) {
      const reading = await attempt(async () => {
        const found = await readAgain(provider, before);
        if (found !== undefined) kept.push(found);
      });
      if (reading.length > 0) kept.push(before);
      failures.push(...reading);
    }
    return { kept, failures };
  }

  /** The preview that comes before an `up`. */
  async #previewed(written: Written, withRefresh: boolean): Promise<string[]> {
    if (!withRefresh) return await this.#plan(written, this.#state.all);
    const { kept, failures } = await this.#found(this.#processOfState(written));
    return failures.length > 0 ? failures : await this.#plan(written, kept);
  }

  async #plan({ resources, configuration }: Written, state: readonly Kept[]): Promise<string[]> {
    const provider = this.#started([configuration]);
    const failures: string[] = [];
    for (const [resource, program] of resources) {
      const plan = () => Promise.resolve(this.#state.plan(provider, resource, program, state));
      failures.push(...(await attempt(plan)));
    }
    return failures;
  }

  async #deleteAll(provider: Process, leaving: readonly Kept[]): Promise<string[]> {
    const failures: string[] = [];
    for (const kept of leaving) failures.push(...(await attempt(() => this.#state.delete(provider, kept))));
    return failures;
  }
}

async function attempt(operation: () => Promise<unknown>): Promise<string[]> {
  try {
    await operation();
    return [];
  } catch (error) {
    // What the test itself expects is no error of the provider's.
    if (error instanceof Error && error.name === "AssertionError") throw error;
    return [error instanceof Error ? error.message : String(error)];
  }
}
