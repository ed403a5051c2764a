import { expect } from "vitest";

import type { ChatwootAccess } from "../../cli/probe/chatwoot-inboxes.ts";
import { secretMarker } from "../support/secret-marker.mts";
import { DEFAULT_SETTINGS, without } from "../support/instance.mts";
import type { RyzeApi, Values } from "./api.mts";
import type { Run } from "./environment.mts";

/** The blocks of an instance, and a webhook beside the default one. */
export const PARTS = ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3", "audit"] as const;

export type PartName = (typeof PARTS)[number];

/** One of these parts, as a program declares it and as RyzeAPI tells it. */
export interface Part {
  /** Every field. */
  readonly declared: Values;
  /** Another value for one of them. */
  readonly change: Values;
  /** What the API tells of it. */
  readonly told: (declared: Values) => Values;
  /** What not every generation of the service tells. */
  readonly toldBySome?: readonly string[];
  /** What the API tells once it is no longer declared. */
  readonly withdrawn?: Values;
  readonly read: (api: RyzeApi) => Promise<Values | undefined>;
  /** Changes it beside Pulumi. */
  readonly drift: (api: RyzeApi) => Promise<void>;
  /** The property in which Pulumi shows that, or above it. */
  readonly drifted: string;
}

/** `.invalid` is reserved: no address under it exists, so nothing is ever delivered there. */
const NOWHERE = "ryze-probe.invalid";

/** Those that can be asked. */
export function partsFor(run: Run, instance: string): ReadonlyMap<PartName, Part> {
  return new Map<PartName, Part>([
    ["proxy", proxy(instance)],
    ["webhook", webhook(instance, "default", "webhook.url")],
    ["websocket", websocket(instance)],
    ...(run.chatwoot ? [["chatwoot", chatwoot(run, run.chatwoot, instance)] as const] : []),
    ["settings", settings(instance)],
    ["s3", s3(instance)],
    ["audit", webhook(instance, "audit", "url")],
  ]);
}

/** The part is there, and as declared. */
export function expectAs(part: Part, declared: Values, read: Values | undefined): void {
  const told = part.told(declared);
  const untold = (part.toldBySome ?? []).filter((key) => read?.[key] == null);
  expect(read && comparable(read, Object.keys(told))).toMatchObject(comparable(without(told, ...untold)));
}

export function secretsOf(parts: ReadonlyMap<PartName, Part>): Record<string, string> {
  const secrets = [...parts].flatMap(([name, { declared }]) =>
    SECRETS.filter((field) => field in declared).map((field) => [
      `${name}.${field}`,
      String(declared[field]),
    ]),
  );
  return Object.fromEntries(secrets) as Record<string, string>;
}

const SECRETS = ["password", "authorization", "apiToken", "secretKey"];

/** The service may keep a URL with a slash at its end or without one, and events in any order. */
function comparable(record: Values, keys = Object.keys(record)): Values {
  const spelled = (value: unknown) => {
    if (Array.isArray(value)) return [...(value as string[])].sort();
    return typeof value === "string" && value.startsWith("http") ? value.replace(/\/$/, "") : value;
  };
  return Object.fromEntries(keys.map((key) => [key, spelled(record[key])]));
}

function proxy(instance: string): Part {
  const declared = {
    ...{ host: NOWHERE, port: 1080, protocol: "socks5" },
    ...{ username: "probe", password: secretMarker() },
  };
  const sent = (fields: Values): Values => ({ ...fields, port: String(fields["port"]) });
  return {
    ...{ declared, change: { port: 1081 }, drifted: "proxy.host" },
    told: (fields) => without(sent(fields), "password"),
    read: (api) => api.read("proxy", instance),
    drift: (api) =>
      api.write("proxy", instance, { enabled: true, ...sent(declared), host: `other.${NOWHERE}` }),
  };
}

function webhook(instance: string, label: string, drifted: string): Part {
  const url = `https://${label}.${NOWHERE}/hook`;
  const declared = {
    ...{ url, authorization: secretMarker(), byEvents: true },
    ...{ events: ["call.update", "message.exchange"], mediaBase64: true },
  };
  return {
    ...{ declared, change: { mediaBase64: false }, drifted },
    // Of some servers the authorization cannot be read again.
    told: (fields) => without(fields, "authorization"),
    read: (api) => api.read("webhook", instance, label),
    drift: (api) =>
      api.write("webhook", instance, { label, enabled: true, ...declared, url: `${url}/other` }),
  };
}

function websocket(instance: string): Part {
  const declared = { events: ["message.status"], mediaBase64: true };
  return {
    ...{ declared, change: { events: ["label.update", "message.status"] }, drifted: "websocket.mediaBase64" },
    told: (fields) => fields,
    read: (api) => api.read("websocket", instance),
    drift: (api) => api.write("websocket", instance, { enabled: true, ...declared, mediaBase64: false }),
  };
}

/** Another inbox is the change, since it also shows in Chatwoot. */
function chatwoot(run: Run, { url, accountId, token }: ChatwootAccess, instance: string): Part {
  return {
    declared: {
      ...{ baseUrl: url, accountId, apiToken: token, inboxName: run.inbox("inbox") },
      ...{ signMessages: true, ignoreGroups: true, startAsPending: true, reopenResolved: true },
    },
    change: { inboxName: run.inbox("second-inbox") },
    told: (fields) => ({
      status: "active",
      chatwoot_base_url: fields["baseUrl"],
      chatwoot_inbox_name: fields["inboxName"],
      sign_messages: fields["signMessages"],
      ignore_groups: fields["ignoreGroups"],
      start_as_pending: fields["startAsPending"],
      reopen_resolved: fields["reopenResolved"],
    }),
    toldBySome: [
      ...["chatwoot_inbox_name", "sign_messages", "ignore_groups", "start_as_pending", "reopen_resolved"],
    ],
    read: (api) => api.read("chatwoot", instance),
    drift: (api) => api.deleteChatwoot(instance),
    drifted: "chatwoot",
  };
}

function settings(instance: string): Part {
  return {
    declared: {
      ...{ autoRejectCalls: true, callRejectMessage: "Please write to us.", ignoreGroupMessages: true },
      ...{ keepOnlineStatus: true, autoReadMessages: true, disableHistorySync: false, ignoreStatus: true },
    },
    change: { callRejectMessage: "Please call later." },
    told: (fields) => fields,
    withdrawn: DEFAULT_SETTINGS,
    read: (api) => api.read("settings", instance),
    drift: (api) => api.write("settings", instance, { ignoreStatus: false }),
    drifted: "settings.ignoreStatus",
  };
}

function s3(instance: string): Part {
  const declared = {
    ...{ region: "us-east-1", bucket: "ryze-probe", accessKey: "AKIARYZEPROBE", secretKey: secretMarker() },
    ...{ endpoint: `https://s3.${NOWHERE}`, pathPrefix: "media/" },
  };
  return {
    ...{ declared, change: { pathPrefix: "files/" }, drifted: "s3.bucket" },
    told: (fields) => without(fields, "secretKey"),
    read: (api) => api.read("s3", instance),
    drift: (api) => api.write("s3", instance, { enabled: true, ...declared, bucket: "ryze-probe-other" }),
  };
}
