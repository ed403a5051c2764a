import { ApiError, instanceOf, success, type Endpoint } from "../endpoint.mts";

const nothing = {
  totalMessages: 0,
  messagesReceived: 0,
  messagesSent: 0,
  messagesByType: {},
  groupMessages: 0,
  individualMessages: 0,
  messagesWithMedia: 0,
  mediaByType: {},
  messagesByStatus: {},
  uniqueChats: 0,
  uniqueGroups: 0,
  uniqueContacts: 0,
  messagesLast7Days: 0,
  messagesLast30Days: 0,
  firstMessageAt: null,
  lastMessageAt: null,
};

export const observabilityEndpoints: Endpoint[] = [
  {
    method: "GET",
    path: "/api/instance/metrics/:instance",
    auth: "either",
    handler: (call) => {
      const names = call.name.split(",").filter((name) => name.trim() !== "");
      if (names.length === 0) throw new ApiError(400, "Instance name is required");
      for (const name of names) instanceOf({ ...call, name });
      const metrics = { instance: names.join(","), ...nothing };
      return success({ message: "Metrics retrieved successfully", metrics });
    },
  },
  {
    // What precedes an upgrade: the emulator has no events to stream.
    method: "GET",
    path: "/ws/:instance",
    auth: "either",
    handler: (call) => {
      const { websocket } = call.service.store.blocks(instanceOf(call));
      if (websocket?.enabled) throw new ApiError(426, "Upgrade required");
      const route = `POST /api/events/websocket/${call.name}`;
      throw new ApiError(
        400,
        `WebSocket is not enabled for this instance. Configure it first using ${route}`,
      );
    },
  },
];

export function health(): object {
  return {
    status: "ok",
    service: "RyzeAPI",
    uptime: goDuration(process.uptime()),
    timestamp: new Date().toISOString(),
    checks: { db: "ok" },
  };
}

/** Such as 1h2m3.456s. */
function goDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const parts = [hours > 0 ? `${hours}h` : "", minutes > 0 ? `${minutes % 60}m` : ""];
  return `${parts.join("")}${(seconds % 60).toFixed(3)}s`;
}
