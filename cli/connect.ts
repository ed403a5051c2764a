import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { renderUnicodeCompact } from "uqr";
import * as z from "zod";
import { bornOf } from "../provider/creation.ts";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { endpoint } from "../provider/ryzeapi/endpoint.ts";
import { cleanMessage } from "../provider/ryzeapi/errors.ts";
import { accountClient } from "./account.ts";
import { tokenFromOutput } from "./stack.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi connect NAME [--number DIGITS] [--token-output OUTPUT [--stack STACK]] [--json]

Pairs a phone with an instance: shows a QR code, renews it before it expires, and ends when the instance is connected.

  --number DIGITS         print a pairing code for this number (country code first) instead of a QR code
  --token-output OUTPUT   take the instance's token from this output of a stack (default: RYZEAPI_TOKEN)
  --stack STACK           the stack of that output (default: the one that is selected in this folder)
  --json                  for scripts: one JSON object per line`;

/** A QR code lives about 20 s; a pairing code is given more time to be typed. */
const QR_LIFETIME_MS = 18_000;
const PAIRING_LIFETIME_MS = 60_000;
const POLL_MS = 2_000;
const GIVE_UP_AFTER_MS = 5 * 60_000;

const connect = endpoint({
  method: "GET",
  route: "/api/instance/connect/:instance",
  idempotent: true,
  // The service itself waits up to 60 s for a code.
  timeoutSeconds: 75,
  answer: z.looseObject({
    status: z.string().nullish(),
    qrCode: z.string().nullish(),
    pairingCode: z.string().nullish(),
  }),
});

type Code = z.infer<typeof connect.answer>;

export async function connectCommand(args: readonly string[]): Promise<void> {
  const { name, options } = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  if (name === undefined) throw new UsageError("the name of the instance is missing", HELP);
  const number = options.number?.replace(/^\+/, "");
  if (number !== undefined && !/^\d{6,15}$/.test(number)) {
    throw new UsageError("--number takes digits only, country code first, such as 5511999999999", HELP);
  }
  const token = options["token-output"] && (await tokenFromOutput(options["token-output"], options.stack));
  const screen = options.json === true ? new JsonLines() : new Terminal();
  await pair(accountClient(token), name, number, screen);
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        number: { type: "string" },
        "token-output": { type: "string" },
        stack: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return { name: positionals[0], options: values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), HELP);
  }
}

async function pair(
  account: AccountClient,
  name: string,
  number: string | undefined,
  screen: Screen,
): Promise<void> {
  const until = Date.now() + GIVE_UP_AFTER_MS;
  const lifetime = number === undefined ? QR_LIFETIME_MS : PAIRING_LIFETIME_MS;
  let instance = await stateOf(account, name);
  while (instance.status !== "connected") {
    if (Date.now() > until)
      throw new Error(`"${name}" was not paired within ${GIVE_UP_AFTER_MS / 60_000} minutes`);
    const code = await account
      .instance(name, instance.token, [])
      .call(connect, undefined, number === undefined ? undefined : { number });
    if (code.status === "connected") break;
    screen.show(code);
    instance = await waitForConnection(account, name, Date.now() + lifetime);
  }
  const { numberJid } = await stateOf(account, name);
  screen.connected(name, numberJid);
}

async function waitForConnection(account: AccountClient, name: string, until: number) {
  let instance = await stateOf(account, name);
  while (instance.status !== "connected" && Date.now() < until) {
    await sleep(POLL_MS);
    instance = await stateOf(account, name);
  }
  return instance;
}

async function stateOf(account: AccountClient, name: string) {
  const found = await account.listing.lookUp(name);
  if (found !== undefined) return bornOf(found);
  throw new Error(
    `there is no instance named "${name}" at ${account.origin}, or the token is another instance's`,
  );
}

interface Screen {
  show(code: Code): void;
  connected(name: string, numberJid: string | undefined): void;
}

/** Shows each code in the place of the one before, where the terminal can. */
class Terminal implements Screen {
  #lines = 0;

  show({ qrCode, pairingCode }: Code): void {
    const text = pairingCode
      ? `Pairing code: ${cleanMessage(pairingCode, [])}\nWhatsApp > Linked devices > Link a device > Link with phone number instead`
      : `${renderUnicodeCompact(qrCode ?? "", { border: 2 })}\nWhatsApp > Linked devices > Link a device: scan this code. It is renewed until it is used; Ctrl-C ends.`;
    if (process.stdout.isTTY && this.#lines > 0) process.stdout.write(`\u001b[${this.#lines}A\u001b[J`);
    console.log(text);
    this.#lines = text.split("\n").length;
  }

  connected(name: string, numberJid: string | undefined): void {
    console.log(`"${name}" is connected${numberJid === undefined ? "" : ` as ${numberJid}`}.`);
  }
}

/** One JSON object per line, for scripts. */
class JsonLines implements Screen {
  show({ qrCode, pairingCode }: Code): void {
    console.log(
      JSON.stringify(pairingCode ? { event: "pairingCode", pairingCode } : { event: "qrCode", qrCode }),
    );
  }

  connected(name: string, numberJid: string | undefined): void {
    console.log(JSON.stringify({ event: "connected", name, numberJid }));
  }
}
