import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { onTestFinished } from "vitest";

/** A server that answers as a test says and remembers what it was asked. */
export interface HostileServer {
  readonly url: string;
  readonly asked: IncomingMessage[];
}

export async function serverFor(
  answer: RequestListener,
  onEnd: typeof onTestFinished = onTestFinished,
): Promise<HostileServer> {
  const asked: IncomingMessage[] = [];
  const server = createServer({ maxHeaderSize: 100_000 }, (request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Passes every request on, and hands the answer to `change` before it is given. */
export async function falsifyingServerFor(
  upstream: string,
  change: (answer: Answer) => Answer,
): Promise<HostileServer> {
  return await serverFor((request, response) => {
    relayed(upstream, request).then(
      (answer) => {
        const { status, body } = change(answer);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(status === 204 ? undefined : jsonOf(body));
      },
      () => response.destroy(), // the test is over
    );
  });
}

async function relayed(upstream: string, request: IncomingMessage): Promise<Answer> {
  const { method = "GET", url = "/", headers } = request;
  const body = method === "POST" ? await text(request) : null;
  const answer = await fetch(upstream + url, { method, body, headers: { token: String(headers["token"]) } });
  return { status: answer.status, body: JSON.parse(await answer.text()) as unknown };
}

/** What is too deep for JSON.stringify is deep in the answer as well; undefined is an empty answer. */
function jsonOf(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return nested(100_000);
  }
}

export function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}
