import { beforeEach, describe, expect, test } from "vitest";

import { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { Host } from "../../provider/lifecycle/lifecycle.ts";
import { WebhookLifecycle } from "../../provider/lifecycle/webhook.ts";
import { Service } from "../../provider/ryzeapi/service.ts";
import { failureOf } from "../support/lifecycle.mts";
import { scenario, type Scenario } from "./scenario.mts";

let s: Scenario;
let warnings: string[];

beforeEach(async () => {
  s = await scenario();
  await s.created({ name: "orion", proxy: { host: "proxy.example.com", port: 1080, protocol: "http" } });
  s.emulator.clearRequests();
  warnings = [];
});

function host(): Host {
  const configured = { endpoint: s.emulator.url, token: s.emulator.accountToken };
  return {
    service: new Service({ notice: () => undefined, timeoutFactor: 0.1 }),
    configured: () => [configured],
    environment: {},
    notice: () => undefined,
    warn: (line) => warnings.push(line),
  };
}

/** Rows that are on, and that no program can declare so. */
const ROWS = [
  ["without a URL", { enabled: true, url: "" }, "url"],
  [
    "with an event that nobody knows",
    { enabled: true, url: "https://app.example.com", events: ["call.update", "poll.vote"] },
    "events[1]",
  ],
] satisfies [string, object, string][];

describe.each(ROWS)("a webhook %s", (_, row, property) => {
  test("of an imported instance is left out with a warning, and everything else is imported", async () => {
    s.emulator.patchInstance("orion", { webhooks: { default: row, audit: row } });
    const imported = await new InstanceLifecycle(host()).import("orion");
    expect(imported?.inputs).toMatchObject({ name: "orion", proxy: { host: "proxy.example.com" } });
    expect(imported?.inputs).not.toHaveProperty("webhook");
    expect(warnings).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`The webhook of the instance "orion" is not imported: `),
        expect.stringContaining(`The webhook "audit" of the instance "orion" is not imported: `),
      ]) as string[],
    );
    for (const warning of warnings.slice(0, 2)) expect(warning).toContain(`(webhook.${property} `);
  });

  test("that is imported by itself is refused with the reason, and stays as it is", async () => {
    s.emulator.patchInstance("orion", { webhooks: { audit: row } });
    const before = s.emulator.instance("orion");
    const { message } = await failureOf(new WebhookLifecycle(host()).import("orion/audit"));
    expect(message).toContain(`The webhook "audit" of the instance "orion" is not imported: `);
    expect(message).toContain(`(webhook.${property} `);
    expect(s.emulator.instance("orion")).toEqual(before);
  });
});

test("a webhook that is off or not there does not exist", async () => {
  s.emulator.patchInstance("orion", { webhooks: { audit: { enabled: false } } });
  expect(await new WebhookLifecycle(host()).import("orion/audit")).toBeUndefined();
  expect(await new WebhookLifecycle(host()).import("orion/none")).toBeUndefined();
});
