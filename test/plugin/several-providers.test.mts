import { once } from "node:events";

import empty from "google-protobuf/google/protobuf/empty_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { describe, expect, test } from "vitest";

import { serviceFor } from "../support/service.mts";
import {
  attached,
  call,
  clientOf,
  configure,
  INSTANCE,
  pluginFor,
  pluginProcess,
  type Plugin,
} from "./plugin-process.mts";
import { Resource } from "./requests.mts";

const FIRST = "urn:pulumi:test::test::pulumi:providers:ryzeapi::first";
const SECOND = "urn:pulumi:test::test::pulumi:providers:ryzeapi::second";

const NOT_CONFIGURED = /was not configured over this connection/;

/** A process that serves two providers, each of its own account. */
async function scene(options: Parameters<typeof serviceFor>[0] = {}) {
  const service = await serviceFor({
    accounts: [{ token: "acc_first" }, { token: "acc_second" }],
    limits: false,
    ...options,
  });
  const configOf = (token: string) => ({ endpoint: service.emulator.url, token });
  const process = await pluginProcess();
  const first = await attached(process);
  await configure(first, configOf("acc_first"), FIRST);
  const second = await attached(process);
  await configure(second, configOf("acc_second"), SECOND);
  return { ...service, process, first, second, configOf };
}

function cancel({ client }: Plugin): Promise<unknown> {
  return call((done) => client.cancel(new empty.Empty(), done));
}

/** The connection is gone, as after half an hour in which the engine had nothing to ask. */
async function disconnect({ client, process }: Plugin): Promise<void> {
  client.close();
  // When a connection that was made afterwards is answered, the end of the former one was noticed.
  const later = clientOf(process);
  await call((done) => later.getPluginInfo(new empty.Empty(), done));
}

describe("providers of one process", () => {
  test("create, read and delete each in its own account", async () => {
    const { first, second, emulator, configOf } = await scene();
    const [one, two] = [new Resource(first), new Resource(second)];
    const [ofFirst, ofSecond] = await Promise.all([
      one.create(await one.inputs({ websocket: {} })),
      two.create(await two.inputs({ settings: { autoRejectCalls: true } })),
    ]);
    expect(emulator.instanceNames("acc_first")).toEqual(["orion"]);
    expect(emulator.instanceNames("acc_second")).toEqual(["orion"]);
    expect(emulator.instance("orion", "acc_first")).toMatchObject({ websocket: { enabled: true } });
    expect(emulator.instance("orion", "acc_second")).toMatchObject({ settings: { autoRejectCalls: true } });
    await configure(first, configOf("acc_first"), FIRST);
    await one.delete("orion", ofFirst.state);
    expect(emulator.instanceNames("acc_first")).toEqual([]);
    expect(emulator.instanceNames("acc_second")).toEqual(["orion"]);
    expect((await two.read("orion", ofSecond.state)).state).toMatchObject({
      token: ofSecond.state["token"],
    });
  });

  test("tell each engine what is its own", async () => {
    const { first, second, chatwootUrl } = await scene();
    const chatwoot = { baseUrl: chatwootUrl, accountId: 1, apiToken: "refused" };
    const orion = new Resource(first);
    await orion.create(await orion.inputs({ chatwoot }));
    expect(first.engine.log).toMatchObject([{ severity: "warning", urn: orion.urn }]);
    expect(second.engine.log).toEqual([]);
  });

  test("are cancelled one by one", async () => {
    const { first, second, emulator } = await scene();
    await cancel(first);
    const [one, two] = [new Resource(first), new Resource(second)];
    await expect(one.create(await one.inputs({}))).rejects.toThrow(/cancelled/);
    await two.create(await two.inputs({}));
    expect(emulator.instanceNames("acc_second")).toEqual(["orion"]);
  });

  test("begin each run anew", async () => {
    const { first, emulator, configOf } = await scene();
    await cancel(first);
    await configure(first, configOf("acc_first"), FIRST);
    const orion = new Resource(first);
    await orion.create(await orion.inputs({}));
    expect(emulator.instanceNames("acc_first")).toEqual(["orion"]);
  });

  test("a second one is refused where it comes over the connection of the first", async () => {
    const { first, emulator, configOf } = await scene();
    await expect(configure(first, configOf("acc_second"), SECOND)).rejects.toThrow(
      /::second cannot be configured here: .*::first.* a connection of its own/,
    );
    const orion = new Resource(first);
    await orion.create(await orion.inputs({}));
    expect(emulator.instanceNames("acc_first")).toEqual(["orion"]);
    expect(emulator.instanceNames("acc_second")).toEqual([]);
  });
});

describe("a connection over which nothing was configured", () => {
  async function expectRefused(client: Plugin["client"], plugin: Plugin): Promise<void> {
    const orion = new Resource({ ...plugin, client });
    for (const answer of [
      orion.check({}),
      orion.diff({ name: "orion" }, {}, { name: "vega" }),
      orion.create({ name: "orion" }),
      orion.create({ name: "orion" }, { preview: true }),
      orion.read("orion"),
      orion.update({ name: "orion" }, { name: "orion", websocket: { enabled: true } }),
      orion.delete("orion", { name: "orion" }),
      call<messages.InvokeResponse>((done) =>
        client.invoke(new messages.InvokeRequest().setTok("ryzeapi:index:getInstances"), done),
      ),
    ])
      await expect(answer).rejects.toThrow(NOT_CONFIGURED);
    const listed = client.list(new messages.ListRequest().setToken(INSTANCE));
    const [error] = (await once(listed.resume(), "error")) as [Error];
    expect(error.message).toMatch(NOT_CONFIGURED);
    await call((done) => client.cancel(new empty.Empty(), done));
  }

  test("has no account, with a handshake or without", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor(
      { endpoint: emulator.url, token: secrets.accountToken },
      { RYZEAPI_TOKEN: secrets.accountToken, RYZEAPI_ENDPOINT: emulator.url },
    );
    await expectRefused((await attached(plugin.process)).client, plugin);
    await expectRefused(clientOf(plugin.process), plugin);
    expect(emulator.requests()).toEqual([]);
    // Nobody else's Cancel, either.
    const orion = new Resource(plugin);
    await orion.create(await orion.inputs({}));
    expect(emulator.instanceNames()).toEqual(["orion"]);
  });

  test("goes on with the only provider, whose connection is gone", async () => {
    const { emulator, secrets, chatwootUrl } = await serviceFor({ limits: false });
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    const chatwoot = { baseUrl: chatwootUrl, accountId: 1, apiToken: "refused" };
    for (const name of ["orion", "vega"]) {
      await disconnect(plugin);
      const again = { ...plugin, client: clientOf(plugin.process) };
      const resource = new Resource(again, name);
      await resource.create(await resource.inputs({ chatwoot }));
      await disconnect(again);
    }
    expect(emulator.instanceNames()).toEqual(["orion", "vega"]);
    expect(plugin.engine.log).toHaveLength(2);
  });

  test("does not go on where two providers may be meant, nor with that of a former run", async () => {
    const { first, second, process, emulator } = await scene();
    await disconnect(first);
    await expectRefused(clientOf(process), first);
    await disconnect(second);
    await expectRefused(clientOf(process), first);
    expect(emulator.requests()).toEqual([]);
  });

  test("after a handshake it is that of another provider", async () => {
    const { emulator, secrets } = await serviceFor();
    const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
    await disconnect(plugin);
    await expectRefused((await attached(plugin.process)).client, plugin);
    expect(emulator.requests()).toEqual([]);
  });
});
