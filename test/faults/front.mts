import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

/** How the clock that the answers speak of differs from ours, in seconds. */
export interface ClockSkew {
  /** Of the Date header. */
  readonly date: number;
  /** Of X-RateLimit-Reset. */
  readonly reset: number;
}

/** Stands between the provider and the emulator: what happens between two requests, and to the address as a whole. */
export class Front {
  readonly #server = createServer((incoming, outgoing) => void this.#relay(incoming, outgoing));
  readonly #upstream: string;
  readonly #before: { route: string; action: () => void | Promise<void> }[] = [];
  /** 0 before the first time: any free one. */
  #port = 0;
  #closesAfter: string | undefined;
  #skew: ClockSkew | undefined;

  static async start(upstream: string): Promise<Front> {
    const front = new Front(upstream);
    await front.accept();
    front.#port = (front.#server.address() as AddressInfo).port;
    return front;
  }

  private constructor(upstream: string) {
    this.#upstream = upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Something that happens once, right before the next request to this route is passed on. */
  before(route: string, action: () => void | Promise<void>): void {
    this.#before.push({ route, action });
  }

  skew(skew: ClockSkew | undefined): void {
    this.#skew = skew;
  }

  /** From now on connections are refused, or from the answer to this route on. */
  refuse(afterAnswerTo?: string): void {
    if (afterAnswerTo === undefined) this.#server.close();
    else this.#closesAfter = afterAnswerTo;
  }

  async accept(): Promise<void> {
    this.#closesAfter = undefined;
    if (this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #relay(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const { method = "GET", url = "/", headers } = incoming;
      const route = routeOf(method, url);
      const index = this.#before.findIndex((each) => each.route === route);
      if (index >= 0) await this.#before.splice(index, 1)[0]?.action();
      const answer = await forward(this.#upstream + url, method, headers, await buffer(incoming));
      if (route === this.#closesAfter) this.#server.close();
      outgoing.writeHead(answer.statusCode ?? 500, this.#rewritten(answer.headers));
      await pipeline(answer, outgoing);
    } catch {
      incoming.socket.destroy();
    }
  }

  #rewritten(headers: IncomingHttpHeaders): Record<string, string> {
    const { date, "x-ratelimit-reset": reset, ...others } = headers;
    const { date: dateBy, reset: resetBy } = this.#skew ?? { date: 0, reset: 0 };
    return {
      ...(others as Record<string, string>),
      // Every request needs a connection of its own, which can be refused.
      connection: "close",
      date: new Date(Date.parse(date ?? "") + dateBy * 1_000).toUTCString(),
      ...(reset === undefined ? {} : { "x-ratelimit-reset": String(Number(reset) + resetBy) }),
    };
  }
}

function routeOf(method: string, url: string): string {
  const path = url.replace(/\?.*/s, "");
  const hasInstance = !/^\/api\/instance\/(new|list)$/.test(path);
  return `${method} ${hasInstance ? path.replace(/[^/]+$/, ":instance") : path}`;
}

function forward(
  url: string,
  method: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, resolve);
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
