import { createServer, type AddressInfo, type Socket } from "node:net";

import { describe, expect, onTestFinished, test } from "vitest";

import { serviceFor } from "../support/service.mts";
import { EnginePeer } from "./engine-peer.mts";
import { attach, attached, configure, pluginFor, pluginProcess, type Plugin } from "./plugin-process.mts";
import { Resource } from "./requests.mts";

async function scene() {
  const { emulator, secrets, chatwootUrl } = await serviceFor({ limits: false });
  const config = { endpoint: emulator.url, token: secrets.accountToken };
  const chatwoot = { baseUrl: chatwootUrl, accountId: 1, apiToken: "refused" };
  /** Creates an instance, about which there is a warning. */
  const create = async (plugin: Plugin, name: string): Promise<number> => {
    const resource = new Resource(plugin, name);
    const inputs = await resource.inputs({ chatwoot });
    const start = Date.now();
    expect(await resource.create(inputs)).toMatchObject({ id: name });
    return Date.now() - start;
  };
  return { emulator, config, create };
}

/** Takes every connection, and says nothing. */
async function silentAddress(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("an engine that never answers what it is told", () => {
  async function expectOneWait(plugin: Plugin, create: (plugin: Plugin, name: string) => Promise<number>) {
    await create(plugin, "orion");
    expect(plugin.process.printed()).toMatch(/chatwoot is not as declared/);
    expect(await create(plugin, "vega")).toBeLessThan(2_000);
    expect(plugin.process.printed().match(/chatwoot is not as declared/g)).toHaveLength(2);
  }

  test("is waited for once, and then stderr has its messages", async () => {
    const { config, create } = await scene();
    const deaf = await EnginePeer.start({ answers: false });
    onTestFinished(() => {
      deaf.stop();
    });
    const plugin = await attached(await pluginProcess(), deaf);
    await configure(plugin, config);
    await expectOneWait(plugin, create);
    expect(deaf.log).toHaveLength(1);
  });

  test("nor does one that says nothing at all hold anything up", async () => {
    const { config, create } = await scene();
    const plugin = await pluginFor(config);
    await attach(plugin, await silentAddress());
    await expectOneWait(plugin, create);
  });

  test("does not make another one deaf", async () => {
    const { config, create } = await scene();
    const plugin = await pluginFor(config);
    await attach(plugin, await silentAddress());
    await create(plugin, "orion");
    await attach(plugin, plugin.engine.address);
    await create(plugin, "vega");
    expect(plugin.engine.log).toHaveLength(1);
  });
});

test("the engine is told directly, whatever proxy leads outside", async () => {
  const { config, create } = await scene();
  const plugin = await pluginFor(config, { https_proxy: `http://${await silentAddress()}`, no_proxy: "" });
  await create(plugin, "orion");
  expect(plugin.engine.log).toHaveLength(1);
});
