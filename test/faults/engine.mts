import { expect } from "vitest";

import { PartialFailure, type Lifecycle } from "../../provider/lifecycle/lifecycle.ts";
import type { Values } from "../../provider/values.ts";

/** The provider process of one command, whatever kind of resource it is about. */
export type Process = Lifecycle<Values>;

/** What one command did, and how it ended. */
export interface Outcome {
  readonly did: "create" | "update" | "refresh" | "delete" | "nothing";
  readonly error?: Error;
}

/**
 * What the Pulumi engine does with one resource, as far as failures go: an error of a creation leaves nothing in the
 * state and one of an update leaves the old one, unless it says what exists by now; then the next command updates,
 * whatever the diff says. Every command has a provider process of its own.
 */
export class Engine {
  #state: Values | undefined;
  #hasFailedInPart = false;

  get state(): Values | undefined {
    return this.#state;
  }

  async up(process: Process, declared: Values): Promise<Outcome> {
    const { inputs: args, failures } = process.check(declared);
    expect(failures).toEqual([]);
    if (args === undefined) throw new Error("check gave neither inputs nor failures");
    const before = this.#state;
    if (before === undefined) return await this.#record("create", () => process.create(args));
    const { changes, replaces } = process.diff(before, args);
    if (replaces.length > 0) throw new Error(`replacement because of ${replaces.join(", ")}`);
    if (changes === false && !this.#hasFailedInPart) return { did: "nothing" };
    return await this.#record("update", () => process.update(process.idOf(before), before, args));
  }

  async refresh(process: Process): Promise<Outcome> {
    const before = this.#state;
    if (before === undefined) return { did: "nothing" };
    return await attempt("refresh", async () => {
      const found = await process.read(process.idOf(before), before);
      this.#state = found && stored(found.state);
      this.#hasFailedInPart &&= found !== undefined;
    });
  }

  async destroy(process: Process): Promise<Outcome> {
    const before = this.#state;
    if (before === undefined) return { did: "nothing" };
    return await attempt("delete", async () => {
      await process.delete(process.idOf(before), before);
      this.#state = undefined;
    });
  }

  async #record(did: "create" | "update", operation: () => Promise<Values>): Promise<Outcome> {
    return await attempt(did, async () => {
      try {
        this.#state = stored(await operation());
        this.#hasFailedInPart = false;
      } catch (error) {
        if (error instanceof PartialFailure) {
          this.#state = stored(error.state);
          this.#hasFailedInPart = true;
        }
        throw error;
      }
    });
  }
}

async function attempt(did: Outcome["did"], operation: () => Promise<void>): Promise<Outcome> {
  try {
    await operation();
    return { did };
  } catch (error) {
    return { did, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** States are kept as JSON. */
function stored(state: Values): Values {
  return JSON.parse(JSON.stringify(state)) as Values;
}
