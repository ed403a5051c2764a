import pulumi from "@pulumi/pulumi";

import type { Values } from "./fleet.mts";

/** How each block is read and written. */
const ENDPOINTS: Record<string, { read: string; write: string; record: string }> = {
  proxy: { read: "instance/getProxy", write: "instance/proxy", record: "proxy" },
  webhook: { read: "events/getWebhook", write: "events/webhook", record: "webhook" },
  websocket: { read: "events/getWebsocket", write: "events/websocket", record: "websocket" },
  chatwoot: { read: "chatwoot/list", write: "chatwoot/set", record: "" },
  settings: { read: "instance/getSettings", write: "instance/settings", record: "settings" },
  s3: { read: "instance/getS3", write: "instance/s3", record: "s3" },
};

const CHATWOOT_NAMES: Record<string, string> = {
  baseUrl: "chatwootBaseUrl",
  accountId: "chatwootAccountId",
  apiToken: "chatwootApiToken",
};

const CHATWOOT_RECORD: Record<string, string> = {
  baseUrl: "chatwoot_base_url",
  accountId: "chatwoot_account_id",
  inboxName: "chatwoot_inbox_name",
  signMessages: "sign_messages",
};

/**
 * What this package is compared with: the dynamic provider that one writes in an afternoon. It works; it sends
 * everything with the account's token, reads every block of every instance, and learns of a limit by hitting it.
 */
class BaselineProvider implements pulumi.dynamic.ResourceProvider {
  endpoint = "";
  token = "";
  /** The first pause after a 429; each further one is twice as long. */
  readonly backOffMs: number;

  constructor(backOffMs: number) {
    this.backOffMs = backOffMs;
  }

  configure({ config }: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.endpoint = config.require("ryzeapi:endpoint");
    this.token = config.require("ryzeapi:token");
    return Promise.resolve();
  }

  diff(_id: string, olds: Values, news: Values): Promise<pulumi.dynamic.DiffResult> {
    const changes = Object.keys(ENDPOINTS).some((block) => !this.same(olds[block], news[block]));
    const replaces = olds["name"] === news["name"] ? [] : ["name"];
    return Promise.resolve({ changes: changes || replaces.length > 0, replaces });
  }

  async create(inputs: Values): Promise<pulumi.dynamic.CreateResult> {
    const body: Values = { name: inputs["name"] };
    for (const block of Object.keys(ENDPOINTS)) {
      const declared = inputs[block] as Values | undefined;
      if (declared === undefined) continue;
      if (block !== "settings") body[`${block}Enabled`] = true;
      for (const [field, value] of Object.entries(declared)) {
        if (block === "settings") body[field] = value;
        else if (block === "webhook" && field === "url") body["webhookURL"] = value;
        else body[`${block}${field.charAt(0).toUpperCase()}${field.slice(1)}`] = value;
      }
    }
    const answer = await this.call("POST", "instance/new", body);
    const { token, status } = answer?.["instance"] as Values;
    return { id: String(inputs["name"]), outs: { ...inputs, token, status } };
  }

  async read(id: string, props: Values): Promise<pulumi.dynamic.ReadResult> {
    const listed = await this.call("GET", `instance/list?instanceName=${encodeURIComponent(id)}`);
    if (listed === undefined) return {};
    const [item] = listed["instances"] as Values[];
    const inputs: Values = { name: id };
    for (const [block, { read, record }] of Object.entries(ENDPOINTS)) {
      const declared = props[block] as Values | undefined;
      if (declared === undefined) continue;
      const label = block === "webhook" ? "?label=default" : "";
      const answer = await this.call("GET", `${read}/${encodeURIComponent(id)}${label}`);
      const found = (record === "" ? answer : answer?.[record]) as Values | undefined;
      if (found === undefined) continue;
      const live = { ...declared };
      for (const field of Object.keys(declared)) {
        const value = found[(block === "chatwoot" ? CHATWOOT_RECORD[field] : undefined) ?? field];
        if (value !== undefined && value !== null) live[field] = value;
      }
      inputs[block] = live;
    }
    return { id, inputs, props: { ...inputs, token: props["token"], status: item?.["status"] } };
  }

  async update(id: string, olds: Values, news: Values): Promise<pulumi.dynamic.UpdateResult> {
    for (const [block, { write }] of Object.entries(ENDPOINTS)) {
      if (this.same(olds[block], news[block])) continue;
      const body: Values = block === "settings" ? {} : { enabled: news[block] !== undefined };
      for (const [field, value] of Object.entries(news[block] ?? {})) {
        body[(block === "chatwoot" ? CHATWOOT_NAMES[field] : undefined) ?? field] = value;
      }
      await this.call("POST", `${write}/${encodeURIComponent(id)}`, body);
    }
    return { outs: { ...news, token: olds["token"], status: olds["status"] } };
  }

  async delete(id: string): Promise<void> {
    await this.call("DELETE", `instance/delete/${encodeURIComponent(id)}`);
  }

  /** The answer; undefined for 404. */
  async call(method: string, path: string, body?: Values): Promise<Values | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      const response = await fetch(`${this.endpoint}/api/${path}`, {
        method,
        headers: { token: this.token, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      if (response.ok) return (await response.json()) as Values;
      const text = await response.text();
      if (response.status === 404) return undefined;
      // With 10 attempts, one of 100 creations was seen to fail.
      if (response.status !== 429 || attempt === 30) throw new Error(`${method} ${path}: ${text}`);
      const pause = this.backOffMs * 2 ** Math.min(attempt, 5) * (0.75 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Whether two declarations of a block say the same, in whatever order. */
  same(left: unknown, right: unknown): boolean {
    const sorted = (block: unknown): string =>
      JSON.stringify(Object.entries(block ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
    return sorted(left) === sorted(right);
  }
}

/** The baseline, with its pauses shortened like the windows are. */
export function baselineProvider(windowFactor: number): pulumi.dynamic.ResourceProvider {
  return new BaselineProvider(1_000 / windowFactor);
}

/** A resource as the baseline's author would export it. */
export class BaselineInstance extends pulumi.dynamic.Resource {
  constructor(name: string, args: Values, provider: pulumi.dynamic.ResourceProvider) {
    super(
      provider,
      name,
      { ...args, token: undefined, status: undefined },
      {
        additionalSecretOutputs: ["token"],
      },
    );
  }
}
