import { setMaxListeners } from "node:events";
import type { Configuration } from "../../lifecycle/configuration.ts";
import type { Host } from "../../lifecycle/lifecycle.ts";
import { Service } from "../../ryzeapi/service.ts";
import type { EngineLog } from "./engine-log.ts";
import { ResourceCalls } from "./resource-calls.ts";
import { resourceKinds } from "./resources.ts";

/**
 * All that lasts for one run of the engine: limits, listings, what was created, and whether it was cancelled. A process
 * that a debugger attached meets several runs.
 */
export class Deployment {
  readonly host: Host;
  readonly #cancelled = new AbortController();
  readonly #resources: ReadonlyMap<string, ResourceCalls>;

  constructor(configured: readonly [Configuration, ...Configuration[]], log: EngineLog) {
    setMaxListeners(0, this.#cancelled.signal); // every waiting call listens
    const notice = (line: string): void => {
      log.info(line);
    };
    this.host = {
      service: new Service({ notice, cancelled: this.#cancelled.signal }),
      configured: () => configured,
      environment: process.env,
      notice,
      warn: (line) => {
        log.warn(line);
      },
    };
    this.#resources = new Map(
      [...resourceKinds(this.host)].map(([type, kind]) => [type, new ResourceCalls(kind, log)]),
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
