import { setTimeout as sleep } from "node:timers/promises";

import type { ServiceError } from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { describe, expect, test } from "vitest";

import type { EmulatorOptions } from "../emulator/emulator.mts";
import { everyBlock } from "../support/instance.mts";
import { CREATE, LIST, serviceFor } from "../support/service.mts";
import { call, configure, initFailureIn, pluginFor, urnOf, WEBHOOK } from "./plugin-process.mts";
import { Resource } from "./requests.mts";
import { inClear, plain, secret } from "./wire.mts";

async function scene(options: EmulatorOptions = {}) {
  const service = await serviceFor({ limits: false, ...options });
  const { emulator, secrets, chatwootUrl } = service;
  const config = { endpoint: emulator.url, token: secrets.accountToken };
  const plugin = await pluginFor(config);
  return {
    ...service,
    plugin,
    config,
    orion: new Resource(plugin),
    refused: { enabled: true, baseUrl: chatwootUrl, accountId: 1, apiToken: "refused" },
  };
}

async function rejectionOf(operation: Promise<unknown>): Promise<ServiceError> {
  return operation.then(
    () => {
      throw new Error("It did not fail.");
    },
    (error: unknown) => error as ServiceError,
  );
}

describe("detailed diff", () => {
  test("names every changed property and how it changed", async () => {
    const { orion, secrets, chatwootUrl } = await scene();
    const before = await orion.inputs({ ...everyBlock(secrets, chatwootUrl), name: "orion" });
    const { state } = await orion.create(before);
    const now = await orion.inputs({
      ...everyBlock(secrets, chatwootUrl),
      name: "orion",
      webhook: { url: "https://b.example.com", authorization: "another", events: ["call.update"] },
      websocket: undefined,
      proxy: { ...everyBlock(secrets, chatwootUrl).proxy, username: undefined },
    });
    expect(await orion.diff(state, before, now)).toEqual({
      changes: true,
      replaces: [],
      deleteBeforeReplace: true,
      detailed: {
        "proxy.username": "DELETE",
        "webhook.url": "UPDATE",
        "webhook.authorization": "UPDATE",
        "webhook.byEvents": "DELETE",
        "webhook.events": "UPDATE",
        "webhook.mediaBase64": "DELETE",
        websocket: "DELETE",
      },
    });
  });

  test("what means the same to the service is no change", async () => {
    const { orion, chatwootUrl, secrets } = await scene();
    const chatwoot = { baseUrl: chatwootUrl, accountId: 1, apiToken: secrets.chatwootToken };
    const before = await orion.inputs({
      chatwoot,
      websocket: { events: ["call.update", "message.status"] },
    });
    const { state } = await orion.create(before);
    const now = await orion.inputs({
      chatwoot: { ...chatwoot, baseUrl: `${chatwootUrl}/` },
      websocket: { events: ["message.status", "call.update"] },
    });
    expect(await orion.diff(state, before, now)).toMatchObject({ changes: false, detailed: {} });
  });

  test("a new name and a new token replace, and say so at their paths", async () => {
    const { orion } = await scene();
    const before = await orion.inputs({ token: "first-token" });
    const { state } = await orion.create(before);
    const renamed = await orion.inputs({ name: "vega", token: "first-token" });
    expect(await orion.diff(state, before, renamed)).toMatchObject({
      replaces: ["name"],
      detailed: { name: "UPDATE_REPLACE" },
      deleteBeforeReplace: true,
    });
    const retokened = await orion.inputs({ token: "second-token" });
    expect(await orion.diff(state, before, retokened)).toMatchObject({
      replaces: ["token"],
      detailed: { token: "UPDATE_REPLACE" },
      deleteBeforeReplace: true,
    });
  });

  test("a paired instance that would be replaced is a warning of its URN", async () => {
    const { orion, emulator, plugin } = await scene();
    const before = await orion.inputs({});
    await orion.create(before);
    emulator.patchInstance("orion", { state: "connected", numberJid: "5511@s.whatsapp.net" });
    const { state } = await orion.read("orion", { name: "orion" }, before);
    await orion.diff(state, before, await orion.inputs({ name: "vega" }));
    expect(plugin.engine.log).toMatchObject([
      {
        severity: "warning",
        urn: orion.urn,
        message: expect.stringContaining("5511@s.whatsapp.net") as string,
      },
    ]);
  });
});

describe("a block that was refused", () => {
  test("is a warning of the resource's URN, and heals", async () => {
    const { orion, refused, plugin, emulator, secrets } = await scene();
    const inputs = await orion.inputs({ chatwoot: refused });
    const { id, state } = await orion.create(inputs);
    expect(id).toBe("orion");
    expect(plugin.engine.log).toEqual([
      {
        severity: "warning",
        urn: urnOf("orion"),
        message: expect.stringContaining("chatwoot is not as declared") as string,
      },
    ]);
    expect(await orion.diff(state, inputs, inputs)).toMatchObject({
      changes: true,
      replaces: [],
      detailed: { warnings: "DELETE (output)" },
    });
    const news = await orion.inputs({ chatwoot: { ...refused, apiToken: secrets.chatwootToken } });
    const healed = await orion.update(state, news);
    expect(healed).toMatchObject({ observed: { chatwoot: { status: "active" } } });
    expect(healed).not.toHaveProperty("warnings");
    expect(emulator.instance("orion")?.chatwoot).toMatchObject({ status: "active" });
    expect(await orion.diff(healed, news, news)).toMatchObject({ changes: false });
  });

  test('with onBlockFailure "fail" the error holds the resource: id, state, inputs and reasons', async () => {
    const { orion, refused } = await scene();
    const inputs = await orion.inputs({ chatwoot: refused, onBlockFailure: "fail" });
    const error = await rejectionOf(orion.create(inputs));
    const failure = initFailureIn(error);
    expect(failure?.getId()).toBe("orion");
    expect(failure?.getReasonsList()).toEqual([expect.stringMatching(/^chatwoot: /)]);
    expect(plain(failure?.getInputs())).toEqual(inputs);
    const state = plain(failure?.getProperties());
    expect(state).toMatchObject({ name: "orion", chatwoot: { apiToken: secret("refused") } });
    expect(inClear(state)).not.toContain('"refused"');
    const again = await rejectionOf(orion.update(state, inputs));
    expect(initFailureIn(again)?.getId()).toBe("orion");
  });
});

describe("read", () => {
  test("an instance that is gone has no id", async () => {
    const { orion, emulator } = await scene();
    const inputs = await orion.inputs({});
    const { state } = await orion.create(inputs);
    emulator.reset();
    expect(await orion.read("orion", state, inputs)).toEqual({ id: "", state: {}, inputs: {} });
    expect(await orion.read("orion")).toEqual({ id: "", state: {}, inputs: {} });
  });

  test("an import declares everything that RyzeAPI tells, and then there is nothing to do", async () => {
    const { orion, secrets, chatwootUrl, emulator, plugin } = await scene({ readings: { listToken: true } });
    const { token, s3, ...blocks } = everyBlock(secrets, chatwootUrl);
    await orion.create(await orion.inputs({ token, s3, ...blocks }));
    emulator.clearRequests();

    const { id, state, inputs } = await orion.read("orion");
    expect(id).toBe("orion");
    expect(inputs).toMatchObject({
      name: "orion",
      webhook: { ...blocks.webhook, authorization: secret(blocks.webhook.authorization) },
      websocket: blocks.websocket,
      settings: blocks.settings,
    });
    expect(inputs).not.toHaveProperty("s3");
    expect(inputs).not.toHaveProperty("token");
    expect(state["token"]).toEqual(secret(secrets.instanceToken));
    for (const value of Object.values(secrets)) expect(inClear({ state, inputs })).not.toContain(value);
    expect(plugin.engine.log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/does not tell proxy\.password .* the next change of the block/),
      expect.stringMatching(/does not tell s3\.secretKey .* leaves the block out/),
    ]);
    const { inputs: checked, failures } = await orion.check(inputs);
    expect(failures).toEqual([]);
    expect(checked).toEqual(inputs);
    expect(await orion.diff(state, inputs, checked)).toMatchObject({ changes: false });
    expect(emulator.requests().filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("an import of a webhook", async () => {
    const { orion, plugin } = await scene();
    await orion.create(await orion.inputs({}));
    const audit = new Resource(plugin, "audit", WEBHOOK);
    await audit.create(await audit.inputs({ instance: "orion", url: "https://audit.example.com" }));
    const { id, state, inputs } = await audit.read("orion/audit");
    expect(id).toBe("orion/audit");
    expect(inputs).toMatchObject({ instance: "orion", label: "audit", url: "https://audit.example.com" });
    expect(await audit.diff(state, inputs, await audit.inputs(inputs))).toMatchObject({ changes: false });
    expect((await audit.read("orion/nothing")).id).toBe("");
    expect((await audit.read("nobody/audit")).id).toBe("");
  });
});

describe("delete", () => {
  test("is done twice without an error", async () => {
    const { orion, emulator, plugin, config } = await scene();
    const { state } = await orion.create(await orion.inputs({}));
    await configure(plugin, config);
    await orion.delete("orion", state);
    await orion.delete("orion", state);
    expect(emulator.instanceNames()).toEqual([]);
  });

  test("spares what the same deployment has just taken over under another resource name", async () => {
    const { orion, emulator, plugin, config } = await scene({ readings: { listToken: true } });
    const { state } = await orion.create(await orion.inputs({}));
    await configure(plugin, config);
    const support = new Resource(plugin, "support");
    await support.create(await support.inputs({ name: "orion", adopt: true }));
    await orion.delete("orion", state);
    expect(emulator.instanceNames()).toEqual(["orion"]);
    expect(plugin.engine.log).toMatchObject([
      { severity: "warning", urn: orion.urn, message: expect.stringContaining("not deleted") as string },
    ]);
  });
});

describe("waits", () => {
  test("are told of the resource that waits, and end with Cancel", async () => {
    const { plugin, orion, emulator, routes } = await scene({ limits: { create: 1 }, windowSeconds: 3600 });
    await orion.create(await orion.inputs({}));
    const vega = new Resource(plugin, "vega");
    const creating = rejectionOf(vega.create(await vega.inputs({})));
    while (plugin.engine.log.length === 0) await sleep(10);
    expect(plugin.engine.log).toMatchObject([
      {
        severity: "info",
        urn: vega.urn,
        message: expect.stringContaining("limit for new instances") as string,
      },
    ]);
    await call((done) => plugin.client.cancel(new empty.Empty(), done));
    expect((await creating).details).toContain("cancelled");
    expect(emulator.instanceNames()).toEqual(["orion"]);
    expect(routes()).toEqual([LIST, CREATE, LIST]);
  });

  test("a cancelled run does not end the next one of the same process", async () => {
    const { plugin, orion, emulator, config } = await scene();
    await call((done) => plugin.client.cancel(new empty.Empty(), done));
    expect((await rejectionOf(orion.create(await orion.inputs({})))).details).toContain("cancelled");
    await configure(plugin, config);
    await orion.create(await orion.inputs({}));
    expect(emulator.instanceNames()).toEqual(["orion"]);
  });
});
