import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import type { Values } from "../../provider/values.ts";
import { create as createElsewhere } from "../emulator/helpers.mts";
import { LIST } from "../support/service.mts";
import { checked } from "../support/lifecycle.mts";
import { twoAccounts, type TwoAccounts } from "./accounts.mts";

const CREATE = "POST /api/instance/new";
const DELETE = "DELETE /api/instance/delete/:instance";
const SET_WEBHOOK = "POST /api/events/webhook/:instance";

const NAMES = ["a", "b", "c"];
const WEBHOOK = { url: "https://app.example.com" };
const OTHER = { url: "https://app.example.com/2" };

/** What is asked, and with whose token. */
function asked({ emulator }: TwoAccounts): [route: string, token: string][] {
  const requests = emulator.requests().map(({ route, token }): [string, string] => [route, token]);
  emulator.clearRequests();
  return requests;
}

/** What listings were asked for. */
function questions({ emulator }: TwoAccounts): string[] {
  return emulator
    .requests()
    .flatMap(({ route, query }) => (route === LIST ? [decodeURIComponent(query)] : []));
}

test("what an identity costs on the usual ways: nothing but the listing before deletions", async () => {
  const w = await twoAccounts({ list: "full" });
  w.emulator.clearRequests();
  const args = (webhook: object) => NAMES.map((name) => checked(w.process().instance, { name, webhook }));

  let run = w.process().instance;
  let states = await Promise.all(args(WEBHOOK).map((each) => run.create(each)));
  expect(asked(w)).toEqual([[LIST, "account"], ...NAMES.map(() => [CREATE, "account"])]);

  run = w.process().instance;
  for (const [index, each] of args(WEBHOOK).entries())
    expect(run.diff(states[index] ?? {}, each)).toMatchObject({ changes: false });
  expect(asked(w)).toEqual([]);

  run = w.process().instance;
  const found = await Promise.all(NAMES.map((name, index) => run.read(name, states[index] ?? {})));
  expect(asked(w)).toEqual([[LIST, "account"]]);

  run = w.process().instance;
  states = found.map((each) => each?.state ?? {});
  states = await Promise.all(
    args(OTHER).map((each, index) => run.update(each.name, states[index] ?? {}, each)),
  );
  expect(asked(w)).toEqual(NAMES.map(() => [SET_WEBHOOK, "instance"]));

  run = w.process().instance;
  await Promise.all(NAMES.map((name, index) => run.delete(name, states[index] ?? {})));
  expect(asked(w)).toEqual([[LIST, "account"], ...NAMES.map(() => [DELETE, "account"])]);
  expect(w.emulator.instanceNames(w.ours)).toEqual([]);
});

test("deletions share the listing of the refresh before them, which creations ask past", async () => {
  const w = await twoAccounts();
  const state = await w.created({ name: "a" });
  const run = w.process().instance;
  const fresh = await run.read("a", state);
  await run.create(checked(run, { name: "b" }));
  await run.delete("a", fresh?.state ?? {});
  expect(questions(w)).toEqual(["instanceName=a", "instanceName=b"]);
  expect(asked(w)).toEqual([
    [LIST, "account"],
    [LIST, "account"],
    [CREATE, "account"],
    [DELETE, "account"],
  ]);
});

test("a webhook with its instance's token takes no request of the account's, but for its removal", async () => {
  const w = await twoAccounts();
  const { token } = await w.created({ name: "a" });
  const declared = { instance: "a", label: "audit", token, url: WEBHOOK.url };
  let { webhook } = w.process();
  const state = await webhook.create(checked(webhook, declared));
  expect(asked(w).map(([, whose]) => whose)).toEqual(["instance", "instance"]);

  ({ webhook } = w.process());
  const news = checked(webhook, { ...declared, url: OTHER.url });
  const after = await webhook.update("a/audit", state, news);
  expect(asked(w)).toEqual([[SET_WEBHOOK, "instance"]]);

  await w.process().webhook.delete("a/audit", after);
  expect(asked(w)).toEqual([
    [LIST, "account"],
    [SET_WEBHOOK, "instance"],
  ]);
});

describe("a listing costs what the stack is worth, whatever else the account holds", () => {
  test("names that are asked for together go into one call", async () => {
    const w = await twoAccounts();
    const run = w.process().instance;
    await Promise.all(NAMES.map((name) => run.create(checked(run, { name }))));
    expect(questions(w)).toEqual(["instanceName=a,b,c"]);
  });

  test("names that come later go into calls of their own; after three everything is listed, once", async () => {
    const w = await twoAccounts();
    const late = ["d", "e", "f", "g"];
    const states = new Map<string, Values>();
    for (const name of [...NAMES, ...late]) states.set(name, await w.created({ name }));
    w.emulator.clearRequests();
    const run = w.process().instance;
    const read = async (name: string) => {
      expect((await run.read(name, states.get(name) ?? {}))?.state["name"]).toBe(name);
    };
    await read("d");
    await Promise.all([...NAMES, "d"].map(read));
    for (const name of ["e", "f", "g", "a"]) await read(name);
    expect(questions(w)).toEqual(["instanceName=d", "instanceName=a,b,c", "instanceName=e", ""]);
  });

  test("names that come while a call is under way are gathered for the next one", async () => {
    const w = await twoAccounts();
    w.emulator.fault({ kind: "delay", ms: 150, route: LIST, times: 1 });
    const run = w.process().instance;
    const creations = NAMES.map(async (name, index) => {
      await sleep(index * 40);
      await run.create(checked(run, { name }));
    });
    await Promise.all(creations);
    expect(questions(w)).toEqual(["instanceName=a", "instanceName=b,c"]);
  });

  test("of names that are asked for together one that is gone is looked up alone", async () => {
    const w = await twoAccounts();
    const states = await Promise.all(NAMES.map((name) => w.created({ name })));
    w.emulator.patchInstance("b", { deleted: true }, w.ours);
    w.emulator.clearRequests();
    const run = w.process().instance;
    const found = await Promise.all(NAMES.map((name, index) => run.read(name, states[index] ?? {})));
    expect(found.map((each) => each?.state["name"])).toEqual(["a", undefined, "c"]);
    expect(questions(w).slice(0, 2)).toEqual(["instanceName=a,b,c", "instanceName=b"]);
  });

  test("more names than a URL may hold have everything listed", async () => {
    const w = await twoAccounts();
    const run = w.process().instance;
    const names = Array.from({ length: 50 }, (_, number) => `${"n".repeat(50)}-${number}`);
    await Promise.all(names.map((name) => run.create(checked(run, { name }))));
    expect(questions(w)).toEqual([""]);
  });

  test("one instance among a hundred is created, read and deleted without the others", async () => {
    const w = await twoAccounts();
    for (let number = 1; number <= 100; number += 1) await createElsewhere(w.emulator, `number-${number}`);
    const listed = async (query: string) => {
      const url = `${w.emulator.url}/api/instance/list?${query}`;
      return (await (await fetch(url, { headers: { token: w.ours } })).text()).length;
    };
    expect(await listed("")).toBeGreaterThan(20_000);
    const state = await w.created({ name: "orion" });
    const process = () => w.process().instance;
    for (const run of [
      () => process().read("orion", state),
      () => process().delete("orion", state),
      () => process().create(checked(process(), { name: "orion" })),
    ]) {
      w.emulator.clearRequests();
      await run();
      const asked = questions(w);
      expect(asked).toEqual(["instanceName=orion"]);
      expect(await listed(asked[0] ?? "")).toBeLessThan(2_000);
    }
  });
});
