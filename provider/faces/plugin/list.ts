import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { furtherLabels } from "../../blocks/webhook.ts";
import { INSTANCE, WEBHOOK } from "../../definitions/resources.ts";
import { accountOf, type Host } from "../../lifecycle/lifecycle.ts";
import { lookUpInstances, noInstance } from "../../lifecycle/lookup.ts";
import { webhookId } from "../../lifecycle/webhook.ts";
import { containsUnknown, type Values } from "../../values.ts";
import { propertiesIn } from "./properties.ts";

interface Listed {
  readonly id: string;
  readonly name: string;
}

/** What can be listed of a type, and by what; `query` holds only these, as texts. */
interface Listable {
  readonly queries: readonly string[];
  readonly list: (host: Host, query: Readonly<Record<string, string>>) => Promise<readonly Listed[]>;
}

const LISTABLE: Readonly<Record<string, Listable>> = {
  [INSTANCE.types.plugin]: { queries: ["name", "status"], list: instances },
  [WEBHOOK.types.plugin]: { queries: ["instance"], list: webhooks },
};

/** A page of what exists, in the order of the ids, which stays the same while others come and go. */
export async function listPage(
  host: Host,
  request: messages.ListRequest,
): Promise<readonly messages.ListResponse[]> {
  const listable = LISTABLE[request.getToken()];
  if (listable === undefined)
    throw new Error(`Only ${Object.keys(LISTABLE).join(" and ")} can be listed, not ${request.getToken()}.`);
  const { values } = propertiesIn(request.getQuery());
  if (containsUnknown(values))
    return [new messages.ListResponse().setComputed(new messages.ListResponse.Computed())];
  const query = queryIn(values, listable.queries, request.getToken());
  const from = placeIn(request.getContinuationToken());
  const found = (await listable.list(host, query))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .filter(({ id }) => from === undefined || id > from.after);
  const given = from?.given ?? 0;
  const allowed = request.getLimit() > 0 ? Math.max(0, request.getLimit() - given) : found.length;
  const page = found.slice(0, Math.min(allowed, request.getPageSize() > 0 ? request.getPageSize() : allowed));
  const last = page.at(-1);
  const isMore = last !== undefined && page.length < Math.min(allowed, found.length);
  return [
    ...page.map(resultOf),
    ...(isMore ? [continuationOf({ after: last.id, given: given + page.length })] : []),
  ];
}

async function instances(host: Host, { name, status }: Readonly<Record<string, string>>): Promise<Listed[]> {
  const account = accountOf(host, undefined);
  const found = (await lookUpInstances(account)).filter(
    (each) => (name === undefined || each.name === name) && (status === undefined || each.status === status),
  );
  return found.map((each) => ({ id: each.name, name: each.name }));
}

/** Those that are off included; without the one that is the instance's argument `webhook`. */
async function webhooks(host: Host, { instance }: Readonly<Record<string, string>>): Promise<Listed[]> {
  if (instance === undefined)
    throw new Error("A list of webhooks needs `instance`, the name of one instance.");
  const account = accountOf(host, undefined);
  const listed = await account.listing.find(instance, []);
  if (listed === undefined) throw new Error(noInstance(account, instance));
  const labels = await furtherLabels(account.instance(instance, listed.token ?? undefined, []));
  return labels.map((label) => ({ id: webhookId({ instance, label }), name: label }));
}

function queryIn(values: Values, names: readonly string[], type: string): Readonly<Record<string, string>> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const wrong = given.find(([name, value]) => !names.includes(name) || typeof value !== "string");
  if (wrong !== undefined)
    throw new Error(`A list of ${type} takes ${names.join(" and ")}, each a string; not ${wrong[0]}.`);
  return Object.fromEntries(given) as Record<string, string>;
}

function resultOf({ id, name }: Listed): messages.ListResponse {
  return new messages.ListResponse().setResult(new messages.ListResponse.Result().setId(id).setName(name));
}

/** Where a list goes on: behind the last id of a page, and how many there were by then. */
interface Place {
  readonly after: string;
  readonly given: number;
}

function continuationOf({ after, given }: Place): messages.ListResponse {
  const token = Buffer.from(JSON.stringify([after, given])).toString("base64url");
  return new messages.ListResponse().setContinuation(
    new messages.ListResponse.Continuation().setContinuationToken(token),
  );
}

function placeIn(token: string): Place | undefined {
  if (token === "") return undefined;
  try {
    const [after, given] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    if (typeof after === "string" && typeof given === "number") return { after, given };
  } catch {
    // It is refused below.
  }
  throw new Error("The continuation token is none that this provider gave. List again from the first page.");
}
