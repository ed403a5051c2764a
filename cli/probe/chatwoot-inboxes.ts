/** The Chatwoot that the probe's integrations lead to. */
export interface ChatwootAccess {
  readonly url: string;
  readonly accountId: number;
  readonly token: string;
}

export interface Inbox {
  readonly id: number;
  readonly name: string;
}

const TIMEOUT_MS = 30_000;

/** The inboxes of the account; undefined where Chatwoot cannot be asked from here. */
export async function inboxesOf(access: ChatwootAccess): Promise<readonly Inbox[] | undefined> {
  try {
    const answer = await request(access, "GET", "/inboxes");
    const { payload } = (await answer.json()) as { payload?: Inbox[] };
    return answer.ok && Array.isArray(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

export async function deleteInbox(access: ChatwootAccess, { id }: Inbox): Promise<boolean> {
  try {
    return (await request(access, "DELETE", `/inboxes/${id}`)).ok;
  } catch {
    return false;
  }
}

async function request(
  { url, accountId, token }: ChatwootAccess,
  method: string,
  path: string,
): Promise<Response> {
  return await fetch(`${url}/api/v1/accounts/${accountId}${path}`, {
    method,
    headers: { api_access_token: token },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}
