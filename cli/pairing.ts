import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { endpoint } from "../provider/ryzeapi/endpoint.ts";
import { cleanMessage } from "../provider/ryzeapi/errors.ts";
import { connectionOf, isIdle, statusOf, type InstanceStatus } from "./connection.ts";
import { banned, loggedOut } from "./pairing-error.ts";

/** What is shown to whoever holds the phone. A picture is a `data:` address, for a service that sends nothing else. */
export type Code =
  { readonly qrCode: string } | { readonly pairingCode: string } | { readonly qrPicture: string };

type Show = (code: Code, renewedAt: Date) => void;

/** The state of the instance, asked for after this call; the last one that is known where no answer comes until then. */
export type Look = (until: Date) => Promise<InstanceStatus>;

export interface Candidate {
  readonly name: string;
  /** Of the phone, for a pairing code; undefined for a QR code. */
  readonly number: string | undefined;
}

/** A QR code lives about 20 s, and the next one takes a moment to come. */
const QR_RENEWED_AFTER_MS = 16_000;
/** WhatsApp closes the connection that a pairing code belongs to after 160 s. */
const PAIRING_RENEWED_AFTER_MS = 150_000;
/** How long after one look the next one follows while a code is shown. */
export const LOOK_EVERY_MS = 2_000;

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

/** Shows codes until the instance, whose state is known, is connected; pairing codes where a number is given. */
export async function pair(
  account: AccountClient,
  { name, number }: Candidate,
  known: InstanceStatus,
  look: Look,
  show: Show,
): Promise<InstanceStatus> {
  let instance = known;
  while (connectionOf(instance.status) !== "connected") {
    const code = await askForCode(account, name, instance.token, number);
    const lifetime = number === undefined ? QR_RENEWED_AFTER_MS : PAIRING_RENEWED_AFTER_MS;
    const renewedAt = new Date(Date.now() + lifetime);
    if (code !== undefined) show(code, renewedAt);
    instance = await waitForConnection(name, look, renewedAt);
  }
  return instance;
}

/** Looks at one instance alone, no more often than needed. */
export function lookingAt(account: AccountClient, name: string): Look {
  let nextAt = 0;
  return async (until) => {
    await sleep(Math.max(0, Math.min(nextAt, until.getTime()) - Date.now()));
    nextAt = Date.now() + LOOK_EVERY_MS;
    return await statusOf(account, name);
  };
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
    return codeIn(await account.instance(name, token, []).call(connect, undefined, query));
  } catch (error) {
    const { status } = await statusOf(account, name).catch(() => ({ status: "" }));
    if (connectionOf(status) === "connected") return undefined;
    throw error;
  }
}

function codeIn(answer: z.infer<typeof connect.answer>): Code | undefined {
  const places = [answer, answer.data ?? {}];
  const pairingCode = places.map((place) => place.pairingCode).find(Boolean);
  if (pairingCode) return { pairingCode: inHalves(cleanMessage(pairingCode, [])) };
  const qrCode = places.map((place) => place.qrCode).find(Boolean);
  if (qrCode) return { qrCode };
  const picture = places.map((place) => place.qrCodeBase64).find(Boolean);
  return picture ? { qrPicture: addressOf(picture) } : undefined;
}

/** WhatsApp shows two fields of four characters. */
function inHalves(pairingCode: string): string {
  return pairingCode.replace(/^(\w{4})(\w{4})$/, "$1-$2");
}

const PNG = "data:image/png;base64,";

/** As documented, or the base64 alone as clients have seen it. */
function addressOf(picture: string): string {
  return picture.startsWith(PNG) ? picture : PNG + picture;
}

/** Until the instance is connected, or another code is due. */
async function waitForConnection(name: string, look: Look, until: Date): Promise<InstanceStatus> {
  const first = await look(until);
  for (let instance = first; ; instance = await look(until)) {
    const connection = connectionOf(instance.status);
    if (connection === "connected" || Date.now() >= until.getTime()) return instance;
    if (connection === "banned") throw banned(name);
    if (connection === "loggedout" && connectionOf(first.status) !== "loggedout") throw loggedOut(name);
    if (isIdle(instance.status) && !isIdle(first.status)) return instance;
  }
}
