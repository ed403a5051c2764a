import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** 192 bits, in characters that stand in an address as they are. */
function secret(): string {
  return randomBytes(24).toString("base64url");
}

const COOKIE = "ryzeapi";

/**
 * Who may see the page: the browser that opened the link, which works once. Others on the machine can read a link in the
 * list of processes, so the link only brings a cookie that no script and no other page can read.
 */
export class Access {
  /** Where the page is. It is in the cookie's path too: other servers on this address are not sent it. */
  readonly path = `/${secret()}/`;
  readonly #key = secret();
  readonly #session = secret();
  #isUsed = false;

  get link(): string {
    return `/open/${this.#key}`;
  }

  /** The header that lets the browser in, which asks for the link; undefined where it may not. */
  enter(path: string): string | undefined {
    if (this.#isUsed || !isEqual(path, this.link)) return undefined;
    this.#isUsed = true;
    return `${COOKIE}=${this.#session}; Path=${this.path}; HttpOnly; SameSite=Strict`;
  }

  hasEntered({ headers: { cookie = "" } }: IncomingMessage): boolean {
    const values = cookie.split(/; */).map((pair) => pair.split("="));
    return values.some(([name, value = ""]) => name === COOKIE && isEqual(value, this.#session));
  }
}

/** In a time that says nothing of where two texts differ. */
function isEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/**
 * Whether a request is meant for this server and comes from its own page: another site may have had its name resolved to
 * this machine, or send forms here.
 */
export function isOwn({ method, headers: { host, origin } }: IncomingMessage, port: number): boolean {
  const own = `127.0.0.1:${port}`;
  const mayLackOrigin = method === "GET" && origin === undefined;
  return host === own && (mayLackOrigin || origin === `http://${own}`);
}

/** On every answer: nothing of others is loaded, nothing is kept, and no other site can show or read the page. */
export const PROTECTION = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    // A QR code that RyzeAPI sends as a picture alone.
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};
