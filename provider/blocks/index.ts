import type { Block } from "./block.ts";
import { chatwoot } from "./chatwoot.ts";
import { proxy } from "./proxy.ts";
import { s3 } from "./s3.ts";
import { settings } from "./settings.ts";
import { webhook } from "./webhook.ts";
import { websocket } from "./websocket.ts";

/** Every block of an instance; a new one is a file beside this one and a line here. */
export const BLOCKS: readonly Block[] = [proxy, webhook, websocket, chatwoot, settings, s3];
