import { expect, test } from "vitest";

import { defaultReadings } from "../emulator/readings.mts";
import { everyBlock, everyField, without } from "../support/instance.mts";
import { CREATE, LIST, serviceFor } from "../support/service.mts";
import { isNative, ryzeapi, stackFor } from "../support/stack.mts";

test("an instance is created in one request, with what is declared and nothing else", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ readings: defaultReadings() });
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const vega = new ryzeapi.RyzeInstance("vega");
      const orion = new ryzeapi.RyzeInstance("orion", everyBlock(secrets, chatwootUrl));
      return Promise.resolve({
        vegaToken: vega.token,
        vegaObserved: vega.observed,
        orionToken: orion.token,
        name: orion.name,
        status: orion.status,
        numberJid: orion.numberJid,
        warnings: orion.warnings,
        observed: orion.observed,
        tokenDeclared: orion.tokenDeclared,
        port: orion.proxy.apply((proxy) => proxy?.port),
        password: orion.proxy.apply((proxy) => proxy?.password),
      });
    },
  });

  const preview = await stack.preview();
  expect(preview.changeSummary).toEqual({ create: 3 });
  expect(routes()).toEqual([]);

  const { summary } = await stack.up();
  const outputs = await stack.outputs();
  expect(summary.resourceChanges).toEqual({ create: 3 });
  // At most one listing for each, and one with the token that is declared, which no instance may have yet.
  const listings = routes().filter((route) => route === LIST);
  expect(listings.length).toBeLessThanOrEqual(3);
  expect(routes().toSorted()).toEqual([...listings, CREATE, CREATE]);
  const bodies = emulator.requests().flatMap(({ body }) => (body === undefined ? [] : [body]));
  expect(bodies).toHaveLength(2);
  expect(bodies).toContainEqual({ name: "vega" });
  expect(bodies).toContainEqual(everyField("orion", secrets, chatwootUrl));
  const creations = emulator.requests().filter(({ route }) => route === CREATE);
  expect(creations.every(({ token }) => token === "account")).toBe(true);
  expect(stack.diagnostics("warning", "orion")).toEqual([]);

  const { proxy, webhook, websocket, chatwoot, settings, s3 } = everyBlock(secrets, chatwootUrl);
  expect(outputs).toEqual({
    vegaToken: { value: emulator.instance("vega")?.token, secret: true },
    vegaObserved: { value: {}, secret: false },
    orionToken: { value: secrets.instanceToken, secret: true },
    name: { value: "orion", secret: false },
    status: { value: "disconnected", secret: false },
    warnings: isNative ? undefined : { value: [], secret: false },
    observed: {
      value: isNative
        ? { chatwoot: { status: "active" } }
        : {
            proxy: without(proxy, "password", "reconnect"),
            webhook: without(webhook, "authorization"),
            websocket,
            chatwoot: { ...without(chatwoot, "apiToken"), status: "active" },
            settings,
            s3: without(s3, "secretKey"),
          },
      secret: false,
    },
    tokenDeclared: { value: true, secret: false },
    port: { value: 1080, secret: true },
    password: { value: secrets.proxyPassword, secret: true },
  });

  emulator.clearRequests();
  const again = await stack.up();
  expect(again.summary.resourceChanges).toEqual({ same: 3 });
  expect(routes()).toEqual([]);
});
