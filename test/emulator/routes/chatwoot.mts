import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ChatwootFailure, connectInbox, deleteInbox, type ChatwootAccess } from "../chatwoot-bridge.mts";
import {
  ApiError,
  field,
  instanceOf,
  parseJson,
  type Answer,
  type Call,
  type Endpoint,
  type Service,
} from "../endpoint.mts";
import { BlockRefusal } from "../faults.mts";
import type { Chatwoot, Instance } from "../model.mts";
import type { Readings } from "../readings.mts";
import { storedUrl, withoutSlash } from "../urls.mts";

const schema = z.object({
  chatwootBaseUrl: z.string().min(1).transform(withoutSlash),
  chatwootAccountId: z.number().int().positive(),
  chatwootApiToken: z.string().min(1),
  inboxName: field.text,
  signMessages: field.flag,
  ignoreGroups: field.flag,
  startAsPending: field.flag,
  reopenResolved: field.flag,
});

type Sent = z.infer<typeof schema>;

/** These answers are flat and carry no `success` (contract, section 12). */
export const chatwootEndpoints: Endpoint[] = [
  {
    method: "POST",
    path: "/api/chatwoot/set/:instance",
    auth: "either",
    handler: async (call) => {
      const { service, body } = call;
      const instance = instanceOfBridge(call);
      try {
        const chatwoot = await applyChatwoot(service, instance, parseJson(body));
        return setAnswer(chatwoot, instance, "chatwoot integration activated");
      } catch (error) {
        const refusal = error instanceof ChatwootFailure ? asApiError(error, call) : error;
        const isChatwoots = error instanceof ChatwootFailure || error instanceof BlockRefusal;
        const sent = schema.safeParse(parseJson(body));
        const isRecorded = service.readings.failedSet === "recorded" && service.store.holds(instance);
        if (!isRecorded || !isChatwoots || !sent.success) throw refusal;
        const { message } = refusal as ApiError;
        return setAnswer(recordFailure(service, instance, sent.data, message), instance, message);
      }
    },
  },
  {
    method: "GET",
    path: "/api/chatwoot/list/:instance",
    auth: "either",
    handler: (call) => {
      const instance = instanceOfBridge(call);
      const { chatwoot } = call.service.store.blocks(instance);
      if (!chatwoot) throw new ApiError(404, "no chatwoot integration for this instance");
      return { status: 200, body: chatwootView(chatwoot, instance, call.service.readings) };
    },
  },
  {
    method: "DELETE",
    path: "/api/chatwoot/delete/:instance",
    auth: "either",
    handler: async (call) => {
      const instance = instanceOfBridge(call);
      const { store, readings, closing } = call.service;
      const { chatwoot } = store.blocks(instance);
      if (!chatwoot) throw new ApiError(404, "no chatwoot integration to delete");
      if (readings.chatwootGeneration === "older" && chatwoot.inboxId !== null) {
        await deleteInbox(chatwoot, chatwoot.inboxId, closing).catch(() => undefined);
      }
      store.removeBlock(instance, "chatwoot");
      return { status: 200, body: { message: "chatwoot integration deactivated" } };
    },
  },
];

function setAnswer(chatwoot: Chatwoot, { name }: Instance, message: string): Answer {
  const { status, bridgeIntegrationId } = chatwoot;
  return {
    status: 201,
    body: { instance: name, status, bridge_integration_id: bridgeIntegrationId, message },
  };
}

function recordFailure(service: Service, instance: Instance, sent: Sent, reason: string): Chatwoot {
  const before = service.store.blocks(instance).chatwoot;
  const wanted = { id: before?.inboxId ?? null, name: inboxNameOf(sent, instance) };
  const failed: Chatwoot = {
    ...integrationOf(sent, wanted, before, service.readings),
    status: "error",
    lastError: reason,
  };
  service.store.setBlock(instance, "chatwoot", failed);
  return failed;
}

/** Throws a ChatwootFailure where Chatwoot itself refused. */
export async function applyChatwoot(service: Service, instance: Instance, body: unknown): Promise<Chatwoot> {
  service.faults.checkBlock("chatwoot", instance.name);
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ApiError(400, `invalid body: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  const sent = parsed.data;
  const { store, readings, closing } = service;
  const reuses = readings.secondSet === "same-inbox" || !store.blocks(instance).chatwoot;
  const inbox = await connectInbox(accessOf(sent), inboxNameOf(sent, instance), reuses, closing);
  // It may have been deleted while Chatwoot was asked.
  if (!store.holds(instance)) throw new ApiError(404, "instance not found");
  const before = store.blocks(instance).chatwoot;
  const chatwoot: Chatwoot = {
    ...integrationOf(sent, inbox, before, readings),
    status: "active",
    lastError: readings.repairedError === "kept" ? (before?.lastError ?? null) : null,
  };
  store.setBlock(instance, "chatwoot", chatwoot);
  return chatwoot;
}

function accessOf({ chatwootBaseUrl, chatwootAccountId, chatwootApiToken }: Sent): ChatwootAccess {
  return { baseUrl: chatwootBaseUrl, accountId: chatwootAccountId, apiToken: chatwootApiToken };
}

function inboxNameOf({ inboxName }: Sent, { name }: Instance): string {
  return inboxName == null || inboxName === "" ? name : inboxName;
}

function integrationOf(
  sent: Sent,
  inbox: { id: number | null; name: string },
  before: Chatwoot | undefined,
  readings: Readings,
): Omit<Chatwoot, "status" | "lastError"> {
  const access = accessOf(sent);
  return {
    bridgeIntegrationId: before?.bridgeIntegrationId ?? `int_${randomUUID()}`,
    ...access,
    baseUrl: withoutSlash(storedUrl(access.baseUrl, readings)),
    inboxId: inbox.id,
    inboxName: inbox.name,
    synced: readings.inboxKnown === "at-once",
    signMessages: sent.signMessages ?? false,
    ignoreGroups: sent.ignoreGroups ?? false,
    startAsPending: sent.startAsPending ?? false,
    reopenResolved: sent.reopenResolved ?? false,
    createdAt: before?.createdAt ?? new Date().toISOString(),
  };
}

/** What both kinds of answers tell of it in one of several ways. */
export function shownChatwoot(
  { accountId, inboxId, inboxName, synced }: Chatwoot,
  { accountIdType }: Readings,
): { accountId: number | string; inboxId: number | null; inboxName: string | null } {
  return {
    accountId: accountIdType === "string" ? String(accountId) : accountId,
    inboxId: synced ? inboxId : null,
    inboxName: synced ? inboxName : null,
  };
}

export function chatwootView(chatwoot: Chatwoot, instance: Instance, readings: Readings): object {
  const { accountId, inboxId, inboxName } = shownChatwoot(chatwoot, readings);
  const older = {
    instance_name: instance.name,
    status: chatwoot.status,
    bridge_integration_id: chatwoot.bridgeIntegrationId,
    chatwoot_base_url: chatwoot.baseUrl,
    chatwoot_account_id: accountId,
    chatwoot_inbox_id: inboxId,
    chatwoot_inbox_name: inboxName,
    last_error: chatwoot.lastError ?? (readings.healthyError === "null" ? null : ""),
    created_at: chatwoot.createdAt,
  };
  if (readings.chatwootGeneration === "older") return older;
  return {
    ...older,
    chatwoot_api_token: chatwoot.apiToken,
    sign_messages: chatwoot.signMessages,
    ignore_groups: chatwoot.ignoreGroups,
    start_as_pending: chatwoot.startAsPending,
    reopen_resolved: chatwoot.reopenResolved,
  };
}

/** The probe of the contract: without the module every call is a 503, whatever the instance. */
function instanceOfBridge(call: Call): Instance {
  const { bridge, chatwootGeneration } = call.service.readings;
  if (bridge === "missing") {
    const hint = chatwootGeneration === "older" ? " (set BRIDGE_URL and BRIDGE_TOKEN)" : "";
    throw new ApiError(503, `integration gateway not configured${hint}`);
  }
  return instanceOf(call, "instance not found");
}

function asApiError(failure: ChatwootFailure, call: Call): ApiError {
  const { readings } = call.service;
  const sent = schema.parse(parseJson(call.body));
  const dash = readings.chatwootGeneration === "newer" ? "-" : "—";
  const detail = `Detail: ${failure.message}`;
  switch (failure.status) {
    case 401:
      return new ApiError(401, `Chatwoot rejected the API token ${dash} verify chatwootApiToken. ${detail}`);
    case 403: {
      const advice = `verify the API token has admin scope on account ${sent.chatwootAccountId}`;
      return new ApiError(403, `Chatwoot denied the request ${dash} ${advice}. ${detail}`);
    }
    case 404: {
      const where = `chatwootBaseUrl (${sent.chatwootBaseUrl}) and chatwootAccountId (${sent.chatwootAccountId})`;
      return new ApiError(400, `Chatwoot account or endpoint not found ${dash} verify ${where}. ${detail}`);
    }
    case 400:
    case 422:
      return new ApiError(
        400,
        `Chatwoot rejected the request as invalid ${dash} verify the fields. ${detail}`,
      );
    case "unreachable":
    default: {
      const problem = `Chatwoot is unreachable ${dash} verify chatwootBaseUrl (${sent.chatwootBaseUrl})`;
      return new ApiError(readings.chatwootUnreachable, `${problem}. ${detail}`);
    }
  }
}
