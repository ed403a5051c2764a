/**
 * What must compile and what must not: `npm run typecheck` fails where a marked line compiles, or another does not.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  getRyzeInstance,
  getRyzeInstanceOutput,
  type ObservedBlocks,
  type RyzeInstance,
  type RyzeInstanceArgs,
  type RyzeWebhookArgs,
} from "pulumi-ryzeapi";

const config = new pulumi.Config();
const secret = config.requireSecret("secret");
const isOn: boolean = config.requireBoolean("isOn");

export const accepted: RyzeInstanceArgs[] = [
  {},
  { name: secret, token: "t", adopt: true, onBlockFailure: "fail", account: { token: secret } },
  { proxy: { host: "h", port: "1080", protocol: "socks5", password: secret, reconnect: false } },
  {
    proxy: { enabled: false },
    webhook: { enabled: false },
    websocket: { enabled: false },
    chatwoot: { enabled: false },
    s3: { enabled: false },
  },
  { proxy: { enabled: false, host: "h" } },
  { chatwoot: { enabled: false, apiToken: secret, accountId: 1 } },
  { proxy: { enabled: isOn, host: "h", port: 1, protocol: "http" } },
  {
    webhook: {
      url: "https://example.com",
      events: ["message.exchange", pulumi.output("call.update" as const)],
    },
  },
  { webhook: pulumi.output({ url: "https://example.com" }) },
  { webhook: Promise.resolve({ enabled: false as const }) },
  { websocket: {} },
  {
    webhook: secret.apply((url) => (url === "" ? undefined : { url })),
    chatwoot: Promise.resolve(undefined),
  },
  { account: pulumi.output(undefined) },
  { chatwoot: { baseUrl: "https://example.com", accountId: 1, apiToken: secret } },
  { settings: { disableHistorySync: pulumi.output(false) } },
  { s3: { region: "r", bucket: "b", accessKey: "a", secretKey: secret } },
];

export const refused: RyzeInstanceArgs[] = [
  // @ts-expect-error a Chatwoot block needs apiToken
  { chatwoot: { baseUrl: "https://example.com", accountId: 1 } },
  // @ts-expect-error the account is a number
  { chatwoot: { baseUrl: "https://example.com", accountId: "1", apiToken: "t" } },
  // @ts-expect-error an unknown event
  { webhook: { url: "https://example.com", events: ["message.exchnge"] } },
  // @ts-expect-error a webhook needs url
  { webhook: { events: [] } },
  // @ts-expect-error whether it is on is not known, so the rest is needed
  { webhook: { enabled: isOn } },
  // @ts-expect-error an S3 block needs secretKey
  { s3: { region: "r", bucket: "b", accessKey: "a" } },
  // @ts-expect-error a block that is on needs the rest
  { chatwoot: { enabled: true } },
  // @ts-expect-error a WebSocket has the same events
  { websocket: { events: ["message"] } },
  // @ts-expect-error a proxy needs host, port and protocol
  { proxy: { host: "h" } },
  // @ts-expect-error an unknown field beside enabled: false
  { proxy: { enabled: false, hots: "h" } },
  // @ts-expect-error a wrong type beside enabled: false
  { proxy: { enabled: false, host: 1 } },
  // @ts-expect-error settings cannot be switched off
  { settings: { enabled: false } },
  // @ts-expect-error a flag is no text
  { settings: { autoRejectCalls: "true" } },
  // @ts-expect-error an unknown protocol
  { proxy: { host: "h", port: 1, protocol: "ftp" } },
  // @ts-expect-error an unknown argument
  { proxxy: {} },
  // @ts-expect-error an unknown field
  { websocket: { byEvents: true } },
  // @ts-expect-error neither warn nor fail
  { onBlockFailure: "ignore" },
];

export const webhooks: RyzeWebhookArgs[] = [
  { instance: "orion", url: "https://example.com" },
  { instance: "orion", enabled: false },
  { instance: "orion", enabled: false, url: "https://example.com", label: "audit", token: secret },
  // @ts-expect-error a webhook belongs to an instance
  { url: "https://example.com" },
  // @ts-expect-error a webhook needs url
  { instance: "orion" },
  // @ts-expect-error an unknown event
  { instance: "orion", url: "https://example.com", events: ["message.exchnge"] },
  // @ts-expect-error an argument of RyzeInstance
  { instance: "orion", url: "https://example.com", onBlockFailure: "fail" },
];

export async function lookUps(name: pulumi.Output<string>): Promise<pulumi.Output<string | undefined>[]> {
  // @ts-expect-error a name that is not known yet needs getRyzeInstanceOutput
  await getRyzeInstance({ name });
  // @ts-expect-error a look-up needs a name
  await getRyzeInstance({});
  return [(await getRyzeInstance({ name: "orion" })).token, getRyzeInstanceOutput({ name }).token];
}

export function outputs(instance: RyzeInstance): pulumi.Output<string | undefined>[] {
  return [instance.token, instance.status, instance.observed.apply(({ chatwoot }) => chatwoot?.status)];
}

/** Secrets are never part of what was observed. */
export const observedSecrets: Record<"authorization" | "password" | "secretKey" | "apiToken", false> = {
  authorization: false satisfies Has<"webhook", "authorization">,
  password: false satisfies Has<"proxy", "password">,
  secretKey: false satisfies Has<"s3", "secretKey">,
  apiToken: false satisfies Has<"chatwoot", "apiToken">,
};

type Has<Block extends keyof ObservedBlocks, Field extends string> = Field extends keyof NonNullable<
  ObservedBlocks[Block]
>
  ? true
  : false;
