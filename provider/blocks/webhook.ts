import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { DEFAULT_LABEL } from "../definitions/webhook-resource.ts";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { storedBlock, type Block } from "./block.ts";
import { recordOf } from "./records.ts";

const row = recordOf(BLOCK_FIELDS.webhook).and(z.object({ label: z.string() }));

const getWebhook = endpoint({
  method: "GET",
  route: "/api/events/getWebhook/:instance",
  idempotent: true,
  answer: z.looseObject({ webhooks: z.array(row).nullable() }),
});

/** A webhook by its label, which is its key within the instance [docs: /en/api/events/webhook-configure]. */
export function webhookLabelled(label: string): Block {
  const block = storedBlock("webhook", BLOCK_FIELDS.webhook, {
    route: "/api/events/webhook/:instance",
    key: { label },

    async read(instance) {
      const { webhooks } = await instance.call(getWebhook);
      const found = webhooks?.find((each) => each.label === label);
      return (found && block.observe(found)) ?? { enabled: false };
    },
  });
  return block;
}

/** The one webhook that creation configures and listings show. */
export const webhook = webhookLabelled(DEFAULT_LABEL);

/** So many webhooks of an instance can be enabled at once [docs: /en/api/events/webhook-configure]. */
export const MOST_ENABLED = 3;

export async function enabledLabels(instance: InstanceClient): Promise<string[]> {
  const { webhooks } = await instance.call(getWebhook);
  return (webhooks ?? []).filter(({ enabled }) => enabled === true).map(({ label }) => label);
}

/** The labels of an instance's webhooks beside the block's own, enabled or not. */
export async function furtherLabels(instance: InstanceClient): Promise<string[]> {
  const { webhooks } = await instance.call(getWebhook);
  return (webhooks ?? []).map(({ label }) => label).filter((label) => label !== DEFAULT_LABEL);
}
