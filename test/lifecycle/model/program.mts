import fc from "fast-check";

import { omit, type Values } from "../../../provider/values.ts";

export const BLOCK_NAMES = ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"] as const;
export type BlockName = (typeof BLOCK_NAMES)[number];

/** What a program declares of its one instance; a block that is not in it is missing. */
export type Program = Values & { readonly name: string };

/** Stands for the URL of the Chatwoot that runs, which is known only when a sequence runs. */
export const CHATWOOT_URL = "http://chatwoot.invalid";
/** API tokens that this Chatwoot accepts. */
export const CHATWOOT_TOKENS = ["cw-1", "cw-2"];

const flag = fc.boolean();
const events = fc.constantFrom(
  [],
  ["message.exchange"],
  ["message.exchange", "call.update"],
  ["call.update", "message.exchange"],
  ["label.update", "instance.state", "group.flow", "call.update", "message.status", "message.exchange"],
);

const fieldsOf = {
  proxy: {
    host: fc.constantFrom("proxy-1.example.com", "proxy-2.example.com"),
    port: fc.constantFrom(1080, "1080", 8080),
    protocol: fc.constantFrom("http", "socks5"),
    username: fc.constantFrom("", "orion"),
    password: fc.constantFrom("pw-1", "pw-2"),
    reconnect: flag,
  },
  webhook: {
    url: fc.constantFrom("https://app.example.com/1", "https://app.example.com/2"),
    authorization: fc.constantFrom("Bearer 1", "Bearer 2"),
    byEvents: flag,
    events,
    mediaBase64: flag,
  },
  websocket: { events, mediaBase64: flag },
  chatwoot: {
    baseUrl: fc.constantFrom(CHATWOOT_URL, `${CHATWOOT_URL}/`),
    accountId: fc.constantFrom(1, 2),
    apiToken: fc.constantFrom(...CHATWOOT_TOKENS),
    inboxName: fc.constantFrom("Support", "Sales"),
    signMessages: flag,
    ignoreGroups: flag,
    startAsPending: flag,
    reopenResolved: flag,
  },
  settings: {
    autoRejectCalls: flag,
    callRejectMessage: fc.constantFrom("", "Please write to us."),
    ignoreGroupMessages: flag,
    keepOnlineStatus: flag,
    autoReadMessages: flag,
    disableHistorySync: flag,
    ignoreStatus: flag,
  },
  s3: {
    region: fc.constantFrom("us-east-1", "eu-central-1"),
    bucket: fc.constantFrom("media-1", "media-2"),
    accessKey: fc.constantFrom("AKIA1", "AKIA2"),
    secretKey: fc.constantFrom("sk-1", "sk-2"),
    endpoint: fc.constantFrom("", "https://s3.example.com"),
    pathPrefix: fc.constantFrom("", "media/"),
  },
} satisfies Record<BlockName, Record<string, fc.Arbitrary<unknown>>>;

const required: Record<BlockName, string[]> = {
  proxy: ["host", "port", "protocol"],
  webhook: ["url"],
  websocket: [],
  chatwoot: ["baseUrl", "accountId", "apiToken"],
  settings: [],
  s3: ["region", "bucket", "accessKey", "secretKey"],
};

/** What a program may declare of a block. */
export function declaration(block: BlockName): fc.Arbitrary<Values> {
  const fields: Record<string, fc.Arbitrary<unknown>> = fieldsOf[block];
  if (block === "settings") return fc.record(fields, { requiredKeys: [] });
  const on = switched(true, fields, required[block]);
  const off = switched(false, fields, []);
  return fc.oneof({ weight: 4, arbitrary: on }, { weight: 1, arbitrary: off });
}

function switched(
  enabled: boolean,
  fields: Record<string, fc.Arbitrary<unknown>>,
  requiredKeys: readonly string[],
): fc.Arbitrary<Values> {
  const switchable: Record<string, fc.Arbitrary<unknown>> = { enabled: fc.constant(enabled), ...fields };
  return fc.record(switchable, { requiredKeys: ["enabled", ...requiredKeys] });
}

/** Secrets that nobody can see from outside, and what only says how to apply a block. */
const NOT_SEEN = ["password", "secretKey", "reconnect"];

/** What somebody may do to a block behind Pulumi's back, in the words of the service; null removes the block. */
export function outOfBand(block: BlockName): fc.Arbitrary<Values | null> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {
    ...(omit(fieldsOf[block], NOT_SEEN) as Record<string, fc.Arbitrary<unknown>>),
    ...(block === "proxy" ? { port: fc.constantFrom("1080", "9999") } : {}),
    ...(block === "chatwoot" ? { baseUrl: fc.constantFrom(CHATWOOT_URL, "https://other.example.com") } : {}),
    ...(block === "settings" || block === "chatwoot" ? {} : { enabled: flag }),
  };
  const change = fc.record(fields, { requiredKeys: [] });
  return fc.oneof({ weight: 4, arbitrary: change }, { weight: 1, arbitrary: fc.constant(null) });
}
