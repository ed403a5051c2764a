import type { RyzeInstanceArgs, RyzeWebhookArgs } from "pulumi-ryzeapi";

import type { Emulator, InstancePatch, InstanceView } from "../emulator/emulator.mts";
import { without } from "../support/instance.mts";
import { ryzeapi } from "../support/stack.mts";

/** What a frozen state belongs to: the program that declared it, and what RyzeAPI had. Its secrets are made up. */
export interface Scene {
  readonly accountToken: string;
  readonly declared: Declared;
  /** By the instances' names. */
  readonly held: Readonly<Record<string, InstancePatch>>;
}

/** By the resources' names. */
export interface Declared {
  readonly instances: Readonly<Record<string, RyzeInstanceArgs>>;
  /** All of them are the instance orion's, and get its token as well. */
  readonly webhooks: Readonly<Record<string, RyzeWebhookArgs>>;
}

export function declare({ instances, webhooks }: Declared): void {
  const declared = new Map(
    Object.entries(instances).map(([name, args]) => [name, new ryzeapi.RyzeInstance(name, args)]),
  );
  const orion = declared.get("orion");
  if (orion === undefined) throw new Error("Every scene has an instance orion.");
  for (const [name, args] of Object.entries(webhooks))
    new ryzeapi.RyzeWebhook(name, { ...args, instance: orion.name, token: orion.token });
}

/** What has to be put into an emulator to have the instance there again. */
export function heldOf({ id, token, state, numberJid, ...blocks }: InstanceView): InstancePatch {
  const { proxy, webhooks, websocket, chatwoot, settings, s3 } = blocks;
  return {
    ...{ id, token, state, numberJid, proxy, websocket, settings, s3 },
    webhooks: Object.fromEntries(
      Object.entries(webhooks).map(([label, webhook]) => [label, without(webhook, "label")]),
    ),
    ...(chatwoot && { chatwoot: without(chatwoot, "createdAt") }),
  };
}

/** The instances are there as they were, ids included. */
export async function restore(emulator: Emulator, { held }: Scene): Promise<void> {
  for (const [name, patch] of Object.entries(held)) {
    const answer = await fetch(`${emulator.url}/api/instance/new`, {
      method: "POST",
      headers: { token: emulator.accountToken, "content-type": "application/json" },
      body: JSON.stringify({ name }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    emulator.patchInstance(name, patch);
  }
  emulator.clearRequests();
}
