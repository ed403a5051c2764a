import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { AnswerFault } from "./faults.mts";

/** What goes out in place of the genuine answer. */
export interface Tampered {
  status?: number;
  headers: Record<string, string>;
  body: string | Readable;
}

const json = { "content-type": "application/json; charset=utf-8" };

/** `dropped` is left to the server, which owns the socket. */
export function tamper(fault: AnswerFault, genuine: string, signal: AbortSignal): Tampered | "dropped" {
  const half = genuine.slice(0, Math.ceil(genuine.length / 2));
  switch (fault.kind) {
    case "drop-before":
    case "drop-after":
      return "dropped";
    case "status":
      return errorAnswer(fault.status, fault.message, fault.headers);
    case "html":
      return fault.form === "html" ? htmlPage(fault.status) : jsonPage(fault.status);
    case "land-late":
      if (fault.answer === "drop") return "dropped";
      return fault.answer === "html" ? htmlPage(fault.status) : errorAnswer(fault.status, fault.message);
    case "cut-json":
      return { headers: json, ...cut(genuine, half, fault.ending) };
    case "wrong-types":
      return { headers: json, body: JSON.stringify(mistyped(JSON.parse(genuine))) };
    case "edit-json":
      return { headers: json, body: edited(genuine, fault.path, fault.value) };
    case "slow-body":
      return { headers: json, body: Readable.from(inTwoParts(genuine, half.length, fault.ms, signal)) };
    case "raw-body":
      return { headers: json, body: fault.text };
  }
}

function errorAnswer(
  status: number,
  message = `Injected status ${status}`,
  headers: Record<string, string> = {},
): Tampered {
  const body = JSON.stringify({ success: false, error: { message } });
  return { status, headers: { ...json, ...headers }, body };
}

function htmlPage(status: number): Tampered {
  return {
    status,
    headers: { "content-type": "text/html" },
    body: `<html><head><title>${status}</title></head><body><h1>${status} Bad Gateway</h1></body></html>`,
  };
}

function jsonPage(status: number): Tampered {
  return { status, headers: json, body: JSON.stringify({ message: "no Route matched with those values" }) };
}

function cut(
  genuine: string,
  half: string,
  ending: "content-length" | "chunked" | "reset",
): Pick<Tampered, "body"> & Partial<Tampered> {
  switch (ending) {
    case "content-length":
      return { body: half };
    case "chunked":
      return { body: Readable.from([Buffer.from(half)]) };
    case "reset":
      return {
        headers: { "content-length": String(Buffer.byteLength(genuine)) },
        body: Readable.from(cutOff(half)),
      };
  }
}

async function* cutOff(half: string): AsyncGenerator<Buffer> {
  yield Buffer.from(half);
  // The first half has to be on its way before the connection goes.
  await wait(20);
  throw new Error("cut off on purpose");
}

async function* inTwoParts(
  text: string,
  at: number,
  ms: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  yield Buffer.from(text.slice(0, at));
  await wait(ms, undefined, { signal });
  yield Buffer.from(text.slice(at));
}

/** What has no such place stays as it is. */
function edited(genuine: string, pointer: string, value: unknown): string {
  const answer = JSON.parse(genuine) as unknown;
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = steps.pop() ?? "";
  const parent = steps.reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), answer);
  if (Array.isArray(parent) && last === "-") parent.push(value);
  else if (isObject(parent) && value !== undefined) parent[last] = value;
  else if (isObject(parent)) Reflect.deleteProperty(parent, last);
  return JSON.stringify(answer);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function mistyped(value: unknown): unknown {
  if (Array.isArray(value)) return { items: value.map(mistyped) };
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mistyped(inner)]));
  }
  if (typeof value === "string") return 42;
  if (typeof value === "number") return "many";
  return typeof value === "boolean" ? "maybe" : [];
}
