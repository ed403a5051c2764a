import { isObject } from "../../provider/values.ts";
import type { Exchange } from "../wire/exchange.ts";

/**
 * What may be told of an answer: the keys and types in it, never a value. A list is shown as what its elements have in
 * common, without their number.
 */
interface Shape {
  readonly types: ReadonlySet<string>;
  readonly members?: ReadonlyMap<string, Member>;
  readonly elements?: Shape;
}

interface Member {
  readonly shape: Shape;
  readonly isAlwaysThere: boolean;
}

const NO_SHAPE: Shape = { types: new Set() };

/** Deeper than any documented answer. */
const DEEPEST = 6;

/** A key that may be a value: a map by names, numbers or addresses. */
const HIDDEN_KEY = "…";
const IDENTIFIER = /^[a-z][A-Za-z_]{0,39}\d?\d?[A-Za-z_]{0,20}$/;

/** Hides the keys that stand as a value in what the same service answered. */
export class Redaction {
  readonly #values = new Set<string>();

  constructor(exchanges: Iterable<Exchange>) {
    for (const { body } of exchanges) collect(body, this.#values);
  }

  /** Such as `200 {success: boolean, webhook: {enabled: boolean, url?: string | null}}`. */
  shapeOfAnswer({ status, body }: Exchange): string {
    return `${status} ${body === undefined ? "no JSON" : this.shape(body)}`;
  }

  shape(value: unknown): string {
    return textOf(shapeOf(value, 0), (key) =>
      DOCUMENTED_KEYS.has(key) || (IDENTIFIER.test(key) && !this.#values.has(key)) ? key : HIDDEN_KEY,
    );
  }
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === "string") into.add(value);
  else if (Array.isArray(value)) for (const element of value) collect(element, into);
  else if (isObject(value)) for (const member of Object.values(value)) collect(member, into);
}

function shapeOf(value: unknown, depth: number): Shape {
  if (depth > DEEPEST) return { types: new Set(["…"]) };
  if (value === null) return { types: new Set(["null"]) };
  if (value === "") return { types: new Set(["empty string"]) };
  if (Array.isArray(value)) {
    const elements = value.map((element) => shapeOf(element, depth + 1)).reduce(joined, NO_SHAPE);
    return { types: new Set(["array"]), elements };
  }
  if (!isObject(value)) return { types: new Set([typeof value]) };
  const members = Object.entries(value).map(
    ([key, member]) => [key, { shape: shapeOf(member, depth + 1), isAlwaysThere: true }] as const,
  );
  return { types: new Set(["object"]), members: new Map(members) };
}

function joined(one: Shape, other: Shape): Shape {
  const members = joinedMembers(one, other);
  const elements =
    one.elements === undefined || other.elements === undefined
      ? (one.elements ?? other.elements)
      : joined(one.elements, other.elements);
  return {
    types: new Set([...one.types, ...other.types]),
    ...(members && { members }),
    ...(elements && { elements }),
  };
}

function joinedMembers({ members: one }: Shape, { members: other }: Shape): Shape["members"] {
  if (one === undefined || other === undefined) return one ?? other;
  const keys = new Set([...one.keys(), ...other.keys()]);
  return new Map(
    [...keys].map((key) => {
      const [a, b] = [one.get(key), other.get(key)];
      const isAlwaysThere = a?.isAlwaysThere === true && b?.isAlwaysThere === true;
      return [key, { shape: joined(a?.shape ?? NO_SHAPE, b?.shape ?? NO_SHAPE), isAlwaysThere }];
    }),
  );
}

function textOf({ types, members, elements }: Shape, keyText: (key: string) => string): string {
  const texts = [...types].sort().map((type) => {
    if (type === "object") return `{${membersText(members ?? new Map<string, Member>(), keyText)}}`;
    if (type === "array") return `[${elements === undefined ? "" : textOf(elements, keyText)}]`;
    return type;
  });
  return texts.join(" | ");
}

function membersText(members: ReadonlyMap<string, Member>, keyText: (key: string) => string): string {
  const texts = [...members].map(
    ([key, { shape, isAlwaysThere }]) =>
      `${keyText(key)}${isAlwaysThere ? "" : "?"}: ${textOf(shape, keyText)}`,
  );
  // Hidden keys may be alike, and their number is one of the account.
  return [...new Set(texts)].sort().join(", ");
}

/** The keys of the documented answers, which are shown even where an instance is called like one. */
const DOCUMENTED_KEYS: ReadonlySet<string> = new Set(
  (
    "accessKey accountId authorization autoReadMessages autoRejectCalls baseUrl bridgeIntegrationId " +
    "bridge_integration_id bucket businessName byEvents callRejectMessage chatwoot chatwoot_account_id " +
    "chatwoot_api_token chatwoot_base_url chatwoot_inbox_id chatwoot_inbox_name checks connection createdAt " +
    "created_at data db disableHistorySync displayStatus enabled endpoint error events host id ignoreGroupMessages " +
    "ignoreGroups ignoreStatus ignore_groups inboxId inboxName instance instance_name instances isBusiness " +
    "keepOnlineStatus label lastError last_error mediaBase64 message meta name numberJid pairingCode password " +
    "pathPrefix pictureUrl port presenceStatus profile protocol proxy qrCode qrCodeBase64 region reopenResolved " +
    "reopen_resolved s3 secretKey service settings signMessages sign_messages startAsPending start_as_pending state " +
    "status success timestamp token total updatedAt uptime url username webhook webhooks websocket"
  ).split(" "),
);
