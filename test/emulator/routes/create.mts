import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ChatwootFailure } from "../chatwoot-bridge.mts";
import {
  ApiError,
  field,
  parseJson,
  readBody,
  success,
  type Account,
  type Answer,
  type Call,
  type Endpoint,
  type Service,
} from "../endpoint.mts";
import { defaultSettings, type Chatwoot, type Instance } from "../model.mts";
import type { Readings } from "../readings.mts";
import { chatwootSummary } from "../summaries.mts";
import { applyChatwoot } from "./chatwoot.mts";
import { applyProxy, proxyView } from "./proxy.mts";
import { applyS3, s3View } from "./s3.mts";
import { applySettings, sentSettings, settingsSchema } from "./settings.mts";
import { applyWebhook, webhookView } from "./webhook.mts";
import { applyWebsocket } from "./websocket.mts";

const schema = settingsSchema.extend({
  name: field.text,
  token: field.text,
  proxyEnabled: field.flag,
  proxyHost: field.text,
  proxyPort: field.text,
  proxyProtocol: field.text,
  proxyUsername: field.text,
  proxyPassword: field.text,
  webhookEnabled: field.flag,
  webhookURL: field.text,
  webhookAuthorization: field.text,
  webhookByEvents: field.flag,
  webhookEvents: field.texts,
  webhookMediaBase64: field.flag,
  websocketEnabled: field.flag,
  websocketEvents: field.texts,
  websocketMediaBase64: field.flag,
  chatwootEnabled: field.flag,
  chatwootBaseUrl: field.text,
  chatwootAccountId: field.number,
  chatwootApiToken: field.text,
  chatwootInboxName: field.text,
  chatwootSignMessages: field.flag,
  chatwootIgnoreGroups: field.flag,
  chatwootStartAsPending: field.flag,
  chatwootReopenResolved: field.flag,
  s3Enabled: field.flag,
  s3Region: field.text,
  s3Bucket: field.text,
  s3AccessKey: field.text,
  s3SecretKey: field.text,
  s3Endpoint: field.text,
  s3PathPrefix: field.text,
});

type Body = z.infer<typeof schema>;

/** A block of the create answer; undefined leaves its key out. */
type Echo = object | null | undefined;

export const createEndpoint: Endpoint = {
  method: "POST",
  path: "/api/instance/new",
  auth: "account",
  handler: async (call) => {
    const { service, account } = call;
    const body = readBody(call, schema);
    const name = storedName(body.name ?? "", service.readings);
    checkPlace(service, account, name);
    const token = chooseToken(service, account, body.token ?? "");

    const instance = service.store.insert(account.digest, name, token, parseJson(call.body));
    const echo = {
      ...refusableBlocks(service, instance, body),
      ...loggedBlocks(service, instance, body),
      chatwoot: await chatwootBlock(service, instance, body),
    };
    return answer(call, instance, echo);
  },
};

function storedName(sent: string, { names, nameLimit }: Readings): string {
  if (sent.trim() === "") throw new ApiError(400, "Instance name is required");
  if (nameLimit === "on" && !/^[\w-]{1,100}$/.test(sent)) {
    throw new ApiError(400, "Instance name is not allowed");
  }
  switch (names) {
    case "as-sent":
      return sent;
    case "lower-case":
      return sent.toLowerCase();
    case "trimmed":
      return sent.trim();
    case "nfc":
      return sent.normalize("NFC");
  }
}

function checkPlace({ store, readings }: Service, account: Account, name: string): void {
  const checkQuota = () => {
    if (account.quota !== undefined && store.count(account.digest) >= account.quota) {
      throw new ApiError(403, "Account instance quota exceeded");
    }
  };
  const checkDuplicate = () => {
    if (store.find(account.digest, name))
      throw new ApiError(readings.duplicateName, "Instance already exists");
  };
  const checks = readings.quotaBeforeDuplicate ? [checkQuota, checkDuplicate] : [checkDuplicate, checkQuota];
  for (const check of checks) check();
}

function chooseToken({ store, readings }: Service, account: Account, wanted: string): string {
  if (wanted === "") return randomBytes(24).toString("hex");
  const isTaken = store
    .findByToken(wanted)
    .some((owner) => owner.account === account.digest || readings.uniqueToken === "everywhere");
  if (isTaken) {
    throw new ApiError(readings.duplicateToken, "Token already in use");
  }
  return wanted;
}

/** Proxy, settings and S3: the contract does not say what their failure does to the creation. */
function refusableBlocks(service: Service, instance: Instance, body: Body): Record<string, Echo> {
  const { store, readings } = service;
  const absent = absentEcho(service);
  const refused = (block: string, echo: Echo): Echo => {
    if (readings.inlineFailure === "continue") return echo;
    store.remove(instance);
    throw new ApiError(500, `Failed to update ${block} configuration`);
  };
  const proxy = () =>
    proxyView(
      applyProxy(service, instance, {
        enabled: true,
        host: body.proxyHost,
        port: body.proxyPort,
        protocol: body.proxyProtocol,
        username: body.proxyUsername,
        password: body.proxyPassword,
      }),
      readings,
    );
  const s3 = () =>
    s3View(
      applyS3(service, instance, {
        enabled: true,
        region: body.s3Region,
        bucket: body.s3Bucket,
        accessKey: body.s3AccessKey,
        secretKey: body.s3SecretKey,
        endpoint: body.s3Endpoint,
        pathPrefix: body.s3PathPrefix,
      }),
      readings,
    );
  const sent = sentSettings(body);
  const settingsAbsent = readings.absentBlocks === "disabled" ? defaultSettings : absent;
  return {
    proxy: body.proxyEnabled ? attempt(proxy, () => refused("proxy", { enabled: false })) : absent,
    s3: body.s3Enabled ? attempt(s3, () => refused("S3", { enabled: false })) : absent,
    settings:
      Object.keys(sent).length > 0
        ? attempt(
            () => applySettings(service, instance, sent),
            () => refused("settings", defaultSettings),
          )
        : settingsAbsent,
  };
}

/** Webhook and websocket: log and continue. */
function loggedBlocks(service: Service, instance: Instance, body: Body): Record<string, Echo> {
  const { readings } = service;
  const absent = absentEcho(service);
  const failed = () => (readings.blockFailureShape === "disabled" ? { enabled: false } : undefined);
  const webhook = () => {
    const applied = applyWebhook(service, instance, {
      enabled: true,
      url: body.webhookURL,
      authorization: body.webhookAuthorization,
      byEvents: body.webhookByEvents,
      events: body.webhookEvents,
      mediaBase64: body.webhookMediaBase64,
    });
    return { ...webhookView(applied, readings), authorization: undefined };
  };
  const websocket = () =>
    applyWebsocket(service, instance, {
      enabled: true,
      events: body.websocketEvents,
      mediaBase64: body.websocketMediaBase64,
    });
  return {
    webhook: body.webhookEnabled ? attempt(webhook, failed) : absent,
    websocket: body.websocketEnabled ? attempt(websocket, failed) : absent,
  };
}

/** Chatwoot: continue as well, and say why it failed. */
async function chatwootBlock(service: Service, instance: Instance, body: Body): Promise<Echo> {
  const { store, readings } = service;
  if (!body.chatwootEnabled) return absentEcho(service);
  if (readings.bridge === "missing") return { enabled: false };
  try {
    const chatwoot = await applyChatwoot(service, instance, {
      chatwootBaseUrl: body.chatwootBaseUrl,
      chatwootAccountId: body.chatwootAccountId,
      chatwootApiToken: body.chatwootApiToken,
      inboxName: body.chatwootInboxName,
      signMessages: body.chatwootSignMessages,
      ignoreGroups: body.chatwootIgnoreGroups,
      startAsPending: body.chatwootStartAsPending,
      reopenResolved: body.chatwootReopenResolved,
    });
    return chatwootSummary(chatwoot, instance, readings);
  } catch (error) {
    const reason = chatwootReason(error);
    if (readings.failedChatwoot === "recorded")
      store.setBlock(instance, "chatwoot", failedChatwoot(body, reason, readings));
    return { enabled: false, status: "error", error: reason };
  }
}

function chatwootReason(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (!(error instanceof ChatwootFailure)) throw error;
  switch (error.status) {
    case "unreachable":
      return `Chatwoot API is unreachable — check the chatwootBaseUrl (${error.message})`;
    case 401:
    case 403:
      return `Chatwoot API returned ${error.status} — check the chatwootApiToken`;
    default:
      return `Chatwoot API returned ${error.status} — check the chatwootBaseUrl and the chatwootAccountId`;
  }
}

function failedChatwoot(body: Body, reason: string, readings: Readings): Chatwoot {
  return {
    status: "error",
    lastError: reason,
    bridgeIntegrationId: "",
    baseUrl: body.chatwootBaseUrl ?? "",
    accountId: body.chatwootAccountId ?? 0,
    apiToken: body.chatwootApiToken ?? "",
    inboxId: null,
    inboxName: body.chatwootInboxName ?? "",
    synced: readings.inboxKnown === "at-once",
    signMessages: body.chatwootSignMessages ?? false,
    ignoreGroups: body.chatwootIgnoreGroups ?? false,
    startAsPending: body.chatwootStartAsPending ?? false,
    reopenResolved: body.chatwootReopenResolved ?? false,
    createdAt: new Date().toISOString(),
  };
}

function attempt(apply: () => Echo, failed: () => Echo): Echo {
  try {
    return apply();
  } catch (error) {
    if (error instanceof ApiError) return failed();
    throw error;
  }
}

function absentEcho({ readings }: Service): Echo {
  switch (readings.absentBlocks) {
    case "omitted":
      return undefined;
    case "null":
      return null;
    case "disabled":
      return { enabled: false };
  }
}

function answer(call: Call, created: Instance, echo: Record<string, Echo>): Answer {
  const { readings } = call.service;
  const { id, name, token, numberJid, createdAt, updatedAt } = created;
  const named = { ...(readings.createId ? { id } : {}), name };
  const minimal = { status: "disconnected" };
  const full = { ...minimal, numberJid, createdAt, updatedAt };
  const [inside, beside] = {
    "full-in-instance": [{ ...full, ...echo }, {}],
    "full-top-level": [full, echo],
    minimal: [minimal, {}],
  }[readings.createEcho];
  const whole = { ...named, token, ...inside };
  const placed = {
    instance: { instance: whole, ...beside },
    top: { token, instance: { ...named, ...inside }, ...beside },
    data: { data: whole, ...beside },
    "data-instance": { data: { instance: whole, ...beside } },
  }[readings.tokenPlace];
  return success({ message: "Instance created successfully", ...placed }, readings.createStatus);
}
