import type { ServerResponse } from "node:http";
import type { PageEvents } from "./view.ts";

/** The open pages: each is told of every change, as server-sent events. */
export class Streams {
  readonly #open = new Set<ServerResponse>();
  #watching: PromiseWithResolvers<void> = Promise.withResolvers();

  add(response: ServerResponse): void {
    this.#open.add(response);
    this.#watching.resolve();
    response.once("close", () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#watching = Promise.withResolvers();
    });
  }

  get isWatched(): boolean {
    return this.#open.size > 0;
  }

  /** Until a page is open. */
  watched(): Promise<void> {
    return this.#watching.promise;
  }

  send<Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): void {
    for (const response of this.#open) response.write(eventText(name, data));
  }

  /** Ends all, once what was sent has left this process. */
  async end(): Promise<void> {
    const ends = [...this.#open].map((response) => new Promise<void>((done) => response.end(done)));
    await Promise.all(ends);
  }
}

export function eventText<Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
