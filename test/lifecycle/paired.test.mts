import { describe, expect, test } from "vitest";

import type { InstanceArguments } from "../../provider/lifecycle/arguments.ts";
import type { InstanceState } from "../../provider/lifecycle/state.ts";
import type { Values } from "../../provider/values.ts";
import { checked, failureOf, UNKNOWN } from "../support/lifecycle.mts";
import type { ProviderProcess } from "../support/provider-process.mts";
import { LISTINGS, OUR_NUMBER, twoAccounts, type TwoAccounts } from "./accounts.mts";

const NAME = { name: "orion" };
/** What Pulumi tells of a resource that is checked: as a new one, or with its former arguments. */
const RESOURCE = "urn:pulumi:dev::test::ryzeapi:index:Instance::orion";

/** "orion", paired since Pulumi looked at it last. */
async function pairedSince(readings = {}, declared: Values = {}) {
  const w = await twoAccounts(readings);
  const state = await w.created({ ...NAME, ...declared });
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  return { w, state };
}

/** "orion", paired, which the state knows. */
async function paired(readings = {}, declared: Values = {}) {
  const { w, state } = await pairedSince(readings, declared);
  const fresh = await w.process().instance.read("orion", state);
  return { w, state: fresh?.state ?? {} };
}

/** What the engine asks before it replaces a resource; it does so in a preview, and once more in the `up`. */
function planned({ instance }: ProviderProcess, state: InstanceState, declared: Values): InstanceArguments {
  const origin = { resource: RESOURCE, former: instance.declaredIn(state) };
  expect(instance.diff(state, checked(instance, declared, origin)).replaces).not.toEqual([]);
  return checked(instance, declared, { resource: RESOURCE });
}

describe("paired since Pulumi looked last, without a refresh", () => {
  test.each(LISTINGS)("another name stops before anything is lost: %s", async (_, readings) => {
    const { w, state } = await pairedSince(readings);
    const process = w.process();
    const news = planned(process, state, { name: "pleiades" });
    const { message } = await w.untouched(() => failureOf(process.instance.create(news)));
    expect(message).toContain(`"orion" is not replaced: it was paired with ${OUR_NUMBER} (`);
    expect(message).toContain("`pulumi up --refresh` shows it, and goes on when you confirm");

    const fresh = await w.process().instance.read("orion", state);
    const next = w.process();
    const again = planned(next, fresh?.state ?? {}, { name: "pleiades" });
    expect(next.warnings).toEqual([expect.stringContaining(`it is paired with ${OUR_NUMBER}`)]);
    await next.instance.create(again);
    await next.instance.delete("orion", fresh?.state ?? {});
    expect(w.emulator.instanceNames(w.ours)).toEqual(["pleiades"]);
  });

  test.each(LISTINGS)("another token stops before anything is lost: %s", async (_, readings) => {
    const { w, state } = await pairedSince(readings);
    const process = w.process();
    planned(process, state, { ...NAME, token: "another-token" });
    const { message } = await w.untouched(() => failureOf(process.instance.delete("orion", state)));
    expect(message).toContain('"orion" is not replaced: it was paired with');
  });

  test.each(LISTINGS)("a deletion says what it ends: %s", async (_, readings) => {
    const { w, state } = await pairedSince(readings);
    const process = w.process();
    await process.instance.delete("orion", state);
    expect(process.warnings).toEqual([expect.stringContaining(`although it was paired with ${OUR_NUMBER}`)]);
    expect(w.emulator.instanceNames(w.ours)).toEqual([]);
  });

  test.each(LISTINGS)(
    "with protectPaired it is refused, and done on purpose as named: %s",
    async (_, readings) => {
      const { w, state } = await pairedSince(readings);
      const process = w.process({ token: w.ours, protectPaired: true });
      const { message } = await w.untouched(() => failureOf(process.instance.delete("orion", state)));
      expect(message).toContain(`"orion" is not deleted: it is paired with ${OUR_NUMBER}`);
      await expectDeletedOnPurpose(w, state, message);
    },
  );
});

describe("protectPaired", () => {
  const REPLACED: [what: string, declared: Values][] = [
    ["another name", { name: "pleiades" }],
    ["another token", { ...NAME, token: "another-token" }],
  ];

  test.each(REPLACED)("%s fails in a preview, and is done on purpose as named", async (_, declared) => {
    const { w, state } = await paired();
    w.emulator.clearRequests();
    const { instance } = w.process({ token: w.ours, protectPaired: true });
    const news = checked(instance, declared);
    expect(() => instance.diff(state, news)).toThrow('"orion" is not replaced: it is paired with');
    expect(w.emulator.requests()).toEqual([]);

    const account = { protectPaired: false };
    const first = w.process({ token: w.ours, protectPaired: true }).instance;
    const after = await w.untouched(() => first.update("orion", state, checked(first, { ...NAME, account })));
    const then = w.process({ token: w.ours, protectPaired: true }).instance;
    expect(then.diff(after, checked(then, { ...declared, account })).replaces).not.toEqual([]);
  });

  test("of the resource's account stands above that of the stack", async () => {
    const { w, state } = await paired({}, { account: { protectPaired: true } });
    const { message } = await failureOf(w.process().instance.delete("orion", state));
    expect(message).toContain("`ryzeapi:protectPaired` keeps paired instances");
    await expectDeletedOnPurpose(w, state, message);
  });

  test.each(["true", true])("is set by %j", async (protectPaired) => {
    const { w, state } = await paired();
    await failureOf(w.process({ token: w.ours, protectPaired }).instance.delete("orion", state));
    expect(w.emulator.instanceNames(w.ours)).toEqual(["orion"]);
  });

  test.each(["documented", "variants"] as const)(
    "leaves alone what is not paired: states as %s",
    async (spelling) => {
      const { w, state } = await paired({ connectionStatus: spelling });
      const guarded = w.process({ token: w.ours, protectPaired: true });
      await w.untouched(() => failureOf(guarded.instance.delete("orion", state)));
      w.emulator.patchInstance("orion", { state: "loggedout" }, w.ours);
      await w.process({ token: w.ours, protectPaired: true }).instance.delete("orion", state);
      const vega = await w.created({ name: "vega" });
      await w.process({ token: w.ours, protectPaired: true }).instance.delete("vega", vega);
      expect(w.emulator.instanceNames(w.ours)).toEqual([]);
    },
  );

  test("asks for one listing, whatever there is to delete", async () => {
    const w = await twoAccounts();
    const names = ["a", "b", "c"];
    const states = await Promise.all(names.map((name) => w.created({ name })));
    w.emulator.pair("b", OUR_NUMBER, w.ours);
    w.emulator.clearRequests();
    const { instance } = w.process({ token: w.ours, protectPaired: true });
    const ends = await Promise.allSettled(
      names.map((name, index) => instance.delete(name, states[index] ?? {})),
    );
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(w.emulator.requests()).toHaveLength(3);
    expect(w.emulator.instanceNames(w.ours)).toEqual(["b"]);
  });

  test.each(["yes", 1])("set to %j is refused by check", async (protectPaired) => {
    const w = await twoAccounts();
    const { failures } = w.process({ token: w.ours, protectPaired }).instance.check(NAME);
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("`ryzeapi:protectPaired` must be true or false"),
    ]);
  });
});

describe("an option of the resource replaces it", () => {
  /** As the engine asks where the program says `replaceOnChanges`: the difference itself replaces nothing. */
  function replacedByOption({ instance }: ProviderProcess, state: InstanceState, declared: Values): void {
    const former = instance.declaredIn(state);
    const news = checked(instance, declared, { resource: RESOURCE, former });
    expect(instance.diff(state, news).replaces).toEqual([]);
    checked(instance, declared, { resource: RESOURCE });
  }
  const CHANGED = { ...NAME, websocket: {} };

  test("of a paired instance that the state knows as such: a warning, or a refusal", async () => {
    const { w, state } = await paired();
    const process = w.process();
    replacedByOption(process, state, CHANGED);
    expect(process.warnings).toEqual([expect.stringContaining("take the option (`replaceOnChanges`) out")]);
    const guarded = w.process({ token: w.ours, protectPaired: true });
    expect(() => {
      replacedByOption(guarded, state, CHANGED);
    }).toThrow("`ryzeapi:protectPaired` keeps paired instances");
  });

  test("of one that was paired since: it stops before anything is lost", async () => {
    const { w, state } = await pairedSince();
    const process = w.process();
    replacedByOption(process, state, CHANGED);
    const { message } = await w.untouched(() => failureOf(process.instance.delete("orion", state)));
    expect(message).toContain('"orion" is not replaced: it was paired with');
  });

  test("where Pulumi creates first, the error names `deleteBeforeReplace`", async () => {
    const { w, state } = await paired();
    const { instance } = w.process();
    // For `--replace` and `state taint` the engine asks for no difference.
    checked(instance, NAME, { resource: RESOURCE, former: instance.declaredIn(state) });
    const again = checked(instance, NAME, { resource: RESOURCE });
    const { message } = await w.untouched(() => failureOf(instance.create(again)));
    expect(message).toContain(
      "(`--replace`, `pulumi state taint`), set the option `deleteBeforeReplace: true`",
    );
  });
});

describe("a preview that does not know everything", () => {
  test("plans no replacement for a token or a name that is not known yet", async () => {
    const { w, state } = await paired();
    for (const declared of [
      { ...NAME, token: UNKNOWN },
      { name: UNKNOWN },
      { name: UNKNOWN, token: UNKNOWN },
    ]) {
      const process = w.process({ token: w.ours, protectPaired: true });
      expect(process.instance.diff(state, checked(process.instance, declared)).replaces).toEqual([]);
      expect(process.warnings).toEqual([]);
    }
  });

  test("and the up that knows it replaces nothing where it is the same", async () => {
    const { w, state } = await paired();
    const { instance } = w.process();
    const news = checked(instance, { ...NAME, token: state["token"] });
    const after = await w.untouched(() => instance.update("orion", state, news));
    expect(after).toMatchObject({ token: state["token"], tokenDeclared: true });
  });
});

test("a default name stays, whatever the resource is called by now, and when it is replaced", async () => {
  const { w, state } = await paired();
  const { instance } = w.process();
  const declared = { token: "another-token" };
  const { inputs: first } = instance.check(declared, {
    ...{ resource: RESOURCE, former: instance.declaredIn(state), proposedName: "support" },
  });
  const { inputs: second } = instance.check(declared, { resource: RESOURCE, proposedName: "support" });
  expect([first?.name, second?.name]).toEqual(["orion", "orion"]);
});

/** As the error says: for this instance alone. */
async function expectDeletedOnPurpose(w: TwoAccounts, state: InstanceState, message: string): Promise<void> {
  expect(message).toContain("declare `account: { protectPaired: false }` with it and run `pulumi up`");
  w.expectNoSecrets(message);
  const told = { token: w.ours, protectPaired: true };
  const process = w.process(told).instance;
  const news = checked(process, { ...NAME, account: { protectPaired: false } });
  const after = await w.untouched(() => process.update("orion", state, news));
  await w.process(told).instance.delete("orion", after);
  expect(w.emulator.instanceNames(w.ours)).toEqual([]);
}
