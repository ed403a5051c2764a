/**
 * WhatsApp instances on RyzeAPI for Pulumi programs.
 *
 * @packageDocumentation
 */
export type {
  AccountArgs,
  ChatwootArgs,
  ProxyArgs,
  RyzeEvent,
  RyzeInstanceArgs,
  RyzeWebhookArgs,
  S3Args,
  SettingsArgs,
  WebhookArgs,
  WebsocketArgs,
} from "./arguments.ts";
export { RyzeInstance } from "./instance.ts";
export { RyzeWebhook } from "./webhook.ts";
export {
  getRyzeInstance,
  getRyzeInstanceOutput,
  getRyzeInstances,
  getRyzeInstancesOutput,
} from "./lookup.ts";
export type {
  RyzeInstanceInfo,
  RyzeInstanceLookup,
  RyzeInstanceOutputs,
  RyzeInstancesLookup,
  RyzeInstanceSummary,
} from "./lookup.ts";
export type { Chatwoot, ObservedBlocks, Proxy, S3, Settings, Webhook, Websocket } from "./results.ts";
