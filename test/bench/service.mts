import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { RecordedRequest } from "../emulator/emulator.mts";
import type { ChatwootAddress } from "./fleet.mts";

/**
 * RyzeAPI counts per minute; here a window is shorter by this factor. Windows start at whole multiples of their
 * length, so the whole seconds of X-RateLimit-Reset say exactly when one ends.
 */
export const WINDOW_FACTOR = 20;
export const WINDOW_SECONDS = 60 / WINDOW_FACTOR;

const ACCOUNT_TOKEN = "token-of-the-account";
const CHATWOOT_TOKEN = "token-of-Chatwoot";

export interface RequestCounts {
  /** Sent with the account's token; `creates` of them created an instance, which has a limit of its own. */
  readonly account: number;
  readonly creates: number;
  /** Sent with the token of an instance. */
  readonly instance: number;
  /** Answered with 429. */
  readonly limited: number;
}

interface ServiceOptions {
  readonly areLimited: boolean;
  /** Default: {@link WINDOW_SECONDS}. */
  readonly windowSeconds?: number;
}

/** RyzeAPI as the benchmark sees it, in another process. */
export class Service {
  readonly url: string;
  readonly chatwoot: ChatwootAddress;
  readonly #process: ChildProcess;
  readonly #windowSeconds: number;

  static async start({ areLimited, windowSeconds = WINDOW_SECONDS }: ServiceOptions): Promise<Service> {
    const program = fileURLToPath(new URL("service-process.mts", import.meta.url));
    const child = fork(program, [String(windowSeconds), ACCOUNT_TOKEN, CHATWOOT_TOKEN, String(areLimited)]);
    const [{ url, chatwootUrl }] = (await once(child, "message")) as [{ url: string; chatwootUrl: string }];
    return new Service(child, url, chatwootUrl, windowSeconds);
  }

  private constructor(child: ChildProcess, url: string, chatwootUrl: string, windowSeconds: number) {
    this.#process = child;
    this.#windowSeconds = windowSeconds;
    this.url = url;
    this.chatwoot = { url: chatwootUrl, token: CHATWOOT_TOKEN };
  }

  /** The configuration of a stack that works with this service. */
  get stackConfig(): { "ryzeapi:endpoint": string; "ryzeapi:token": string } {
    return { "ryzeapi:endpoint": this.url, "ryzeapi:token": ACCOUNT_TOKEN };
  }

  /** No instances, no requests, limits unused, readings of the start. */
  async reset(): Promise<void> {
    await this.#control("POST", "reset");
  }

  /** How much of the blocks the account's listing tells; the documentation leaves it open. */
  async answerListings(listing: "complete" | "summary" | "minimal"): Promise<void> {
    await this.#control("PATCH", "readings", {
      list: listing === "complete" ? "full" : listing,
      chatwootSummary: listing === "complete" ? "snake_case" : "status",
    });
  }

  /** Somebody else changes the instance's webhook. */
  async drift(name: string): Promise<void> {
    const webhooks = { default: { url: "https://elsewhere.example.com" } };
    await this.#control("PATCH", `instances/${name}`, { webhooks });
  }

  async clearRequests(): Promise<void> {
    await this.#control("DELETE", "requests");
  }

  async requestCounts(): Promise<RequestCounts> {
    const requests = (await (await this.#control("GET", "requests")).json()) as RecordedRequest[];
    const unexpected = requests.find(({ token }) => token === "none" || token === "invalid");
    if (unexpected !== undefined)
      throw new Error(`${unexpected.route} came with token: ${unexpected.token}.`);
    return {
      account: requests.filter(({ token }) => token === "account").length,
      creates: requests.filter(({ route }) => route === "POST /api/instance/new").length,
      instance: requests.filter(({ token }) => token === "instance").length,
      limited: requests.filter(({ status }) => status === 429).length,
    };
  }

  /** Waits until every limit starts afresh, so that a case has whole windows before it. */
  async nextWindow(): Promise<void> {
    const milliseconds = this.#windowSeconds * 1_000;
    await sleep(milliseconds - (Date.now() % milliseconds) + 10);
  }

  stop(): void {
    this.#process.disconnect();
  }

  async #control(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.url}/__emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer;
  }
}
