import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { endpoint } from "../provider/ryzeapi/endpoint.ts";
import { cleanMessage } from "../provider/ryzeapi/errors.ts";
import { connectionOf, isIdle, statusOf, type InstanceStatus } from "./connection.ts";

/** What is shown to whoever holds the phone. */
export type Code = { readonly qrCode: string } | { readonly pairingCode: string };

type Show = (code: Code, renewedAt: Date) => void;

/** A QR code lives about 20 s, and the next one takes a moment to come. */
const QR_RENEWED_AFTER_MS = 16_000;
/** WhatsApp closes the connection that a pairing code belongs to after 160 s. */
const PAIRING_RENEWED_AFTER_MS = 150_000;
const POLL_MS = 2_000;

const connect = endpoint({
  method: "GET",
  route: "/api/instance/connect/:instance",
  idempotent: true,
  // The service itself waits up to 60 s for a code.
  timeoutSeconds: 75,
  reachesWhatsApp: true,
  answer: z.looseObject({
    status: z.string().nullish().catch(undefined),
    qrCode: z.string().nullish(),
    pairingCode: z.string().nullish(),
  }),
});

/** Shows codes until the instance is connected, with a pairing code where a number is given. */
export async function pair(
  account: AccountClient,
  name: string,
  number: string | undefined,
  show: Show,
): Promise<InstanceStatus> {
  let instance = await statusOf(account, name);
  while (connectionOf(instance.status) !== "connected") {
    const answer = await account
      .instance(name, instance.token, [])
      .call(connect, undefined, number === undefined ? undefined : { number });
    const code = codeIn(answer);
    const lifetime = number === undefined ? QR_RENEWED_AFTER_MS : PAIRING_RENEWED_AFTER_MS;
    const renewedAt = new Date(Date.now() + lifetime);
    if (code !== undefined) show(code, renewedAt);
    instance = await waitForConnection(account, name, renewedAt);
  }
  return instance;
}

/** An answer without a code is no failure: an instance with a saved session connects without one. */
function codeIn({ qrCode, pairingCode }: z.infer<typeof connect.answer>): Code | undefined {
  if (pairingCode) return { pairingCode: cleanMessage(pairingCode, []) };
  return qrCode ? { qrCode } : undefined;
}

/** Until the instance is connected, or another code is due. */
async function waitForConnection(account: AccountClient, name: string, until: Date): Promise<InstanceStatus> {
  const first = await statusOf(account, name);
  for (let instance = first; ; instance = await statusOf(account, name)) {
    const connection = connectionOf(instance.status);
    if (connection === "connected" || Date.now() >= until.getTime()) return instance;
    if (connection === "banned") throw new Error(`WhatsApp has banned the number of "${name}"`);
    if (connection === "loggedout" && connectionOf(first.status) !== "loggedout") throw loggedOut(name);
    if (isIdle(instance.status) && !isIdle(first.status)) return instance;
    await sleep(Math.max(0, Math.min(POLL_MS, until.getTime() - Date.now())));
  }
}

function loggedOut(name: string): Error {
  return new Error(
    `"${name}" was logged out while it waited for the phone. Run \`npx ryzeapi connect\` again for a new code`,
  );
}
