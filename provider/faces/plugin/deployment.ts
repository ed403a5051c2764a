import { setMaxListeners } from "node:events";
import type { Configuration } from "../../lifecycle/configuration.ts";
import { hostWith, type Host } from "../../lifecycle/lifecycle.ts";
import type { EngineLog } from "./engine-log.ts";
import { ResourceCalls } from "./resource-calls.ts";
import { resourceKinds } from "./resources.ts";

/**
 * All that lasts for one run of the engine: limits, listings, what was created, and whether it was cancelled. A process
 * that a debugger attached meets several runs.
 */
export class Deployment {
  readonly host: Host;
  /** The ids of what a preview has said that it would create. */
  readonly planned = new Set<string>();
  readonly #cancelled = new AbortController();
  readonly #resources: ReadonlyMap<string, ResourceCalls>;

  constructor(configured: readonly [Configuration, ...Configuration[]], log: EngineLog) {
    setMaxListeners(0, this.#cancelled.signal); // every waiting call listens
    this.host = hostWith({
      caller: "plugin",
      canCheckDrift: true,
      configured: () => configured,
      notice: (line) => {
        log.info(line);
      },
      warn: (line) => {
        log.warn(line);
      },
      cancelled: this.#cancelled.signal,
    });
    const [{ driftCheck }] = configured;
    // Another value is refused by each resource's check.
    const isRefreshed = driftCheck === "always";
    this.#resources = new Map(
      [...resourceKinds(this.host)].map(([type, kind]) => [
        type,
        new ResourceCalls(kind, { log, isRefreshed, planned: this.planned }),
      ]),
    );
  }

  /** Throws where the package has no such resource. */
  resource(type: string): ResourceCalls {
    const calls = this.#resources.get(type);
    if (calls === undefined) throw new Error(`The package ryzeapi has no resource ${type}.`);
    return calls;
  }

  cancel(): void {
    this.#cancelled.abort();
  }
}
