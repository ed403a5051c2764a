import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as z from "zod";
import { digitsOf } from "../phone-number.ts";
import { Access, isOwn, PROTECTION } from "./access.ts";
import type { Board } from "./board.ts";
import { ICON, pageHtml } from "./html.ts";
import { eventText, type Streams } from "./streams.ts";
import { languageFor } from "./texts.ts";

const LARGEST_BODY_BYTES = 4_096;

const opening = z.strictObject({ name: z.string(), number: z.string().optional() });
const closing = z.strictObject({ name: z.string() });

const NOT_FOR_YOU =
  "This link does not work, or has been used: it opens the page once, in one browser. " +
  "Stop `npx ryzeapi connect --web` and start it again for a new one; nothing is lost.";

/** The page and what it asks for, on this machine alone. */
export class PageServer {
  readonly #board: Board;
  readonly #streams: Streams;
  readonly #access = new Access();
  readonly #server: Server;
  readonly #files: ReadonlyMap<string, { readonly type: string; readonly text: string }>;

  private constructor(board: Board, streams: Streams, script: string, style: string) {
    this.#board = board;
    this.#streams = streams;
    this.#files = new Map([
      ["page.js", { type: "text/javascript", text: script }],
      ["page.css", { type: "text/css", text: style }],
      ["icon.svg", { type: "image/svg+xml", text: ICON }],
    ]);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(board: Board, streams: Streams): Promise<PageServer> {
    const [script, style] = await Promise.all(
      ["page.js", "page.css"].map((file) => readFile(join(__dirname, "page", file), "utf8")),
    );
    const server = new PageServer(board, streams, script ?? "", style ?? "");
    await new Promise<void>((listening) => server.#server.listen(0, "127.0.0.1", listening));
    return server;
  }

  /** What the browser has to open; it works once. */
  get link(): string {
    return `http://127.0.0.1:${this.#port}${this.#access.link}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(PROTECTION)) response.setHeader(name, value);
    const { method, url = "" } = request;
    if (!isOwn(request, this.#port)) {
      finish(response, 403);
      return;
    }
    if (this.#access.hasEntered(request)) {
      if (url === this.#access.link) finish(response.setHeader("Location", this.#access.path), 303);
      else if (!url.startsWith(this.#access.path)) finish(response, 404);
      else if (method === "GET") this.#show(url.slice(this.#access.path.length), request, response);
      else if (method === "POST") await this.#act(url.slice(this.#access.path.length), request, response);
      else finish(response, 405);
      return;
    }
    const cookie = method === "GET" ? this.#access.enter(url) : undefined;
    if (cookie === undefined) finish(response, 403, "text/plain", NOT_FOR_YOU);
    else finish(response.setHeader("Set-Cookie", cookie).setHeader("Location", this.#access.path), 303);
  }

  #show(path: string, { headers }: IncomingMessage, response: ServerResponse): void {
    const file = this.#files.get(path);
    if (path === "") finish(response, 200, "text/html", pageHtml(languageFor(headers["accept-language"])));
    else if (path === "events") this.#stream(response);
    else if (file === undefined) finish(response, 404);
    else finish(response, 200, file.type, file.text);
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(eventText("board", this.#board.view));
    this.#streams.add(response);
  }

  async #act(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await jsonIn(request);
    if (path === "open") finish(response, this.#open(opening.safeParse(body).data));
    else if (path === "close") finish(response, this.#close(closing.safeParse(body).data));
    else finish(response, 404);
  }

  #open(asked: z.infer<typeof opening> | undefined): number {
    const number = asked?.number === undefined ? undefined : digitsOf(asked.number);
    if (asked === undefined || (asked.number !== undefined && number === undefined)) return 400;
    const card = this.#board.card(asked.name);
    card?.open(number);
    return card === undefined ? 404 : 204;
  }

  #close(asked: z.infer<typeof closing> | undefined): number {
    if (asked === undefined) return 400;
    const card = this.#board.card(asked.name);
    card?.close();
    return card === undefined ? 404 : 204;
  }
}

function finish(response: ServerResponse, status: number, type?: string, text?: string): void {
  response.statusCode = status;
  if (type !== undefined) response.setHeader("Content-Type", `${type}; charset=utf-8`);
  response.end(text);
}

/** Undefined where it is no JSON, or larger than anything that the page sends. */
async function jsonIn(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
