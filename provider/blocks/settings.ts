import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { pick, type Values } from "../values.ts";
import { blockOf, type Change } from "./block.ts";
import { observedOr, readRecord, recordOf } from "./records.ts";

const record = recordOf(BLOCK_FIELDS.settings);

/** [docs: /en/api/instance/settings-read] */
const DEFAULTS: Values = Object.fromEntries(
  Object.entries(BLOCK_FIELDS.settings).map(([name, { traits }]) => [name, traits.serviceDefault]),
);

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
  answer: z.looseObject({ settings: record.nullable() }),
});

/** The behaviour flags [docs: /en/api/instance/settings-update]. */
export const settings = blockOf("settings", BLOCK_FIELDS.settings, {
  observe(value) {
    const found = readRecord(record, value);
    return found && Object.keys(found).length > 0 ? found : undefined;
  },

  async read(instance) {
    const { settings: found } = await instance.call(getSettings);
    // Nobody has set them yet.
    return found === null ? DEFAULTS : (settings.observe(found) ?? {});
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
});

/**
 * A field that the program no longer names goes back to its default; the service keeps every field not sent. Where
 * nothing was declared before, what was just observed is what there is.
 */
function changedFields({ declared, before, observed }: Change): Values {
  const wanted: Values = { ...defaultsOf(before ?? {}), ...declared };
  const last: Values = before ?? observed ?? {};
  const changed = Object.entries(wanted).filter(
    ([field, value]) => observed?.error !== undefined || last[field] !== value || observed?.[field] !== value,
  );
  return Object.fromEntries(changed);
}

/** What those settings are where nobody set them. */
function defaultsOf(declared: Values): Values {
  return pick(DEFAULTS, Object.keys(declared));
}
