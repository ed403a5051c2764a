import type { ServiceError } from "@grpc/grpc-js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, test } from "vitest";

import { propertiesIn, structOf } from "../../provider/faces/plugin/properties.ts";

import type { Values } from "../../provider/values.ts";
import { everyBlock } from "../support/instance.mts";
import { serviceFor } from "../support/service.mts";
import { initFailureIn, pluginFor, WEBHOOK } from "./plugin-process.mts";
import { Resource } from "./requests.mts";
import { inClear, plain, secret, UNKNOWN } from "./wire.mts";

const CONFIG = { endpoint: "http://127.0.0.1:1", token: "acc_demo" };

describe("unknown values", () => {
  test.each<[string, Values]>([
    ["a leaf", { webhook: { url: UNKNOWN } }],
    ["a secret leaf", { webhook: { url: "https://a.example.com", authorization: secret(UNKNOWN) } }],
    ["a block", { s3: UNKNOWN }],
    ["a list element", { websocket: { events: ["message.status", UNKNOWN] } }],
    ["the name", { name: UNKNOWN }],
  ])("check lets %s through", async (_what, declared) => {
    const { inputs, failures } = await new Resource(await pluginFor(CONFIG)).check(declared);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject(declared);
  });

  test("an unknown argument is a change, at its path", async () => {
    const orion = new Resource(await pluginFor(CONFIG));
    const before = await orion.inputs({ webhook: { url: "https://a.example.com" } });
    const state = { ...before, status: "disconnected", observed: { webhook: { enabled: true } } };
    const now = await orion.inputs({ webhook: { url: UNKNOWN } });
    expect(await orion.diff(state, before, now)).toMatchObject({
      changes: true,
      replaces: [],
      detailed: { "webhook.url": "UPDATE" },
    });
  });

  test("the preview of a creation sends nothing, and only what is declared is known", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const orion = new Resource(plugin);
    const inputs = await orion.inputs({ webhook: { url: UNKNOWN, authorization: "x" } });
    const { id, state } = await orion.create(inputs, { preview: true });
    expect(id).toBe("");
    expect(state).toEqual({
      ...inputs,
      token: secret(UNKNOWN),
      tokenDeclared: UNKNOWN,
      identity: UNKNOWN,
      observed: UNKNOWN,
      status: UNKNOWN,
      numberJid: UNKNOWN,
      warnings: UNKNOWN,
    });
    expect(emulator.requests()).toEqual([]);
  });

  test("the preview of an update sends nothing, and keeps what an update cannot change", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const orion = new Resource(plugin);
    const { state } = await orion.create(await orion.inputs({ settings: { autoRejectCalls: true } }));
    emulator.clearRequests();
    const news = await orion.inputs({ settings: { autoRejectCalls: false } });
    const planned = await orion.update(state, news, { preview: true });
    const { token, status } = state;
    const unknown = { tokenDeclared: UNKNOWN, identity: UNKNOWN, observed: UNKNOWN, warnings: UNKNOWN };
    expect(planned).toEqual({ ...news, token, status, ...unknown });
    expect(emulator.requests()).toEqual([]);
  });

  test("the preview of an update that has to create the instance knows no more than that of a creation", async () => {
    const orion = new Resource(await pluginFor(CONFIG));
    const inputs = await orion.inputs({});
    const olds = { ...inputs, status: "unconfirmed", tokenDeclared: false, observed: {}, warnings: [] };
    const { state } = await orion.create(inputs, { preview: true });
    expect(await orion.update(olds, inputs, { preview: true })).toEqual(state);
  });
});

describe("secrets", () => {
  test("every secret argument comes back as one, however the program passed it", async () => {
    const { secrets, chatwootUrl } = await serviceFor();
    const orion = new Resource(await pluginFor(CONFIG));
    const inputs = await orion.inputs({
      ...everyBlock(secrets, chatwootUrl),
      account: { token: secrets.accountToken },
    });
    for (const value of Object.values(secrets)) expect(inClear(inputs)).not.toContain(value);
    expect(inputs).toMatchObject({
      token: secret(secrets.instanceToken),
      account: { token: secret(secrets.accountToken) },
      proxy: { password: secret(secrets.proxyPassword) },
      webhook: { authorization: secret(secrets.webhookAuthorization) },
      chatwoot: { apiToken: secret(secrets.chatwootToken) },
      s3: { secretKey: secret(secrets.s3SecretKey) },
    });
  });

  test("a webhook's secrets", async () => {
    const audit = new Resource(await pluginFor(CONFIG), "audit", WEBHOOK);
    const declared = { instance: "orion", url: "https://a.example.com", authorization: "x", token: "t" };
    expect(await audit.inputs(declared)).toMatchObject({ authorization: secret("x"), token: secret("t") });
  });

  test("what a program marks as secret stays so, and is not repeated in what was observed", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const orion = new Resource(plugin);
    const inputs = await orion.inputs({
      webhook: { url: secret("https://hidden.example.com"), events: [secret("message.status")] },
      proxy: secret({ host: "hidden-host", port: 1080, protocol: "http" }),
    });
    const { state } = await orion.create(inputs);
    expect(state["observed"]).toEqual({
      webhook: { byEvents: false, mediaBase64: false },
    });
    const read = await orion.read("orion", state, inputs);
    const news = { ...inputs, websocket: { enabled: true, events: secret(["call.update"]) } };
    const updated = await orion.update(state, news);
    for (const values of [inputs, state, read.state, read.inputs, updated]) {
      expect(inClear(values)).not.toMatch(/hidden|message\.status|call\.update/);
      expect(JSON.stringify(values)).toMatch(/hidden\.example\.com/);
      expect(JSON.stringify(values)).not.toContain("__secretFields");
    }
    expect(await orion.diff(updated, news, news)).toMatchObject({ changes: false });
  });

  test("a block that could not be withdrawn is remembered by the names of its fields alone", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const orion = new Resource(plugin);
    const inputs = await orion.inputs({ webhook: { url: secret("https://hidden.example.com") } });
    const { state } = await orion.create(inputs);
    emulator.fault({ kind: "status", status: 500, route: "POST /api/events/webhook/:instance" });
    const error = await orion.update(state, await orion.inputs({}), { oldInputs: inputs }).then(
      () => undefined,
      (reason: unknown) => reason as ServiceError,
    );
    const recorded = plain(error && initFailureIn(error)?.getProperties());
    expect(recorded).toMatchObject({ pendingWithdrawals: { webhook: ["enabled", "url"] } });
    expect(recorded).not.toHaveProperty("webhook");
    expect(JSON.stringify(recorded)).not.toMatch(/hidden|__secretFields/);
  });

  test("an option that makes an output secret does not make the argument one", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const orion = new Resource(plugin);
    const inputs = await orion.inputs({ webhook: { url: "https://app.example.com" } });
    const { state } = await orion.create(inputs);
    const read = await orion.read("orion", { ...state, webhook: secret(state["webhook"]) }, inputs);
    expect(read.inputs).toEqual(inputs);
    expect(read.state["webhook"]).toEqual(secret(inputs["webhook"]));
    expect(await orion.diff(read.state, read.inputs, inputs)).toMatchObject({ changes: false });
  });

  test("text that is no Unicode does not cost an answer", () => {
    const struct = structOf({ cut: "hi \ud83d", secret: ["\ud83d"] }, [["secret"]]);
    const read = propertiesIn(structs.Struct.deserializeBinary(struct.serializeBinary()));
    expect(read.values).toEqual({ cut: "hi \ufffd", secret: ["\ufffd"] });
  });

  test("tens of thousands of secrets are marked, each for itself", () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `member-${index}`);
    const values = Object.fromEntries(names.map((name) => [name, name]));
    const struct = structOf(
      values,
      names.map((name) => [name]),
    );
    expect(propertiesIn(struct).secrets).toHaveLength(names.length);
  });

  test("an argument that becomes a secret is taken out of what was observed, without a request", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const orion = new Resource(plugin);
    const before = await orion.inputs({ webhook: { url: "https://hidden.example.com" } });
    const { state } = await orion.create(before);
    emulator.clearRequests();
    const now = await orion.inputs({ webhook: { url: secret("https://hidden.example.com") } });
    expect(await orion.diff(state, before, now)).toMatchObject({ changes: true, replaces: [] });
    expect(inClear(await orion.update(state, now))).not.toContain("hidden");
    expect(emulator.requests()).toEqual([]);
  });
});

describe("check", () => {
  test("a failure names the property's path and what is accepted", async () => {
    const orion = new Resource(await pluginFor(CONFIG));
    const { failures } = await orion.check({
      webhook: { url: "https://a.example.com", events: ["message.exchange", "nope"] },
    });
    expect(failures).toEqual([
      {
        // Where a failure names a property, the engine shows its value in clear.
        property: "",
        reason: expect.stringMatching(/^webhook\.events\[1\] must be one of message\.exchange, /) as string,
      },
    ]);
  });

  test("a member that is no argument is refused, whatever its name", async () => {
    const orion = new Resource(await pluginFor(CONFIG));
    const { failures } = await orion.check({ webhook: { url: "https://a.example.com", colour: "red" } });
    expect(failures).toMatchObject([
      { property: "", reason: expect.stringMatching(/^webhook\.colour /) as string },
    ]);
  });

  test("the name is the resource's own, or as `pulumi:autonaming` has it", async () => {
    const orion = new Resource(await pluginFor(CONFIG));
    const enforce = { mode: "ENFORCE", proposedName: "orion-dev" } as const;
    const disable = { mode: "DISABLE", proposedName: "" } as const;
    expect((await orion.check({})).inputs).toEqual({ name: "orion" });
    expect((await orion.check({}, { autonaming: enforce })).inputs).toEqual({ name: "orion-dev" });
    expect((await orion.check({ name: "vega" }, { autonaming: enforce })).inputs).toEqual({ name: "vega" });
    // A name that was given once stays, whatever the resource is called by now: another one would replace the instance.
    const olds = { name: "orion-7f3a" };
    expect((await orion.check({}, { olds, autonaming: enforce })).inputs).toEqual(olds);
    expect((await orion.check({}, { olds })).inputs).toEqual(olds);
    const vega = new Resource(await pluginFor(CONFIG));
    expect((await vega.check({}, { autonaming: disable })).failures).toMatchObject([
      { property: "", reason: expect.stringMatching(/^name /) as string },
    ]);
  });
});
