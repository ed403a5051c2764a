import { expect, test } from "vitest";

import { everyBlock, everyField, without } from "../support/instance.mts";
import { serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor, stackOfOrion } from "../support/stack.mts";
import { Upstream } from "../support/upstream.mts";

test("values of resources that do not exist yet pass the preview and arrive at up", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const { proxy, webhook, websocket, chatwoot, settings, s3 } = everyBlock(secrets, chatwootUrl);
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const upstream = new Upstream("upstream", everyBlock(secrets, chatwootUrl)).value;
      const unknownBlocks = {
        proxy: upstream.proxy,
        webhook: upstream.webhook,
        websocket: upstream.websocket,
        chatwoot: upstream.chatwoot,
        settings: upstream.settings,
        s3: upstream.s3,
      };
      new ryzeapi.RyzeInstance("blocks", { token: upstream.token, ...unknownBlocks });
      new ryzeapi.RyzeInstance("leaves", {
        name: upstream.token.apply(() => "named-later"),
        proxy: {
          ...proxy,
          host: upstream.proxy.host,
          port: upstream.proxy.port,
          password: upstream.proxy.password,
        },
        webhook: {
          ...webhook,
          url: upstream.webhook.url,
          authorization: upstream.webhook.authorization,
          events: ["message.exchange", upstream.webhook.events.apply(() => "call.update" as const)],
        },
        websocket: {
          ...websocket,
          events: [upstream.websocket.events.apply(() => "message.status" as const)],
        },
        chatwoot: {
          ...chatwoot,
          accountId: upstream.chatwoot.accountId,
          apiToken: upstream.chatwoot.apiToken,
        },
        settings: { ...settings, autoRejectCalls: upstream.settings.autoRejectCalls },
        s3: { ...s3, bucket: upstream.s3.bucket, secretKey: upstream.s3.secretKey },
      });
      return Promise.resolve();
    },
  });

  const { changeSummary } = await stack.preview();
  expect(changeSummary).toEqual({ create: 4 });
  expect(routes()).toEqual([]);

  await stack.up();
  expect(emulator.instance("blocks")?.createBody).toEqual(everyField("blocks", secrets, chatwootUrl));
  expect(emulator.instance("named-later")?.createBody).toEqual(
    without(everyField("named-later", secrets, chatwootUrl), "token"),
  );

  emulator.clearRequests();
  const again = await stack.up();
  expect(again.summary.resourceChanges).toEqual({ same: 4 });
  expect(routes()).toEqual([]);
});

test("a preview names every argument that is wrong, and sends nothing", async () => {
  const { emulator, routes } = await serviceFor();
  // A program in JavaScript is not stopped by the types.
  const wrong: object = {
    proxy: { host: "proxy.example.com", port: 70000, protocol: "ftp" },
    webhook: { events: ["call.update", "calls"] },
    chatwoot: { baseUrl: "https://chatwoot.example.com", accountId: 0, apiTokn: "cw" },
    onBlockFailure: "ignore",
  };
  const stack = await stackOfOrion(emulator, () => wrong);
  await expect(stack.preview()).rejects.toThrow();
  const shown = stack.diagnostics("error", "orion").join("\n");
  for (const property of [
    "proxy.port",
    "proxy.protocol",
    "webhook.url",
    "webhook.events[1]",
    "chatwoot.accountId",
    "chatwoot.apiToken",
    "chatwoot.apiTokn",
    "onBlockFailure",
  ]) {
    expect(shown).toContain(`${property} `);
  }
  expect(shown).toContain("must be a whole number from 1 to 65535");
  expect(routes()).toEqual([]);
});

test("without an account token a preview says how to set one, and sends nothing", async () => {
  const { emulator, routes } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: undefined,
    program: () => {
      new ryzeapi.RyzeInstance("vega");
      return Promise.resolve();
    },
  });
  await expect(stack.preview()).rejects.toThrow();
  expect(stack.diagnostics("error", "vega").join()).toContain("pulumi config set --secret ryzeapi:token");
  expect(routes()).toEqual([]);
});
