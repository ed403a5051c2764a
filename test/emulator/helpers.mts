import { onTestFinished } from "vitest";
import { startChatwoot, type ChatwootOptions, type ChatwootStandIn } from "./chatwoot-standin.mts";
import { startEmulator, type Emulator, type EmulatorOptions } from "./emulator.mts";
import { defaultReadings } from "./readings.mts";

export interface Reply {
  status: number;
  headers: Headers;
  body: unknown;
}

export interface SendOptions {
  /** Default: the first account's; null: none. */
  token?: string | null;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** An emulator for one test of its own answers: what RYZEAPI_READINGS says is none of them. Closed at its end. */
export async function emulatorFor(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({
    ...options,
    readings: { ...defaultReadings(), ...options.readings },
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

export async function chatwootFor(options?: ChatwootOptions): Promise<ChatwootStandIn> {
  const chatwoot = await startChatwoot(options);
  onTestFinished(() => chatwoot.close());
  return chatwoot;
}

/** Sends "METHOD /path"; a text body goes out as it is, everything else as JSON. */
export async function send(
  emulator: Emulator,
  request: string,
  body?: unknown,
  { token = emulator.accountToken, headers = {}, signal }: SendOptions = {},
): Promise<Reply> {
  const [method = "GET", path = "/"] = request.split(" ");
  const response = await fetch(emulator.url + path, {
    method,
    headers: { ...(token === null ? {} : { token }), ...headers },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    signal: signal ?? null,
  });
  return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
}

export async function create(emulator: Emulator, name: string, body: object = {}): Promise<string> {
  const reply = await send(emulator, "POST /api/instance/new", { name, ...body });
  if (reply.status >= 300)
    throw new Error(`Create was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  return (reply.body as { instance: { token: string } }).instance.token;
}

export function failure(message: string): object {
  return { success: false, error: { message } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
