import type { Values } from "../../provider/values.ts";
import { readAgain, StackState, type Planned, type Process } from "../support/stack-state.mts";

/** What one command did, and how it ended. */
export interface Outcome {
  readonly did: Planned["did"] | "refresh" | "delete";
  readonly error?: Error;
}

/** The one resource of the stack. */
const RESOURCE = "resource";

/** A stack of one resource. Every command has a provider process of its own. */
export class Engine {
  readonly #state = new StackState();

  get state(): Values | undefined {
    return this.#state.find(RESOURCE)?.outputs;
  }

  async up(process: Process, declared: Values): Promise<Outcome> {
    const { did, carryOut } = this.#state.plan(process, RESOURCE, declared);
    if (did === "replace") throw new Error("These cases replace nothing.");
    return await attempt(did, carryOut);
  }

  async refresh(process: Process): Promise<Outcome> {
    const before = this.#state.find(RESOURCE);
    if (before === undefined) return { did: "nothing" };
    return await attempt("refresh", async () => {
      const found = await readAgain(process, before);
      this.#state.all = found === undefined ? [] : [found];
    });
  }

  /** `pulumi state delete`. */
  forget(): void {
    this.#state.all = [];
  }

  async destroy(process: Process): Promise<Outcome> {
    const before = this.#state.find(RESOURCE);
    if (before === undefined) return { did: "nothing" };
    return await attempt("delete", () => this.#state.delete(process, before));
  }
}

async function attempt(did: Outcome["did"], operation: () => Promise<void>): Promise<Outcome> {
  try {
    await operation();
    return { did };
  } catch (error) {
    // What the test itself expects is no error of the provider's.
    if (error instanceof Error && error.name === "AssertionError") throw error;
    return { did, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
