import { type Blocks, type Chatwoot, type ConnectionState, type Instance, type Websocket } from "./model.mts";
import type { Readings } from "./readings.mts";
import { shownChatwoot } from "./routes/chatwoot.mts";
import { proxyView } from "./routes/proxy.mts";
import { s3View } from "./routes/s3.mts";
import { settingsView } from "./routes/settings.mts";
import { webhookView } from "./routes/webhook.mts";

const variants: Record<ConnectionState, string> = {
  connected: "open",
  connecting: "qr",
  disconnected: "closed",
  loggedout: "logged_out",
  banned: "temp_banned",
};

const masked = "********";

const websocketOff: Websocket = { enabled: false, events: [], mediaBase64: false };

/** One item of the instance list (contract, section 5.2). */
export function listItem(instance: Instance, blocks: Blocks, readings: Readings): object {
  const { id, name, token, numberJid, createdAt, updatedAt } = instance;
  const state = readings.connectionStatus === "variants" ? variants[instance.state] : instance.state;
  const online = instance.state === "connected" && blocks.settings?.keepOnlineStatus === true;
  return {
    ...(readings.listId ? { id } : {}),
    name,
    status: state,
    ...(readings.listToken === false ? {} : { token: readings.listToken === "masked" ? masked : token }),
    numberJid,
    ...listedTimes({ createdAt, updatedAt }, readings),
    connection: {
      state,
      numberJid,
      presenceStatus: online ? "available" : "unavailable",
      displayStatus: `${state.charAt(0).toUpperCase()}${state.slice(1)}`,
    },
    profile: { name: "", pictureUrl: "", isBusiness: false, businessName: "" },
    ...listedBlocks(instance, blocks, readings),
  };
}

function listedTimes(times: Record<string, string>, { listTimes }: Readings): Record<string, string> {
  if (listTimes === false) return {};
  const toTheSecond = (time: string) => time.replace(/\.\d+/, "");
  return listTimes === true
    ? times
    : Object.fromEntries(Object.entries(times).map(([key, time]) => [key, toTheSecond(time)]));
}

/** Only the webhook with label `default` is in the list. */
function listedBlocks(instance: Instance, blocks: Blocks, readings: Readings): object {
  const webhook = blocks.webhooks["default"];
  const off = readings.neverSet === "null" ? null : { enabled: false };
  const chatwoot = blocks.chatwoot && chatwootSummary(blocks.chatwoot, instance, readings);
  if (readings.list === "minimal") {
    return {
      webhook: webhook ? { enabled: webhook.enabled } : off,
      websocket: blocks.websocket ? { enabled: blocks.websocket.enabled } : off,
      chatwoot: chatwoot ? { enabled: chatwoot.enabled } : off,
    };
  }
  const summary = {
    webhook: webhook ? webhookView(webhook, readings, readings.listAuthorization) : off,
    websocket: blocks.websocket ?? (off && websocketOff),
    chatwoot: chatwoot ?? off,
  };
  if (readings.list === "summary") return summary;
  return {
    ...summary,
    proxy: proxyView(blocks.proxy, readings),
    settings: settingsView(blocks.settings, readings),
    s3: s3View(blocks.s3, readings, readings.listAccessKey),
  };
}

/** Chatwoot inside other answers; its token is never there. */
export function chatwootSummary(
  chatwoot: Chatwoot,
  instance: Instance,
  readings: Readings,
): { enabled: boolean; [field: string]: unknown } {
  const { accountId, inboxId, inboxName } = shownChatwoot(chatwoot, readings);
  const status = {
    enabled: chatwoot.status !== "error",
    status: chatwoot.status,
    ...(chatwoot.lastError === null ? {} : { error: chatwoot.lastError }),
  };
  switch (readings.chatwootSummary) {
    case "status":
      return status;
    case "snake_case":
      return {
        ...status,
        instance_name: instance.name,
        bridge_integration_id: chatwoot.bridgeIntegrationId,
        chatwoot_base_url: chatwoot.baseUrl,
        chatwoot_account_id: accountId,
        chatwoot_inbox_id: inboxId,
        chatwoot_inbox_name: inboxName,
        sign_messages: chatwoot.signMessages,
        ignore_groups: chatwoot.ignoreGroups,
        start_as_pending: chatwoot.startAsPending,
        reopen_resolved: chatwoot.reopenResolved,
      };
    case "camelCase": {
      const fields: Partial<Chatwoot> = { ...chatwoot };
      delete fields.apiToken;
      delete fields.synced;
      return { ...fields, accountId, inboxId, inboxName, ...status };
    }
  }
}
