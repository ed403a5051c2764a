import { beforeEach, describe, expect, test } from "vitest";

import type { FaultRule } from "../emulator/emulator.mts";
import { LIST } from "../support/service.mts";
import { scenario, type Scenario } from "./scenario.mts";

const WEBHOOK = { name: "orion", webhook: { url: "https://app.example.com" } };

let s: Scenario;
beforeEach(async () => {
  s = await scenario();
});

test("an instance that was deleted out of band reads as deleted, and is deleted without an error", async () => {
  const state = await s.created(s.declared);
  s.emulator.patchInstance("orion", { deleted: true });
  expect(await s.process().read("orion", state)).toBeUndefined();
  // The question for the name, twice, and whether the instance's own token still works.
  expect(s.emulator.requests().map(({ token, query }) => [token, query])).toEqual([
    ["account", "instanceName=orion"],
    ["account", "instanceName=orion"],
    ["invalid", ""],
  ]);
  await s.process().delete("orion", state);
});

test("so does the last of many, while the others are read as they are", async () => {
  const names = ["a", "b", "c"];
  const states = await Promise.all(names.map((name) => s.created({ name })));
  s.emulator.patchInstance("b", { deleted: true });
  const process = s.process();
  const found = await Promise.all(names.map((name, index) => process.read(name, states[index] ?? {})));
  expect(found.map((each) => each?.inputs.name)).toEqual(["a", undefined, "c"]);
});

test("a listing that leaves an instance out is no proof: the name is asked for", async () => {
  const state = await s.created(WEBHOOK);
  const text = JSON.stringify({ success: true, message: "0 Instances found", instances: [] });
  s.emulator.fault({ kind: "raw-body", text, route: LIST, times: 1 });
  const found = await s.process().read("orion", state);
  expect(found?.inputs).toEqual(s.args(WEBHOOK));
  expect(s.emulator.requests().map(({ query }) => query)).toEqual([
    "instanceName=orion",
    "instanceName=orion",
  ]);
});

test("another instance in the answer to the name is no proof that it exists", async () => {
  const state = await s.created(WEBHOOK);
  s.emulator.patchInstance("orion", { deleted: true });
  const instances = [{ name: "Orion" }];
  const text = JSON.stringify({ success: true, message: "1 Instance found", instances });
  s.emulator.fault({ kind: "raw-body", text, route: LIST });
  expect(await s.process().read("orion", state)).toBeUndefined();
});

test("a name with a comma, which would ask for several, is searched in the listing", async () => {
  const declared = { name: "orion,vega" };
  const state = await s.created(declared);
  expect(await s.process().read(declared.name, state)).toBeDefined();
  s.emulator.patchInstance(declared.name, { deleted: true });
  await s.created({ name: "orion" });
  expect(await s.process().read(declared.name, state)).toBeUndefined();
});

describe("never read as deleted", () => {
  const answers: [what: string, fault: FaultRule][] = [
    ["401", { kind: "status", status: 401, message: "Invalid token" }],
    ["403", { kind: "status", status: 403, message: "Unauthenticated" }],
    ["500", { kind: "status", status: 500, message: "Failed to get instance" }],
    ["502 by a proxy", { kind: "html", status: 502 }],
    ["404 by a proxy", { kind: "html", status: 404 }],
    ["an HTML page with status 200", { kind: "html", status: 200 }],
    ["a JSON that is no listing", { kind: "raw-body", text: "{}" }],
    ["an answer that is cut off", { kind: "cut-json" }],
    ["no answer", { kind: "drop-before" }],
  ];

  test.each(answers)("%s to the listing", async (_, fault) => {
    const state = await s.created(WEBHOOK);
    s.emulator.fault({ ...fault, route: LIST } as FaultRule);
    await expect(s.process().read("orion", state)).rejects.toThrow("GET /api/instance/list");
  });

  test.each(answers)("%s to the question for the name", async (_, fault) => {
    const state = await s.created(WEBHOOK);
    s.emulator.fault({ kind: "raw-body", text: '{"instances": []}', route: LIST, times: 1 });
    s.emulator.fault({ ...fault, route: LIST } as FaultRule);
    await expect(s.process().read("orion", state)).rejects.toThrow("GET /api/instance/list");
  });

  test.each(answers)("%s to a block's own question", async (_, fault) => {
    const state = await s.created(WEBHOOK);
    s.emulator.readings.list = "minimal";
    s.emulator.fault({ ...fault, route: "GET /api/events/getWebhook/:instance" } as FaultRule);
    await expect(s.process().read("orion", state)).rejects.toThrow("getWebhook");
  });

  test.each([
    ["proxy", "GET /api/instance/getProxy/:instance"],
    ["webhook", "GET /api/events/getWebhook/:instance"],
    ["websocket", "GET /api/events/getWebsocket/:instance"],
    ["chatwoot", "GET /api/chatwoot/list/:instance"],
    ["settings", "GET /api/instance/getSettings/:instance"],
    ["s3", "GET /api/instance/getS3/:instance"],
  ] as const)("nor is %s read as off in an answer that makes no sense", async (block, route) => {
    const state = await s.created({ name: "orion", [block]: s.declared[block] });
    s.emulator.readings.list = "minimal";
    for (const fault of [{ kind: "wrong-types" }, { kind: "raw-body", text: "{}" }] as const) {
      s.emulator.clearFaults();
      s.emulator.fault({ ...fault, route });
      await expect(s.process().read("orion", state)).rejects.toThrow("the answer could not be read");
    }
  });
});

describe("reads that run at the same time share one listing", () => {
  test("50 instances: one request in all where the listing tells everything", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `orion-${index}`);
    const states = await Promise.all(names.map((name) => s.created({ ...WEBHOOK, name })));
    const process = s.process();
    s.emulator.clearRequests();
    const found = await Promise.all(names.map((name, index) => process.read(name, states[index] ?? {})));
    expect(found.map((each) => each?.inputs.name)).toEqual(names);
    expect(s.emulator.requests().map(({ route }) => route)).toEqual([LIST]);
  });

  test("a write in between ends the sharing", async () => {
    const state = await s.created(WEBHOOK);
    const process = s.process();
    await process.read("orion", state);
    const args = s.args({ ...WEBHOOK, webhook: { url: "https://app.example.com/2" } });
    const after = await process.update("orion", state, args);
    const found = await process.read("orion", after);
    expect(found?.inputs).toEqual(args);
  });
});
