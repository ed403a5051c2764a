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

/** They stand in the answer itself [docs: /en/api/instance/connect], or in its `data` as clients have seen. */
const codes = {
  qrCode: z.string().nullish(),
  qrCodeBase64: z.string().nullish(),
  pairingCode: z.string().nullish(),
};

const connect = endpoint({
  method: "GET",
  route: "/api/instance/connect/:instance",
  idempotent: true,
  // The service itself waits up to 60 s for a code.
  timeoutSeconds: 75,
  reachesWhatsApp: true,
  answer: z.looseObject({ ...codes, data: z.looseObject(codes).nullish().catch(undefined) }),
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
    const code = await askForCode(account, name, instance.token, number);
    const lifetime = number === undefined ? QR_RENEWED_AFTER_MS : PAIRING_RENEWED_AFTER_MS;
    const renewedAt = new Date(Date.now() + lifetime);
    if (code !== undefined) show(code, renewedAt);
    instance = await waitForConnection(account, name, renewedAt);
  }
  return instance;
}

/** No code is no failure: an instance with a saved session connects without one, and so does one that was connected meanwhile. */
async function askForCode(
  account: AccountClient,
  name: string,
  token: string | undefined,
  number: string | undefined,
): Promise<Code | undefined> {
  const query = number === undefined ? undefined : { number };
  try {
    return codeIn(name, await account.instance(name, token, []).call(connect, undefined, query));
  } catch (error) {
    const { status } = await statusOf(account, name).catch(() => ({ status: "" }));
    if (connectionOf(status) === "connected") return undefined;
    throw error;
  }
}

function codeIn(name: string, answer: z.infer<typeof connect.answer>): Code | undefined {
  const places = [answer, answer.data ?? {}];
  const pairingCode = places.map((place) => place.pairingCode).find(Boolean);
  if (pairingCode) return { pairingCode: inHalves(cleanMessage(pairingCode, [])) };
  const qrCode = places.map((place) => place.qrCode).find(Boolean);
  if (qrCode) return { qrCode };
  if (places.some((place) => place.qrCodeBase64)) throw pictureOnly(name);
  return undefined;
}

/** WhatsApp shows two fields of four characters. */
function inHalves(pairingCode: string): string {
  return pairingCode.replace(/^(\w{4})(\w{4})$/, "$1-$2");
}

function pictureOnly(name: string): Error {
  return new Error(
    `RyzeAPI sent the QR code of "${name}" as a picture alone, which a terminal cannot show. Run \`npx ryzeapi connect\` with ` +
      "`--number DIGITS`, the number of the phone: it shows a code to type in instead",
  );
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
