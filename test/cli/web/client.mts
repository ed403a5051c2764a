import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";

import type { BoardView, CardView } from "../../../cli/web/view.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

type Headers = Readonly<Record<string, string>>;

/** Any request, with any Host and Origin, as no browser lets a page send it. */
export async function ask(
  url: string,
  { method = "GET", headers = {}, body = "" }: { method?: string; headers?: Headers; body?: string } = {},
): Promise<Reply> {
  const response = await open(url, method, headers, body);
  let text = "";
  for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

function open(url: string, method: string, headers: Headers, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, resolve).on("error", reject).end(body);
  });
}

/** What a browser is to the command, after it has opened the link. */
export class PageClient {
  readonly origin: string;
  readonly path: string;
  readonly cookie: string;

  private constructor(origin: string, path: string, cookie: string) {
    this.origin = origin;
    this.path = path;
    this.cookie = cookie;
  }

  static async enter(link: string): Promise<PageClient> {
    const { status, headers } = await ask(link);
    const [cookie = ""] = headers["set-cookie"] ?? [];
    if (status !== 303) throw new Error(`the link was answered ${status}`);
    return new PageClient(new URL(link).origin, headers.location ?? "", cookie.split(";")[0] ?? "");
  }

  get(file = "", headers: Headers = {}): Promise<Reply> {
    return ask(this.origin + this.path + file, { headers: { cookie: this.cookie, ...headers } });
  }

  post(action: string, body: object | string, headers: Headers = {}): Promise<Reply> {
    return ask(this.origin + this.path + action, {
      method: "POST",
      headers: { cookie: this.cookie, origin: this.origin, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** The page's events, until they are left. */
  async watch(): Promise<Watched> {
    const headers = { cookie: this.cookie };
    return new Watched(await open(`${this.origin}${this.path}events`, "GET", headers, ""));
  }
}

/** What an open page knows. */
export class Watched {
  text = "";
  readonly #response: IncomingMessage;

  constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding("utf8").on("data", (data: string) => (this.text += data));
    response.on("error", () => undefined);
  }

  get cards(): ReadonlyMap<string, CardView> {
    const known = new Map<string, CardView>();
    for (const [, event, data = ""] of this.text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)) {
      const views = event === "board" ? (JSON.parse(data) as BoardView).cards : [];
      const changed = event === "card" ? [JSON.parse(data) as CardView] : views;
      for (const view of changed) known.set(view.name, view);
    }
    return known;
  }

  get isOver(): boolean {
    return /^event: over$/m.test(this.text);
  }

  leave(): void {
    this.#response.destroy();
  }
}
