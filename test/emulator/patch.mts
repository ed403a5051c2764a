import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
  connectionStates,
  defaultSettings,
  type Chatwoot,
  type Instance,
  type Proxy,
  type S3,
  type Settings,
  type SingleBlocks,
  type Webhook,
  type Websocket,
} from "./model.mts";
import type { Store } from "./store.mts";

/** An empty form of each block, for patches to one that is not there yet. */
const empty: SingleBlocks & { webhook: Webhook } = {
  proxy: { enabled: true, host: "", port: "", protocol: "", username: "", password: "" },
  webhook: {
    label: "",
    enabled: true,
    url: "",
    authorization: "",
    byEvents: false,
    events: [],
    mediaBase64: false,
  },
  websocket: { enabled: true, events: [], mediaBase64: false },
  chatwoot: {
    status: "active",
    lastError: null,
    bridgeIntegrationId: "",
    baseUrl: "",
    accountId: 1,
    apiToken: "",
    inboxId: null,
    inboxName: "",
    synced: true,
    signMessages: false,
    ignoreGroups: false,
    startAsPending: false,
    reopenResolved: false,
    createdAt: "",
  },
  settings: defaultSettings,
  s3: { enabled: true, region: "", bucket: "", accessKey: "", secretKey: "", endpoint: "", pathPrefix: "" },
};

const flag = z.boolean().optional();
const text = z.string().optional();
const texts = z.array(z.string()).optional();

const patchSchema = z.strictObject({
  deleted: z.literal(true).optional(),
  state: z.enum(connectionStates).optional(),
  numberJid: z.string().nullish(),
  id: text,
  token: text,
  proxy: z
    .strictObject({ enabled: flag, host: text, port: text, protocol: text, username: text, password: text })
    .nullish(),
  webhooks: z
    .record(
      z.string(),
      z
        .strictObject({
          enabled: flag,
          url: text,
          authorization: text,
          byEvents: flag,
          events: texts,
          mediaBase64: flag,
        })
        .nullable(),
    )
    .optional(),
  websocket: z.strictObject({ enabled: flag, events: texts, mediaBase64: flag }).nullish(),
  chatwoot: z
    .strictObject({
      status: z.enum(["active", "paused", "error"]).optional(),
      lastError: z.string().nullish(),
      bridgeIntegrationId: text,
      baseUrl: text,
      accountId: z.number().int().optional(),
      apiToken: text,
      inboxId: z.number().int().nullish(),
      inboxName: text,
      synced: flag,
      signMessages: flag,
      ignoreGroups: flag,
      startAsPending: flag,
      reopenResolved: flag,
    })
    .nullish(),
  settings: z
    .strictObject({
      autoRejectCalls: flag,
      callRejectMessage: text,
      ignoreGroupMessages: flag,
      keepOnlineStatus: flag,
      autoReadMessages: flag,
      disableHistorySync: flag,
      ignoreStatus: flag,
    })
    .nullish(),
  s3: z
    .strictObject({
      enabled: flag,
      region: text,
      bucket: text,
      accessKey: text,
      secretKey: text,
      endpoint: text,
      pathPrefix: text,
    })
    .nullish(),
});

/** An out-of-band change. A block's fields are merged into what is there; null removes the block. */
export type InstancePatch = z.input<typeof patchSchema>;

/** Everything that runs, secrets in clear. */
export interface InstanceView {
  name: string;
  id: string;
  token: string;
  state: Instance["state"];
  numberJid: string | null;
  createdAt: string;
  updatedAt: string;
  proxy?: Proxy;
  /** What the connection goes through: a proxy is in force from the next connect or reconnect on. */
  proxyInForce?: Proxy;
  /** By label. */
  webhooks: Record<string, Webhook>;
  websocket?: Websocket;
  chatwoot?: Chatwoot;
  settings: Settings;
  s3?: S3;
  /** The JSON body that created it. */
  createBody: unknown;
}

export function viewInstance(store: Store, instance: Instance): InstanceView {
  const { name, id, token, state, numberJid, createdAt, updatedAt } = instance;
  return {
    ...{ name, id, token, state, numberJid, createdAt, updatedAt },
    settings: defaultSettings,
    ...store.blocks(instance),
    createBody: store.createBody(instance),
  };
}

export function patchInstance(store: Store, instance: Instance, input: InstancePatch): void {
  const parsed = patchSchema.safeParse(input);
  if (!parsed.success) throw new Error(`This is no instance patch:\n${z.prettifyError(parsed.error)}`);
  const { deleted, state, numberJid, id, token, webhooks = {}, ...singles } = parsed.data;
  if (deleted) {
    store.remove(instance);
    return;
  }

  store.update(instance, {
    ...(state === undefined ? {} : { state }),
    ...(state === "connected" ? { session: true } : {}),
    ...(state === "loggedout" ? { session: false } : {}),
    ...(numberJid === undefined ? {} : { numberJid }),
    ...(id === undefined ? {} : { id }),
    ...(token === undefined ? {} : { token }),
  });
  const present = store.blocks(instance);
  for (const [label, change] of Object.entries(webhooks)) {
    if (change === null) store.removeWebhook(instance, label);
    else store.setWebhook(instance, { ...merged(present.webhooks[label] ?? empty.webhook, change), label });
  }
  for (const kind of ["proxy", "websocket", "chatwoot", "settings", "s3"] as const) {
    const change = singles[kind];
    if (change === null) store.removeBlock(instance, kind);
    else if (change) store.setBlock(instance, kind, merged(present[kind] ?? fresh(kind), change));
  }
  if (state === "connected") store.putProxyInForce(instance);
}

function merged<Block extends object>(present: Block, change: object): Block {
  return { ...present, ...change };
}

function fresh(kind: keyof SingleBlocks): SingleBlocks[keyof SingleBlocks] {
  if (kind !== "chatwoot") return empty[kind];
  return {
    ...empty.chatwoot,
    bridgeIntegrationId: `int_${randomUUID()}`,
    createdAt: new Date().toISOString(),
  };
}
