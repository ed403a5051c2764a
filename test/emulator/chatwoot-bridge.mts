import { z } from "zod";

/** Where and as whom to talk to Chatwoot. */
export interface ChatwootAccess {
  baseUrl: string;
  accountId: number;
  apiToken: string;
}

export interface Inbox {
  id: number;
  name: string;
}

/** Chatwoot's refusal, or the reason it was not reached. */
export class ChatwootFailure extends Error {
  readonly status: number | "unreachable";

  constructor(status: number | "unreachable", detail: string) {
    super(detail);
    this.status = status;
  }
}

const inboxSchema = z.object({ id: z.number(), name: z.string() });
const inboxesSchema = z.object({ payload: z.array(inboxSchema) });

/** Checks the account, then finds the inbox by its name, or creates it. */
export async function connectInbox(
  access: ChatwootAccess,
  name: string,
  reuses: boolean,
  signal: AbortSignal,
): Promise<Inbox> {
  await request(access, "GET", "", undefined, signal);
  const { payload } = understand(inboxesSchema, await request(access, "GET", "/inboxes", undefined, signal));
  const known = reuses ? payload.find((inbox) => inbox.name === name) : undefined;
  if (known) return known;
  const created = { name, channel: { type: "api", webhook_url: "" } };
  return understand(inboxSchema, await request(access, "POST", "/inboxes", created, signal));
}

/** "Already gone" is a success. */
export async function deleteInbox(access: ChatwootAccess, id: number, signal: AbortSignal): Promise<void> {
  try {
    await request(access, "DELETE", `/inboxes/${id}`, undefined, signal);
  } catch (error) {
    if (!(error instanceof ChatwootFailure && error.status === 404)) throw error;
  }
}

async function request(
  { baseUrl, accountId, apiToken }: ChatwootAccess,
  method: string,
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await reach(`${baseUrl}/api/v1/accounts/${accountId}${path}`, {
    method,
    headers: { api_access_token: apiToken, "content-type": "application/json" },
    body: body ? JSON.stringify(body) : null,
    signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
  });
  const text = await response.text();
  if (!response.ok) throw new ChatwootFailure(response.status, `${response.status} ${text.slice(0, 200)}`);
  try {
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch {
    throw new ChatwootFailure(404, "the answer is no JSON");
  }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ChatwootFailure("unreachable", cause instanceof Error ? cause.message : String(cause));
  }
}

function understand<Output>(schema: z.ZodType<Output>, answer: unknown): Output {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new ChatwootFailure(404, "the answer is not Chatwoot's");
  return parsed.data;
}
