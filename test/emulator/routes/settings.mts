import { z } from "zod";
import { ApiError, field, instanceOf, readBody, success, type Endpoint, type Service } from "../endpoint.mts";
import { defaultSettings, type Instance, type Settings } from "../model.mts";
import type { Readings } from "../readings.mts";

export const settingsSchema = z.object({
  autoRejectCalls: field.flag,
  callRejectMessage: field.text,
  ignoreGroupMessages: field.flag,
  keepOnlineStatus: field.flag,
  autoReadMessages: field.flag,
  disableHistorySync: field.flag,
  ignoreStatus: field.flag,
});

export const settingsEndpoints: Endpoint[] = [
  {
    method: "POST",
    path: "/api/instance/settings/:instance",
    auth: "either",
    handler: (call) => {
      const instance = instanceOf(call);
      const sent = sentSettings(readBody(call, settingsSchema));
      if (Object.keys(sent).length === 0) throw new ApiError(400, "At least one setting must be provided");
      const settings = applySettings(call.service, instance, sent);
      return success({ message: "Settings updated successfully", settings });
    },
  },
  {
    method: "GET",
    path: "/api/instance/getSettings/:instance",
    auth: "either",
    handler: (call) => {
      const { settings } = call.service.store.blocks(instanceOf(call));
      return success({
        message: "Settings retrieved successfully",
        settings: settingsView(settings, call.service.readings),
      });
    },
  },
];

export function settingsView(settings: Settings | undefined, readings: Readings): object | null {
  return settings ?? (readings.neverSet === "null" ? null : defaultSettings);
}

/** Fields that were not sent keep their value. */
export function applySettings(service: Service, instance: Instance, sent: Partial<Settings>): Settings {
  service.faults.checkBlock("settings", instance.name);
  const settings = { ...defaultSettings, ...service.store.blocks(instance).settings, ...sent };
  service.store.setBlock(instance, "settings", settings);
  return settings;
}

export function sentSettings(body: z.infer<typeof settingsSchema>): Partial<Settings> {
  const names = Object.keys(defaultSettings) as (keyof Settings)[];
  const sent = names.flatMap((name) => (body[name] == null ? [] : [[name, body[name]]]));
  return Object.fromEntries(sent) as Partial<Settings>;
}
