import { expect, test } from "vitest";

import type { Configuration } from "../../provider/lifecycle/configuration.ts";
import { chatwootFor, emulatorFor } from "../emulator/helpers.mts";
import { ACCOUNTS } from "../lifecycle/model/accounts.mts";
import type { Engine, Recorded, Written } from "../lifecycle/model/engine.mts";
import { CHATWOOT_TOKENS, CHATWOOT_URL } from "../lifecycle/model/program.mts";
import { runSequence } from "../lifecycle/model/run.mts";
import type { Step } from "../lifecycle/model/steps.mts";
import { ryzeapi, stackFor, type TestStack } from "../support/stack.mts";

/** The engine that the lifecycle's model (test/lifecycle/model) imitates. */
class PulumiEngine implements Engine {
  readonly #stack: TestStack;

  constructor(stack: TestStack) {
    this.#stack = stack;
  }

  preview(written: Written): Promise<string[]> {
    return this.#run(written, () => this.#stack.preview());
  }

  up(written: Written): Promise<string[]> {
    return this.#run(written, () => this.#stack.up());
  }

  refresh(written: Written): Promise<string[]> {
    return this.#run(written, () => this.#stack.refresh());
  }

  destroy(written: Written): Promise<string[]> {
    return this.#run(written, () => this.#stack.destroy());
  }

  async drift(): Promise<string[]> {
    const { changeSummary } = await this.#stack.preview({ refresh: true });
    return Object.keys(changeSummary).filter((op) => op !== "same");
  }

  async recorded(): Promise<Recorded[]> {
    const instances = await this.#stack.instances();
    return instances.map(({ urn, outputs, delete: isCondemned = false }) => ({
      resource: urn.split("::").at(-1) ?? "",
      outputs,
      isCondemned,
    }));
  }

  configured({ configuration }: Written): Configuration {
    return configuration;
  }

  warnings(): string[] {
    return [this.#stack.output];
  }

  forget(): Promise<void> {
    throw new Error("These sequences edit no state.");
  }

  copy(): Promise<void> {
    throw new Error("These sequences edit no state.");
  }

  async #run({ resources }: Written, command: () => Promise<unknown>): Promise<string[]> {
    this.#stack.program = () => {
      for (const [resource, program] of resources) new ryzeapi.RyzeInstance(resource, program);
      return Promise.resolve();
    };
    try {
      await command();
      return [];
    } catch (error) {
      return [String(error)];
    }
  }
}

const PROXY = { host: "proxy-1.example.com", port: "1080", protocol: "socks5", password: "pw-1" };
const CHATWOOT = { baseUrl: `${CHATWOOT_URL}/`, accountId: 1, apiToken: "cw-1" };
const S3 = { region: "us-east-1", bucket: "media-1", accessKey: "AKIA1", secretKey: "sk-1" };

const SEQUENCES: [title: string, steps: Step[]][] = [
  [
    "everything declared, changed by hand, put back, and half of it taken out",
    [
      { do: "declare", argument: "proxy", value: PROXY },
      {
        do: "declare",
        argument: "webhook",
        value: { url: "https://app.example.com/1", authorization: "Bearer 1" },
      },
      { do: "declare", argument: "websocket", value: { events: ["call.update"] } },
      { do: "declare", argument: "chatwoot", value: CHATWOOT },
      { do: "declare", argument: "settings", value: { ignoreStatus: true, callRejectMessage: "Later." } },
      { do: "declare", argument: "s3", value: S3 },
      { do: "up" },
      { do: "change", block: "webhook", change: { authorization: "by hand", byEvents: true } },
      { do: "change", block: "websocket", change: { enabled: false } },
      { do: "change", block: "chatwoot", change: null },
      { do: "change", block: "settings", change: { callRejectMessage: "", autoReadMessages: true } },
      { do: "connection", state: "connected" },
      { do: "declare", argument: "proxy", value: { ...PROXY, password: "pw-2" } },
      { do: "declare", argument: "settings", value: { callRejectMessage: "Later." } },
      { do: "declare", argument: "s3", value: undefined },
      { do: "refresh" },
      { do: "up" },
    ],
  ],
  [
    "blocks refused when they are declared and when they are taken out",
    [
      { do: "refuse", block: "s3" },
      { do: "refuse", block: "chatwoot" },
      { do: "declare", argument: "s3", value: S3 },
      { do: "declare", argument: "chatwoot", value: CHATWOOT },
      { do: "up" },
      { do: "declare", argument: "s3", value: undefined },
      { do: "up" },
      { do: "accept" },
      { do: "refresh" },
      { do: "preview" },
      { do: "up" },
    ],
  ],
  [
    "deleted by hand, made by hand, adopted, and renamed",
    [
      { do: "declare", argument: "webhook", value: { url: "https://app.example.com/1" } },
      { do: "make", webhook: true },
      { do: "up" }, // refused: it exists
      { do: "declare", argument: "adopt", value: true },
      { do: "up" },
      { do: "delete" },
      { do: "refresh" },
      { do: "declare", argument: "name", value: "vega" },
      { do: "declare", argument: "token", value: "token-a" },
      { do: "up" },
    ],
  ],
];

test.each(SEQUENCES)("%s", async (_, steps) => {
  const emulator = await emulatorFor({ accounts: ACCOUNTS, limits: false });
  const apiTokens = CHATWOOT_TOKENS;
  const chatwoot = await chatwootFor({ accounts: [{ id: 1, apiTokens }] });
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => Promise.resolve(),
  });
  await runSequence(emulator, chatwoot.url, new PulumiEngine(stack), steps);
  expect(emulator.instanceNames()).toHaveLength(1);
});
