import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";
import { Upstream } from "../support/upstream.mts";

/** What the types refuse, and what programs pass all the same: JSON and other languages know no undefined. */
const NULL = null as never;
const nothing = pulumi.output(undefined) as pulumi.Output<never>;

const url = "https://app.example.com";

test("what comes out as undefined or null is not declared, and switches off what was", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const blocks = everyBlock(secrets, chatwootUrl);
  let isDeclared = false;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      // Another name for another value: this resource is never updated.
      const upstream = new Upstream<boolean>(isDeclared ? "declared" : "not-declared", isDeclared);
      const ifDeclared = <T,>(block: T) => upstream.value.apply((is) => (is ? block : undefined));
      new ryzeapi.RyzeInstance("orion", {
        token: pulumi.output<never>(NULL),
        proxy: ifDeclared(blocks.proxy),
        webhook: Promise.resolve(isDeclared ? blocks.webhook : undefined),
        websocket: isDeclared ? blocks.websocket : NULL,
        chatwoot: pulumi.output(isDeclared ? blocks.chatwoot : NULL),
        settings: ifDeclared(blocks.settings),
        s3: pulumi.secret(isDeclared ? blocks.s3 : undefined),
        account: pulumi.output(undefined),
      });
      const vega = new ryzeapi.RyzeInstance("vega", {
        proxy: {
          host: "proxy.example.com",
          port: 1080,
          protocol: "http",
          username: NULL,
          password: nothing,
        },
        webhook: pulumi.output({ url, authorization: pulumi.secret(NULL), events: NULL }),
        account: { token: nothing, endpoint: NULL },
      });
      new ryzeapi.RyzeWebhook("audit", {
        instance: vega.name,
        url,
        token: pulumi.output(undefined),
        authorization: pulumi.output(NULL),
        events: Promise.resolve(undefined as never),
        account: NULL,
      });
      return Promise.resolve();
    },
  });
  await stack.preview();
  await stack.up();
  expect(stack.diagnostics("warning", "orion")).toEqual([]);
  expect(emulator.instance("orion")?.createBody).toEqual({ name: "orion" });
  expect(emulator.instance("vega")?.createBody).toEqual({
    ...{
      name: "vega",
      proxyEnabled: true,
      proxyHost: "proxy.example.com",
      proxyPort: "1080",
      proxyProtocol: "http",
    },
    ...{ webhookEnabled: true, webhookURL: url },
  });
  expect(emulator.instance("vega")?.webhooks["audit"]).toMatchObject({ url, authorization: "" });

  await stack.refresh();
  emulator.clearRequests();
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 5 });
  expect(routes()).toEqual([]);

  isDeclared = true;
  await stack.up();
  expect(emulator.instance("orion")).toMatchObject({
    proxy: { enabled: true },
    webhooks: { default: { enabled: true } },
    websocket: { enabled: true },
    chatwoot: { status: "active" },
    settings: blocks.settings,
    s3: { enabled: true },
  });

  isDeclared = false;
  await stack.up();
  const off = emulator.instance("orion");
  expect(off).toMatchObject({
    proxy: { enabled: false },
    webhooks: { default: { enabled: false } },
    websocket: { enabled: false },
    settings: { disableHistorySync: true, callRejectMessage: "" },
    s3: { enabled: false },
  });
  expect(off?.chatwoot).toBeUndefined();
  expect((await stack.preview()).changeSummary).toEqual({ same: 5 });
});
