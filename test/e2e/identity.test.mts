import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import type { Readings } from "../emulator/emulator.mts";
import { create } from "../emulator/helpers.mts";
import { OUR_NUMBER, THEIR_NUMBER, twoAccounts, type TwoAccounts } from "../lifecycle/accounts.mts";
import { CREATE } from "../support/service.mts";
import { ryzeapi, stackFor, type TestStack } from "../support/stack.mts";
import { Upstream } from "../support/upstream.mts";
import { plansFor } from "./plans.mts";

const { RyzeInstance, RyzeWebhook } = ryzeapi;

/** How much the service tells of an instance. */
const ALL: Partial<Readings> = {};
const SOME: Partial<Readings> = { list: "summary", listId: false, listToken: "masked" };
const NAMES: Partial<Readings> = { list: "minimal", listId: false, listToken: false, listTimes: false };

const url = "https://app.example.com";

const preview = (stack: TestStack) => stack.preview();
const up = (stack: TestStack) => stack.up();
const refresh = (stack: TestStack) => stack.refresh();
const destroy = (stack: TestStack) => stack.destroy();

/** A stack of our account. On both faces every command goes by the variable as it is now. */
async function stackOfOurs(w: TwoAccounts, declare: () => unknown): Promise<TestStack> {
  const program = () => {
    declare();
    return Promise.resolve();
  };
  const stack = await stackFor({ endpoint: w.emulator.url, token: undefined, program });
  stack.setVariable("RYZEAPI_TOKEN", w.ours);
  return stack;
}

/** The errors of what must fail before anything is changed. */
async function refused(
  w: TwoAccounts,
  stack: TestStack,
  operation: (stack: TestStack) => Promise<unknown>,
): Promise<string> {
  await w.untouched(() => expect(operation(stack)).rejects.toThrow());
  w.expectNoSecrets(stack.output);
  return stack.events
    .flatMap(({ diagnosticEvent: shown }) => (shown?.severity === "error" ? [shown.message] : []))
    .join("\n");
}

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

test.each([ALL, NAMES])("paired since Pulumi looked last, and renamed: %j", async (readings) => {
  const w = await twoAccounts(readings);
  let name = "orion";
  const stack = await stackOfOurs(w, () => new RyzeInstance("orion", { name }));
  await stack.up();
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  name = "pleiades";
  const stopped = await refused(w, stack, up);
  expect(stopped).toContain(`"orion" is not replaced: it was paired with ${OUR_NUMBER}`);
  expect(stopped).toContain("`pulumi up --refresh` shows it, and goes on when you confirm");

  await stack.up({ refresh: true });
  expect(stack.output).toContain(`ends a WhatsApp session: it is paired with ${OUR_NUMBER}`);
  expect(w.emulator.instanceNames(w.ours)).toEqual(["pleiades"]);
});

test("a token that a preview does not know replaces nothing, and an option only with a warning", async () => {
  const w = await twoAccounts();
  let declare = (): unknown => new RyzeInstance("orion", { token: "declared-token" });
  const stack = await stackOfOurs(w, () => declare());
  await stack.up();
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  await stack.refresh();

  declare = () => {
    const { value: token } = new Upstream("token", "declared-token");
    return new RyzeInstance("orion", { token }, { protect: true });
  };
  await stack.preview();
  expect(plansFor(stack.events, "orion").map(({ op }) => op)).not.toContain("replace");
  await w.untouched(() => stack.up());

  const replaceOnChanges = ["websocket"];
  declare = () => new RyzeInstance("orion", { websocket: {} }, { replaceOnChanges });
  await w.untouched(() => stack.preview());
  expect(stack.output).toContain("take the option (`replaceOnChanges`) out");
});

test("with `ryzeapi:protectPaired` a paired instance is given up on purpose only, and keeps its default name", async () => {
  const w = await twoAccounts();
  let declare = (): unknown => new RyzeInstance("orion");
  const stack = await stackOfOurs(w, () => declare());
  await stack.configure("ryzeapi:protectPaired", "true");
  await stack.up();
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  await stack.refresh();

  declare = () => new RyzeInstance("orion", { name: "pleiades" });
  w.emulator.clearRequests();
  expect(await refused(w, stack, preview)).toContain('"orion" is not replaced: it is paired with');
  expect(w.emulator.requests()).toEqual([]);
  declare = () => undefined;
  const message = await refused(w, stack, up);
  expect(message).toContain('"orion" is not deleted: it is paired with');
  expect(message).toContain("declare `account: { protectPaired: false }` with it and run `pulumi up`");

  const account = { protectPaired: false };
  declare = () => new RyzeInstance("orion", { account });
  await w.untouched(() => stack.up());
  const aliases = [{ name: "orion" }];
  declare = () => new RyzeInstance("support", { account, token: "another-token" }, { aliases });
  await stack.preview();
  expect(plansFor(stack.events, "support")).toContainEqual({ op: "replace", paths: ["token"] });
  await stack.up();
  expect(w.emulator.instanceNames(w.ours)).toEqual(["orion"]);
  expect(w.emulator.instance("orion", w.ours)).toMatchObject({
    token: "another-token",
    state: "disconnected",
  });
});

test("webhooks: one label twice, another label where three are enabled, another account", async () => {
  const w = await twoAccounts();
  const theirs = { audit: { url: "https://theirs.example.com" } };
  w.emulator.patchInstance("orion", { webhooks: theirs }, w.theirs);
  let labels = ["audit", "second", "third"];
  let account = {};
  const stack = await stackOfOurs(w, () => {
    const orion = new RyzeInstance("orion");
    const { name: instance, token } = orion;
    for (const [index, label] of labels.entries())
      new RyzeWebhook(`webhook-${String(index)}`, {
        instance,
        token,
        label,
        url: `${url}/${label}`,
        account,
      });
  });
  const enabled = () => {
    const webhooks = Object.values(w.emulator.instance("orion", w.ours)?.webhooks ?? {});
    return webhooks.flatMap((each) => (each.enabled ? [each.label] : [])).sort();
  };
  const TWICE =
    'label names the webhook "audit" of the instance "orion", which another resource of this program';
  await stack.up();
  labels = ["audit", "second", "audit"];
  for (const operation of [preview, up]) expect(await refused(w, stack, operation)).toContain(TWICE);

  labels = ["audit", "second", "renamed"];
  await stack.up();
  expect(enabled()).toEqual(["audit", "renamed", "second"]);

  account = { token: w.theirs };
  expect(await refused(w, stack, up)).toContain('The instance "orion" was not changed');
  account = {};
  await stack.destroy();
  expect(w.emulator.instance("orion", w.theirs)?.webhooks).toMatchObject({ audit: { enabled: true } });
});

test("what exists is taken over with `adopt`, also where no list shows it, and by `ryzeapi:adopt: unpaired`", async () => {
  const w = await twoAccounts({ listCap: 1 });
  await create(w.emulator, "vega");
  await create(w.emulator, "orion");
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  let args: RyzeInstanceArgs = { adopt: true };
  const stack = await stackOfOurs(w, () => {
    new RyzeInstance("orion", args);
    new RyzeInstance("vega");
  });
  await stack.configure("ryzeapi:adopt", "unpaired");
  const ids = () => ["orion", "vega"].map((name) => w.emulator.instance(name, w.ours)?.id);
  const before = ids();
  await stack.up();
  args = {};
  await stack.preview({ expectNoChanges: true });
  expect(ids()).toEqual(before);
  expect(stack.output).toContain(
    'The instance "vega" existed already and was never paired: it is taken over',
  );
});

test("a creation that lands after its answer is in the state, and the next up goes on from there", async () => {
  const w = await twoAccounts();
  const stack = await stackOfOurs(w, () => new RyzeInstance("orion", { webhook: { url } }));
  w.emulator.fault({ kind: "land-late", requests: 20, answer: "html", times: 1 });
  w.emulator.fault({ kind: "html", route: CREATE });
  await expect(stack.up()).rejects.toThrow("may still carry out what it was sent");
  expect(await stack.instances()).toMatchObject([{ id: "orion", outputs: { status: "unconfirmed" } }]);
  w.emulator.clearFaults();
  while (w.emulator.instanceNames(w.ours).length === 0) await fetch(`${w.emulator.url}/health`);
  const { id } = w.emulator.instance("orion", w.ours) ?? {};
  await stack.up();
  expect(w.emulator.instance("orion", w.ours)).toMatchObject({ id, webhooks: { default: { url } } });
  expect(await stack.instances()).toMatchObject([{ id: "orion", outputs: { status: "disconnected" } }]);
});
