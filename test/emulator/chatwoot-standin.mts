import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";

export interface ChatwootOptions {
  /** On 127.0.0.1; 0, the default, is any free one. */
  port?: number;
  /** Default: account 1 with the API token "cw_demo". */
  accounts?: ChatwootAccount[];
}

interface ChatwootAccount {
  id: number;
  apiTokens: string[];
  /** false: its tokens may read but not administer. Default: true. */
  admin?: boolean;
}

export interface ChatwootRequest {
  method: string;
  path: string;
  apiToken: string | undefined;
  status: number;
}

export interface ChatwootInbox {
  id: number;
  accountId: number;
  name: string;
}

export interface ChatwootStandIn {
  readonly url: string;
  requests(): ChatwootRequest[];
  inboxes(): ChatwootInbox[];
  /** Cuts every connection until up(). */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

interface Reply {
  status: number;
  body: unknown;
}

const newInbox = z.object({ name: z.string(), channel: z.object({ type: z.string() }) });

/** The bits of Chatwoot's API that an integration touches: accounts and their inboxes. */
export async function startChatwoot(options: ChatwootOptions = {}): Promise<ChatwootStandIn> {
  const accounts = options.accounts ?? [{ id: 1, apiTokens: ["cw_demo"] }];
  const requests: ChatwootRequest[] = [];
  let inboxes: ChatwootInbox[] = [];
  let nextInbox = 1;
  let isDown = false;

  const server = createServer((request, response) => {
    if (isDown) {
      request.socket.destroy();
      return;
    }
    const apiToken = request.headers["api_access_token"]?.toString();
    void text(request).then((body) => {
      const { status, body: answer } = reply(request, apiToken, body);
      requests.push({ method: request.method ?? "", path: request.url ?? "", apiToken, status });
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
      response.end(answer === undefined ? "" : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve),
  );
  const { port } = server.address() as AddressInfo;

  function reply(request: IncomingMessage, apiToken: string | undefined, body: string): Reply {
    const path = /^\/api\/v1\/accounts\/(\d+)(\/inboxes(?:\/(\d+))?)?$/.exec(request.url ?? "");
    if (!path) return { status: 404, body: { error: "Resource could not be found" } };
    const owning = accounts.find((account) => account.apiTokens.includes(apiToken ?? ""));
    if (!owning) return { status: 401, body: { error: "Invalid Access Token" } };
    const account = accounts.find(({ id }) => id === Number(path[1]));
    if (!account) return { status: 404, body: { error: "Resource could not be found" } };
    if (!account.apiTokens.includes(apiToken ?? "")) {
      return { status: 401, body: { error: "You are not authorized to access this account" } };
    }

    const own = inboxes.filter(({ accountId }) => accountId === account.id);
    if (path[2] === undefined)
      return { status: 200, body: { id: account.id, name: `Account ${account.id}` } };
    if (request.method === "GET") return { status: 200, body: { payload: own.map(shown) } };
    if (account.admin === false) {
      return { status: 403, body: { error: "You are not authorized to do this action" } };
    }
    if (request.method === "POST") return createInbox(account, body);
    const gone = own.find(({ id }) => id === Number(path[3]));
    if (request.method !== "DELETE" || !gone) {
      return { status: 404, body: { error: "Resource could not be found" } };
    }
    inboxes = inboxes.filter((inbox) => inbox !== gone);
    return { status: 200, body: { message: "Your inbox deletion request will be processed in some time." } };
  }

  function createInbox(account: ChatwootAccount, body: string): Reply {
    const parsed = newInbox.safeParse(JSON.parse(body));
    // Chatwoot refuses these characters in inbox names, because names become email senders.
    if (!parsed.success || parsed.data.name === "" || /[\\/@<>]/.test(parsed.data.name)) {
      return { status: 422, body: { message: "Name is invalid", attributes: ["name"] } };
    }
    const inbox = { id: nextInbox++, accountId: account.id, name: parsed.data.name };
    inboxes.push(inbox);
    return { status: 200, body: shown(inbox) };
  }

  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => [...requests],
    inboxes: () => [...inboxes],
    down: () => {
      isDown = true;
    },
    up: () => {
      isDown = false;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function shown({ id, name }: ChatwootInbox): object {
  return { id, name, channel_type: "Channel::Api" };
}
