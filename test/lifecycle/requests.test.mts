import { expect, test } from "vitest";

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

test("deletions share the listing of the refresh before them, and that of the creations", async () => {
  const w = await twoAccounts();
  const state = await w.created({ name: "a" });
  const run = w.process().instance;
  const fresh = await run.read("a", state);
  await run.create(checked(run, { name: "b" }));
  await run.delete("a", fresh?.state ?? {});
  expect(asked(w)).toEqual([
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
