import * as z from "zod";
import { LONGEST_MESSAGE } from "../lengths.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { pick, type Values } from "../values.ts";
import type { Block, Change } from "./block.ts";
import { anyText, flag, group, orUnknown } from "./fields.ts";
import { observedOr, readRecord, recordFlag, recordText } from "./records.ts";

type Settings = Readonly<{
  autoRejectCalls?: boolean;
  callRejectMessage?: string;
  ignoreGroupMessages?: boolean;
  keepOnlineStatus?: boolean;
  autoReadMessages?: boolean;
  disableHistorySync?: boolean;
  ignoreStatus?: boolean;
}>;

/** What a setting is when nobody set it [docs: /en/api/instance/settings-read]. */
const DEFAULTS = {
  autoRejectCalls: false,
  callRejectMessage: "",
  ignoreGroupMessages: false,
  keepOnlineStatus: false,
  autoReadMessages: false,
  disableHistorySync: true,
  ignoreStatus: false,
} as const satisfies Required<Settings>;

const fields = {
  autoRejectCalls: flag().optional(),
  callRejectMessage: anyText(LONGEST_MESSAGE).optional(),
  ignoreGroupMessages: flag().optional(),
  keepOnlineStatus: flag().optional(),
  autoReadMessages: flag().optional(),
  disableHistorySync: flag().optional(),
  ignoreStatus: flag().optional(),
};

const record = z.object({
  autoRejectCalls: recordFlag,
  callRejectMessage: recordText,
  ignoreGroupMessages: recordFlag,
  keepOnlineStatus: recordFlag,
  autoReadMessages: recordFlag,
  disableHistorySync: recordFlag,
  ignoreStatus: recordFlag,
});

const setSettings = endpoint({
  method: "POST",
  route: "/api/instance/settings/:instance",
  idempotent: true,
  answer: z.looseObject({ settings: z.unknown().optional() }),
});

const getSettings = endpoint({
  method: "GET",
  route: "/api/instance/getSettings/:instance",
  idempotent: true,
  answer: z.looseObject({ settings: record }),
});

/** The behaviour flags [docs: /en/api/instance/settings-update]. */
export const settings: Block<Settings> = {
  name: "settings",
  schema: orUnknown(group(fields) as z.ZodType<Settings>),
  fields: Object.keys(fields),
  secrets: [],
  unreadable: [],
  directives: [],

  createFields: (declared) => declared,

  observe(value) {
    const found = readRecord(record, value);
    return found && Object.keys(found).length > 0 ? found : undefined;
  },

  async read(instance) {
    return settings.observe((await instance.call(getSettings)).settings) ?? {};
  },

  async apply(instance, change) {
    const fields = changedFields(change);
    const known = { ...change.observed, error: undefined };
    if (Object.keys(fields).length === 0) return observedOr(change.declared, known);
    const answer = await instance.call(setSettings, fields);
    return observedOr(settings.observe(answer.settings), { ...known, ...fields });
  },

  async withdraw(instance, declared) {
    const defaults = defaultsOf(declared);
    if (Object.keys(defaults).length > 0) await instance.call(setSettings, defaults);
    return defaults;
  },

  isWithdrawn: (declared, observed) =>
    Object.entries(defaultsOf(declared)).every(([field, value]) => observed[field] === value),
};

/**
 * A field that the program no longer names goes back to its default; the service keeps every field not sent. Where
 * nothing was declared before, what was just observed is what there is.
 */
function changedFields({ declared, before, observed }: Change<Settings>): Values {
  const wanted: Values = { ...defaultsOf(before ?? {}), ...declared };
  const last: Values = before ?? observed ?? {};
  const changed = Object.entries(wanted).filter(
    ([field, value]) => observed?.error !== undefined || last[field] !== value || observed?.[field] !== value,
  );
  return Object.fromEntries(changed);
}

function defaultsOf(declared: Settings): Values {
  return pick(DEFAULTS, Object.keys(declared));
}
