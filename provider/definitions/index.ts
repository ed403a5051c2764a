import { chatwootFields } from "./chatwoot.ts";
import type { Fields } from "./field.ts";
import { proxyFields } from "./proxy.ts";
import { s3Fields } from "./s3.ts";
import { settingsFields } from "./settings.ts";
import { switchFields } from "./switch.ts";
import { webhookFields } from "./webhook.ts";
import { websocketFields } from "./websocket.ts";

/** The fields of every block of an instance. */
export const BLOCK_FIELDS = {
  proxy: { ...switchFields, ...proxyFields },
  webhook: { ...switchFields, ...webhookFields },
  websocket: { ...switchFields, ...websocketFields },
  chatwoot: { ...switchFields, ...chatwootFields },
  settings: settingsFields,
  s3: { ...switchFields, ...s3Fields },
} as const satisfies Record<string, Fields>;
