import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { describe, expect, test } from "vitest";

import type { Values } from "../../provider/values.ts";
import { create } from "../emulator/helpers.mts";
import { serviceFor } from "../support/service.mts";
import { INSTANCE, pluginFor, urnOf, WEBHOOK, type Plugin } from "./plugin-process.mts";
import { Resource } from "./requests.mts";
import { struct, UNKNOWN } from "./wire.mts";

interface Asked {
  readonly type?: string;
  readonly query?: Values;
  readonly limit?: number;
  readonly pageSize?: number;
  readonly continuation?: string;
}

async function list(
  { client }: Plugin,
  { type = INSTANCE, query = {}, limit = 0, pageSize = 0, continuation = "" }: Asked = {},
) {
  const request = new messages.ListRequest().setToken(type).setQuery(struct(query)).setLimit(limit);
  request.setPageSize(pageSize).setContinuationToken(continuation);
  const page = { ids: [] as string[], names: [] as string[], continuation: "", isComputed: false };
  for await (const item of client.list(request) as AsyncIterable<messages.ListResponse>) {
    const result = item.getResult();
    if (result !== undefined) {
      page.ids.push(result.getId());
      page.names.push(result.getName());
    }
    page.continuation = item.getContinuation()?.getContinuationToken() ?? page.continuation;
    page.isComputed ||= item.hasComputed();
  }
  return page;
}

/** Page by page, until no more is announced. */
async function pages(plugin: Plugin, asked: Asked): Promise<string[][]> {
  const all: string[][] = [];
  let continuation = "";
  do {
    const page = await list(plugin, { ...asked, continuation });
    all.push(page.ids);
    ({ continuation } = page);
  } while (continuation !== "");
  return all;
}

describe("a list of instances", () => {
  test("has all of them, or as many as are wanted", async () => {
    const { plugin } = await scene();
    expect(await list(plugin)).toMatchObject({ ids: ["lyra", "orion", "vega"], continuation: "" });
    expect(await list(plugin, { limit: 2 })).toMatchObject({ ids: ["lyra", "orion"], continuation: "" });
  });

  test("comes in pages, whatever comes and goes in between", async () => {
    const { plugin, emulator } = await scene();
    expect(await pages(plugin, { pageSize: 2 })).toEqual([["lyra", "orion"], ["vega"]]);
    expect(await pages(plugin, { pageSize: 3 })).toEqual([["lyra", "orion", "vega"]]);
    expect(await pages(plugin, { pageSize: 1, limit: 2 })).toEqual([["lyra"], ["orion"]]);
    const { continuation } = await list(plugin, { pageSize: 2 });
    emulator.patchInstance("lyra", { deleted: true });
    const later = await pluginOf(emulator);
    expect((await list(later, { pageSize: 2, continuation })).ids).toEqual(["vega"]);
  });

  test("can be asked by name and by status", async () => {
    const { plugin } = await scene();
    expect((await list(plugin, { query: { name: "vega" } })).ids).toEqual(["vega"]);
    expect((await list(plugin, { query: { name: "nobody" } })).ids).toEqual([]);
    expect((await list(plugin, { query: { status: "connected" } })).ids).toEqual(["orion"]);
    expect((await list(plugin, { query: { status: "connected", name: "vega" } })).ids).toEqual([]);
  });

  test("is not known where the query is not", async () => {
    const { plugin, emulator } = await scene();
    emulator.clearRequests();
    const page = await list(plugin, { query: { name: UNKNOWN } });
    expect(page).toMatchObject({ ids: [], isComputed: true });
    expect(emulator.requests()).toEqual([]);
  });

  test("refuses what it cannot be asked, and a page that it did not announce", async () => {
    const { plugin } = await scene();
    await expect(list(plugin, { query: { color: "red" } })).rejects.toThrow(
      /A list of ryzeapi:index:Instance takes name and status, each a string; not color/,
    );
    await expect(list(plugin, { query: { name: 7 } })).rejects.toThrow(/not name/);
    await expect(list(plugin, { continuation: "elsewhere" })).rejects.toThrow(
      /continuation token is none that this provider gave/,
    );
    await expect(list(plugin, { type: "ryzeapi:index:Phone" })).rejects.toThrow(
      /Only ryzeapi:index:Instance and ryzeapi:index:Webhook can be listed/,
    );
  });
});

describe("a list of webhooks", () => {
  test("has those of one instance but the default one, by ids that can be imported", async () => {
    const { plugin, emulator } = await scene();
    const url = "https://app.example.com";
    const webhooks = { default: { url }, "an audit": { url }, backup: { url, enabled: false } };
    emulator.patchInstance("orion", { webhooks });
    const listed = await list(plugin, { type: WEBHOOK, query: { instance: "orion" } });
    expect(listed).toMatchObject({
      ids: ["orion/an%20audit", "orion/backup"],
      names: ["an audit", "backup"],
    });
    const audit = new Resource(plugin, "audit", WEBHOOK);
    expect((await audit.read("orion/an%20audit")).inputs).toMatchObject({ label: "an audit", url });
  });

  test("needs an instance that is there", async () => {
    const { plugin } = await scene();
    await expect(list(plugin, { type: WEBHOOK })).rejects.toThrow(/needs `instance`/);
    await expect(list(plugin, { type: WEBHOOK, query: { instance: "nobody" } })).rejects.toThrow(
      /no instance named "nobody"/,
    );
  });
});

describe("where no program names a resource", () => {
  test.each([
    ["Instance", INSTANCE, {}, "name"],
    ["Webhook", WEBHOOK, { instance: "orion", url: "https://app.example.com" }, "label"],
  ])("%s does not get the name of its type", async (name, type, news, argument) => {
    const { plugin } = await scene();
    const unnamed = new Resource(plugin, name, type);
    expect(unnamed.urn).toBe(urnOf(name, type));
    expect((await unnamed.check(news)).failures).toMatchObject([
      { reason: expect.stringContaining(`${argument} is required here`) as string },
    ]);
    expect((await unnamed.check({ ...news, [argument]: "own" })).failures).toEqual([]);
    const proposed = { mode: "PROPOSE", proposedName: name } as const;
    expect((await unnamed.check(news, { autonaming: proposed })).failures).toEqual([]);
  });
});

async function scene() {
  const { emulator } = await serviceFor();
  for (const name of ["orion", "vega", "lyra"]) await create(emulator, name);
  emulator.pair("orion");
  return { emulator, plugin: await pluginOf(emulator) };
}

function pluginOf({ url, accountToken }: { readonly url: string; readonly accountToken: string }) {
  return pluginFor({ endpoint: url, token: accountToken });
}
