import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ChatwootFailure, connectInbox, deleteInbox } from "../chatwoot-bridge.mts";
import {
  ApiError,
  field,
  instanceOf,
  parseJson,
  type Call,
  type Endpoint,
  type Service,
} from "../endpoint.mts";
import type { Chatwoot, Instance } from "../model.mts";
import type { Readings } from "../readings.mts";

const schema = z.object({
  chatwootBaseUrl: z
    .string()
    .min(1)
    .transform((url) => url.replace(/\/+$/, "")),
  chatwootAccountId: z.number().int().positive(),
  chatwootApiToken: z.string().min(1),
  inboxName: field.text,
  signMessages: field.flag,
  ignoreGroups: field.flag,
  startAsPending: field.flag,
  reopenResolved: field.flag,
});

/** These answers are flat and carry no `success` (contract, section 12). */
export const chatwootEndpoints: Endpoint[] = [
  {
    method: "POST",
    path: "/api/chatwoot/set/:instance",
    auth: "either",
    handler: async (call) => {
      const instance = instanceOfBridge(call);
      try {
        const chatwoot = await applyChatwoot(call.service, instance, parseJson(call.body));
        return {
          status: 201,
          body: {
            instance: instance.name,
            status: chatwoot.status,
            bridge_integration_id: chatwoot.bridgeIntegrationId,
            message: "chatwoot integration activated",
          },
        };
      } catch (error) {
        throw error instanceof ChatwootFailure ? asApiError(error, call) : error;
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

/** Throws a ChatwootFailure where Chatwoot itself refused. */
export async function applyChatwoot(service: Service, instance: Instance, body: unknown): Promise<Chatwoot> {
  service.faults.checkBlock("chatwoot", instance.name);
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ApiError(400, `invalid body: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  const { chatwootBaseUrl, chatwootAccountId, chatwootApiToken, inboxName, ...flags } = parsed.data;
  const access = { baseUrl: chatwootBaseUrl, accountId: chatwootAccountId, apiToken: chatwootApiToken };
  const wanted = inboxName == null || inboxName === "" ? instance.name : inboxName;
  const inbox = await connectInbox(access, wanted, service.closing);
  // It may have been deleted while Chatwoot was asked.
  if (!service.store.holds(instance)) throw new ApiError(404, "instance not found");
  const before = service.store.blocks(instance).chatwoot;
  const chatwoot: Chatwoot = {
    status: "active",
    lastError: null,
    bridgeIntegrationId: before?.bridgeIntegrationId ?? `int_${randomUUID()}`,
    ...access,
    inboxId: inbox.id,
    inboxName: inbox.name,
    signMessages: flags.signMessages ?? false,
    ignoreGroups: flags.ignoreGroups ?? false,
    startAsPending: flags.startAsPending ?? false,
    reopenResolved: flags.reopenResolved ?? false,
    createdAt: before?.createdAt ?? new Date().toISOString(),
  };
  service.store.setBlock(instance, "chatwoot", chatwoot);
  return chatwoot;
}

export function chatwootView(chatwoot: Chatwoot, instance: Instance, readings: Readings): object {
  const older = {
    instance_name: instance.name,
    status: chatwoot.status,
    bridge_integration_id: chatwoot.bridgeIntegrationId,
    chatwoot_base_url: chatwoot.baseUrl,
    chatwoot_account_id: chatwoot.accountId,
    chatwoot_inbox_id: chatwoot.inboxId,
    chatwoot_inbox_name: chatwoot.inboxName,
    last_error: chatwoot.lastError,
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
