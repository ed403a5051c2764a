import { once } from "node:events";
import { readFile } from "node:fs/promises";

import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { credentials, makeClientConstructor } from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { describe, expect, onTestFinished, test } from "vitest";

import type { Values } from "../../provider/values.ts";
import { serviceFor } from "../support/service.mts";
import { EnginePeer } from "./engine-peer.mts";
import {
  call,
  INSTANCE,
  pluginFor,
  unconfiguredPlugin,
  urnOf,
  WEBHOOK,
  type Plugin,
} from "./plugin-process.mts";
import { failuresIn, Resource } from "./requests.mts";
import { inClear, plain, secret, struct, UNKNOWN } from "./wire.mts";

const PROVIDER_URN = "urn:pulumi:test::test::pulumi:providers:ryzeapi::other";

async function checkConfig({ client }: Plugin, news: Values) {
  const request = new messages.CheckRequest().setUrn(PROVIDER_URN).setNews(struct(news));
  const answer = await call<messages.CheckResponse>((done) => client.checkConfig(request, done));
  return { inputs: plain(answer.getInputs()), failures: failuresIn(answer.getFailuresList()) };
}

async function invoke({ client }: Plugin, token: string, args: Values) {
  const request = new messages.InvokeRequest().setTok(token).setArgs(struct(args));
  const answer = await call<messages.InvokeResponse>((done) => client.invoke(request, done));
  return { result: plain(answer.getReturn()), failures: failuresIn(answer.getFailuresList()) };
}

describe("the plugin", () => {
  test("says its version and its schema", async () => {
    const { client } = await unconfiguredPlugin();
    const info = await call<plugins.PluginInfo>((done) => client.getPluginInfo(new empty.Empty(), done));
    const answer = await call<messages.GetSchemaResponse>((done) =>
      client.getSchema(new messages.GetSchemaRequest(), done),
    );
    const schema = JSON.parse(answer.getSchema()) as { name: string; version: string; resources: Values };
    const { version } = JSON.parse(
      await readFile(new URL("../../package.json", import.meta.url), "utf8"),
    ) as { version: string };
    expect(schema).toMatchObject({ name: "ryzeapi", version });
    expect(info.getVersion()).toBe(version);
    expect(Object.keys(schema.resources)).toEqual([INSTANCE, WEBHOOK]);
  });

  test("accepts secrets and asks for autonaming", async () => {
    const { client } = await unconfiguredPlugin();
    const answer = await call<messages.ProviderHandshakeResponse>((done) =>
      client.handshake(new messages.ProviderHandshakeRequest(), done),
    );
    expect(answer.toObject()).toMatchObject({
      acceptSecrets: true,
      supportsAutonamingConfiguration: true,
      acceptOutputs: false,
      acceptResources: false,
    });
  });

  test("refuses a resource and a function that it does not have, by name", async () => {
    const plugin = await pluginFor({ token: "acc_demo" });
    await expect(new Resource(plugin, "orion", "ryzeapi:index:Phone").check({})).rejects.toThrow(
      /no resource ryzeapi:index:Phone/,
    );
    await expect(invoke(plugin, "ryzeapi:index:getPhone", {})).rejects.toThrow(/no function .*getPhone/);
  });

  test("answers with an error that fits into a header, and goes on", async () => {
    const plugin = await pluginFor({ token: "acc_demo" });
    const refused = invoke(plugin, `ryzeapi:index:${"x".repeat(5_000_000)}`, {});
    await expect(refused).rejects.toThrow(/no function ryzeapi:index:x{100}/);
    expect((await new Resource(plugin).check({})).inputs).toEqual({ name: "orion" });
  });

  test("ignores fields of a message that it does not know", async () => {
    const { client } = await pluginFor({ token: "acc_demo" });
    const request = new messages.CheckRequest().setUrn(urnOf("orion")).setName("orion").setNews(struct({}));
    // Field 999, of a later protocol: a length-delimited text.
    const ofLater = Buffer.concat([request.serializeBinary(), Buffer.from([0xba, 0x3e, 0x02, 0x68, 0x69])]);
    const Raw = makeClientConstructor(
      {
        check: {
          path: "/pulumirpc.ResourceProvider/Check",
          requestStream: false,
          responseStream: false,
          requestSerialize: (bytes: Buffer) => bytes,
          requestDeserialize: (bytes: Buffer) => bytes,
          responseSerialize: (bytes: Buffer) => bytes,
          responseDeserialize: (bytes: Buffer) => messages.CheckResponse.deserializeBinary(bytes),
        },
      },
      "Raw",
    );
    // The connection is what says which provider is meant.
    const channelOverride = client.getChannel();
    const raw = new Raw(channelOverride.getTarget(), credentials.createInsecure(), { channelOverride });
    const answer = await call<messages.CheckResponse>((done) => {
      (raw["check"] as (bytes: Buffer, done: unknown) => void).call(raw, ofLater, done);
    });
    expect(plain(answer.getInputs())).toEqual({ name: "orion" });
  });

  test("tells the engine that attaches to it", async () => {
    const { emulator, secrets, chatwootUrl } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const debugging = await EnginePeer.start();
    onTestFinished(() => {
      debugging.stop();
    });
    const request = new plugins.PluginAttach().setAddress(debugging.address);
    await call((done) => plugin.client.attach(request, done));
    const orion = new Resource(plugin);
    const chatwoot = { baseUrl: chatwootUrl, accountId: 1, apiToken: "refused" };
    await orion.create(await orion.inputs({ chatwoot }));
    expect(debugging.log).toMatchObject([{ severity: "warning", urn: orion.urn }]);
    expect(plugin.engine.log).toEqual([]);
  });

  test("ends when the engine is gone", async () => {
    const { child } = (await unconfiguredPlugin()).process;
    const exit = once(child, "exit");
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
  });
});

describe("configuration", () => {
  test("the token is a secret, and other members stay", async () => {
    const plugin = await unconfiguredPlugin();
    const { inputs, failures } = await checkConfig(plugin, {
      token: "acc_other",
      endpoint: "https://ryze.example.com",
      version: "0.1.0",
    });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      token: secret("acc_other"),
      endpoint: "https://ryze.example.com",
      version: "0.1.0",
    });
  });

  test.each<[string, Values, string]>([
    ["plain http", { endpoint: "http://ryze.example.com" }, "endpoint"],
    ["a path", { endpoint: "https://ryze.example.com/api" }, "endpoint"],
    ["a token that no header can carry", { token: "two words" }, "token"],
    ["a share of nothing", { limitShare: 0 }, "`ryzeapi:limitShare`"],
    ["a share that is no whole number", { limitShare: "a half" }, "`ryzeapi:limitShare`"],
  ])("refuses %s", async (_what, config, property) => {
    const { failures } = await checkConfig(await unconfiguredPlugin(), config);
    expect(failures).toMatchObject([
      { property: "", reason: expect.stringMatching(new RegExp(`^${property} must`)) as string },
    ]);
  });

  test("an empty token is none: it may come from the environment", async () => {
    expect((await checkConfig(await unconfiguredPlugin(), { token: "" })).failures).toEqual([]);
  });

  test("values that are not known yet are accepted", async () => {
    const { failures, inputs } = await checkConfig(await unconfiguredPlugin(), { token: UNKNOWN });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ token: secret(UNKNOWN) });
  });

  test("no change of it replaces the provider, which would replace its instances", async () => {
    const { client } = await unconfiguredPlugin();
    const request = new messages.DiffRequest().setUrn(PROVIDER_URN);
    request.setOldInputs(struct({ token: "first", endpoint: "https://a.example.com" }));
    request.setNews(struct({ token: "second", endpoint: "https://b.example.com" }));
    const answer = await call<messages.DiffResponse>((done) => client.diffConfig(request, done));
    expect(answer.getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_SOME);
    expect(answer.getDiffsList()).toEqual(["token", "endpoint"]);
    expect(answer.getReplacesList()).toEqual([]);
  });

  test("a missing token is said at the resource, with the ways to set one", async () => {
    const { failures } = await new Resource(await pluginFor({})).check({});
    expect(failures).toMatchObject([
      { property: "", reason: expect.stringContaining("pulumi config set --secret") as string },
    ]);
  });

  test("what is not configured comes from the environment", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor(
      {},
      { RYZEAPI_TOKEN: secrets.accountToken, RYZEAPI_ENDPOINT: emulator.url },
    );
    const orion = new Resource(plugin);
    await orion.create(await orion.inputs({}));
    expect(emulator.instanceNames()).toEqual(["orion"]);
  });

  test("explicit providers work side by side, each in its own account", async () => {
    const { emulator } = await serviceFor({ accounts: [{ token: "acc_first" }, { token: "acc_second" }] });
    await Promise.all(
      ["acc_first", "acc_second"].map(async (token) => {
        const orion = new Resource(await pluginFor({ endpoint: emulator.url, token }));
        await orion.create(await orion.inputs({}));
      }),
    );
    expect(emulator.instanceNames("acc_first")).toEqual(["orion"]);
    expect(emulator.instanceNames("acc_second")).toEqual(["orion"]);
  });
});

describe("look-ups", () => {
  async function withTwoInstances() {
    const { emulator, secrets } = await serviceFor({ readings: { listToken: true } });
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    for (const name of ["orion", "vega"]) {
      const resource = new Resource(plugin, name);
      await resource.create(await resource.inputs({ token: `token-of-${name}`, websocket: {} }));
    }
    return plugin;
  }

  test("getInstance tells one instance, its token as a secret", async () => {
    const { result } = await invoke(await withTwoInstances(), "ryzeapi:index:getInstance", { name: "vega" });
    expect(result).toMatchObject({ name: "vega", status: "disconnected", token: secret("token-of-vega") });
  });

  test("getInstance fails for an instance that does not exist, and for a wrong argument", async () => {
    const plugin = await withTwoInstances();
    await expect(invoke(plugin, "ryzeapi:index:getInstance", { name: "lyra" })).rejects.toThrow(
      /no instance of the `name` that was asked for/,
    );
    await expect(invoke(plugin, "ryzeapi:index:getInstance", { name: " " })).rejects.toThrow(
      /name must not be blank/,
    );
  });

  test("getInstance says what to write where a preview would only create the instance", async () => {
    const plugin = await withTwoInstances();
    const lyra = new Resource(plugin, "lyra");
    const inputs = await lyra.inputs({});
    await lyra.create(inputs, { preview: true });
    const lookup = () => invoke(plugin, "ryzeapi:index:getInstance", { name: "lyra" });
    await expect(lookup()).rejects.toThrow(/Give the look-up the resource's `id` as `name`/);
    await lyra.create(inputs);
    expect((await lookup()).result).toMatchObject({ name: "lyra" });
  });

  test("getInstances tells all of them, without their tokens", async () => {
    const { result } = await invoke(await withTwoInstances(), "ryzeapi:index:getInstances", {});
    expect(result).toMatchObject({ instances: [{ name: "orion" }, { name: "vega" }] });
    expect(inClear(result)).not.toContain("token-of");
  });
});
