import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import type { Readings } from "../emulator/emulator.mts";
import { OUR_NUMBER, THEIR_NUMBER, twoAccounts } from "../lifecycle/accounts.mts";
import { ryzeapi, stackFor, type TestStack } from "../support/stack.mts";
import { refused, stackOfOurs } from "./our-stack.mts";

const { RyzeInstance } = ryzeapi;

/** How much the service tells of an instance. */
const ALL: Partial<Readings> = {};
const SOME: Partial<Readings> = { list: "summary", listId: false, listToken: "masked" };
const NAMES: Partial<Readings> = { list: "minimal", listId: false, listToken: false, listTimes: false };

const url = "https://app.example.com";

const up = (stack: TestStack) => stack.up();
const refresh = (stack: TestStack) => stack.refresh();
const destroy = (stack: TestStack) => stack.destroy();

test.each([
  ["ryzeapi:token", ALL],
  ["account.token", SOME],
  ["RYZEAPI_TOKEN", NAMES],
] as const)("%s becomes that of another account, which has a paired namesake: %j", async (way, readings) => {
  const w = await twoAccounts(readings);
  let args: RyzeInstanceArgs = { webhook: { url } };
  const stack = await stackFor({
    endpoint: w.emulator.url,
    token: undefined,
    program: () => {
      new RyzeInstance("orion", args);
      return Promise.resolve();
    },
  });
  const name = async (token: string): Promise<void> => {
    if (way === "ryzeapi:token") await stack.configure(way, token, true);
    if (way === "RYZEAPI_TOKEN") stack.setVariable(way, token);
    if (way === "account.token") args = { ...args, account: { token } };
  };
  await name(w.ours);
  await stack.up();
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  const { id } = w.emulator.instance("orion", w.ours) ?? {};

  await name(w.theirs);
  args = { ...args, webhook: { url: `${url}/changed` } };
  const changed = await refused(w, stack, up);
  expect(changed).toContain('The instance "orion" was not changed');
  expect(changed).toContain(`at ${w.emulator.url}, with 2 instances: "lyra", "orion"`);
  expect(changed).toContain(`paired with ${THEIR_NUMBER}`);
  expect(changed).toMatch(/[Pp]ut (that account's|the former account) token back .*and run `pulumi up`/);
  // What stands in the state may be all that a deletion is told.
  if (way !== "account.token")
    expect(await refused(w, stack, destroy)).toContain('The instance "orion" was not deleted');
  if (way === "RYZEAPI_TOKEN")
    expect(await refused(w, stack, refresh)).toContain('The instance "orion" was not read');

  await name(w.ours);
  await stack.up();
  const kept = { id, state: "connected", webhooks: { default: { url: `${url}/changed` } } };
  expect(w.emulator.instance("orion", w.ours)).toMatchObject(kept);
  await stack.destroy();
  expect(w.emulator.instanceNames(w.ours)).toEqual([]);
  expect(w.emulator.instanceNames(w.theirs)).toEqual(["lyra", "orion"]);
});

test.each([ALL, SOME])("the own token of a paired instance, declared: %j", async (readings) => {
  const w = await twoAccounts(readings);
  let args: RyzeInstanceArgs = { token: "declared-token" };
  const stack = await stackOfOurs(w, () => {
    new RyzeInstance("orion", args);
    new RyzeInstance("vega");
  });
  await stack.up();
  w.emulator.patchInstance("orion", { token: "another-token" }, w.ours);
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  await stack.refresh();

  // Where listings tell no token, nobody but the instance knows which one it has.
  args = readings.listToken === "masked" ? {} : { token: "another-token" };
  const { summary } = await w.untouched(() => stack.up());
  expect(summary.resourceChanges).toEqual({ same: 2, update: 1 });
  await stack.preview({ expectNoChanges: true });

  stack.setVariable("RYZEAPI_TOKEN", "another-token");
  for (const operation of [refresh, destroy])
    expect(await refused(w, stack, operation)).toMatch(/is the own token of the instance "orion"/);
  expect((await stack.instances()).map(({ id }) => id).sort()).toEqual(["orion", "vega"]);
});
