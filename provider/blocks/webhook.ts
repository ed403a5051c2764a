import * as z from "zod";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import type { Block } from "./block.ts";
import { events, flag, httpUrl, sameEvents, switchable, switchableNames, text } from "./fields.ts";
import { observedOr, readRecord, recordEvents, recordFlag, recordText } from "./records.ts";

type Webhook = Readonly<{
  enabled: boolean;
  url?: string;
  authorization?: string;
  byEvents?: boolean;
  events?: string[];
  mediaBase64?: boolean;
}>;

/** The arguments of a webhook, whatever its label. */
export const webhookFields = {
  url: httpUrl().optional(),
  authorization: text().optional(),
  byEvents: flag().optional(),
  events: events().optional(),
  mediaBase64: flag().optional(),
};

const record = z.object({
  enabled: recordFlag,
  url: recordText,
  authorization: recordText,
  byEvents: recordFlag,
  events: recordEvents,
  mediaBase64: recordFlag,
});

const setWebhook = endpoint({
  method: "POST",
  route: "/api/events/webhook/:instance",
  idempotent: true,
  answer: z.looseObject({ webhook: z.unknown().optional() }),
});

const getWebhook = endpoint({
  method: "GET",
  route: "/api/events/getWebhook/:instance",
  idempotent: true,
  answer: z.looseObject({ webhooks: z.array(record.extend({ label: z.string() })).nullable() }),
});

/** A webhook by its label, which is its key within the instance [docs: /en/api/events/webhook-configure]. */
export function webhookLabelled(label: string): Block<Webhook> {
  const block: Block<Webhook> = {
    name: "webhook",
    schema: switchable<Webhook>(webhookFields, ["url"]),
    fields: switchableNames(webhookFields),
    secrets: ["authorization"],
    unreadable: [],
    directives: [],

    createFields: (declared) => ({
      webhookEnabled: true,
      webhookURL: declared.url,
      webhookAuthorization: declared.authorization,
      webhookByEvents: declared.byEvents,
      webhookEvents: declared.events,
      webhookMediaBase64: declared.mediaBase64,
    }),

    observe: (value) => readRecord(record, value),

    async read(instance) {
      const { webhooks } = await instance.call(getWebhook);
      const found = webhooks?.find((each) => each.label === label);
      return (found && block.observe(found)) ?? { enabled: false };
    },

    async apply(instance, { declared }) {
      const answer = await instance.call(setWebhook, { label, ...declared });
      return observedOr(block.observe(answer.webhook), declared);
    },

    async withdraw(instance) {
      await instance.call(setWebhook, { label, enabled: false });
      return { enabled: false };
    },

    isWithdrawn: (_declared, observed) => observed.enabled === false,

    equal: (field, left, right) => (field === "events" ? sameEvents(left, right) : left === right),
  };
  return block;
}

/** The one webhook that creation configures and listings show. */
export const webhook = webhookLabelled("default");

/** So many webhooks of an instance can be enabled at once [docs: /en/api/events/webhook-configure]. */
export const MOST_ENABLED = 3;

export async function enabledLabels(instance: InstanceClient): Promise<string[]> {
  const { webhooks } = await instance.call(getWebhook);
  return (webhooks ?? []).filter(({ enabled }) => enabled === true).map(({ label }) => label);
}

/** The labels of an instance's webhooks, enabled or not. */
export async function webhookLabels(instance: InstanceClient): Promise<string[]> {
  const { webhooks } = await instance.call(getWebhook);
  return (webhooks ?? []).map(({ label }) => label);
}
