import { describe, expect, test } from "vitest";

import { checked, failureOf } from "../support/lifecycle.mts";
import {
  LISTINGS,
  OUR_NUMBER,
  SILENT,
  TELLING,
  THEIR_NUMBER,
  twoAccounts,
  type Told,
  type TwoAccounts,
} from "./accounts.mts";
import type { Declared } from "./scenario.mts";
import { send } from "../emulator/helpers.mts";
import { without } from "../support/instance.mts";
import { CREATE } from "../support/service.mts";

const URL_NOW = "https://app.example.com/2";
const BEFORE = { webhook: { url: "https://app.example.com" } };
const ORION: Declared = { name: "orion", ...BEFORE };
const CHANGED: Declared = { name: "orion", webhook: { url: URL_NOW } };

/** The ways to name the account: what is told of it then, and what is declared. */
const WAYS: [way: string, named: (token: string) => { told: Told; declared: object }][] = [
  ["ryzeapi:token", (token) => ({ told: { token }, declared: {} })],
  ["RYZEAPI_TOKEN", (variable) => ({ told: { variable }, declared: {} })],
  ["account.token", (token) => ({ told: {}, declared: { account: { token } } })],
];
/** Those that can change without the state. */
const TOLD = WAYS.slice(0, 2);

describe.each(WAYS)("%s names another account, which has a paired namesake", (_, named) => {
  test.each(LISTINGS)("an update sends nothing: %s", async (_title, readings) => {
    const w = await twoAccounts(readings);
    const [ours, theirs] = [named(w.ours), named(w.theirs)];
    const state = await w.created({ ...ORION, ...ours.declared }, ours.told);
    const wrong = w.process(theirs.told).instance;
    const failure = await w.untouched(() =>
      failureOf(wrong.update("orion", state, checked(wrong, { ...CHANGED, ...theirs.declared }))),
    );
    expectRefused(w, failure, "changed");

    const right = w.process(ours.told).instance;
    const after = await right.update("orion", state, checked(right, { ...CHANGED, ...ours.declared }));
    expect(w.emulator.instance("orion", w.ours)?.webhooks["default"]?.url).toBe(URL_NOW);
    await right.delete("orion", after);
    expect(w.emulator.instanceNames(w.ours)).toEqual([]);
    expect(w.emulator.instanceNames(w.theirs)).toEqual(["lyra", "orion"]);
  });
});

describe.each(TOLD)("%s names another account, which has a paired namesake", (_, named) => {
  test.each(LISTINGS)("a deletion and a refresh are refused: %s", async (_title, readings) => {
    const w = await twoAccounts(readings);
    const state = await w.created(ORION);
    await w.untouched(async () => {
      const { told } = named(w.theirs);
      expectRefused(w, await failureOf(w.process(told).instance.delete("orion", state)), "deleted");
      expectRefused(w, await failureOf(w.process(told).instance.read("orion", state)), "read");
    });
    const { told } = named(w.ours);
    const fresh = await w.process(told).instance.read("orion", state);
    expect(fresh?.state).toEqual(state);
    await w.process(told).instance.delete("orion", state);
    expect(w.emulator.instanceNames(w.ours)).toEqual([]);
    expect(w.emulator.instanceNames(w.theirs)).toEqual(["lyra", "orion"]);
  });

  test.each(LISTINGS)("another name is refused before there are two: %s", async (_title, readings) => {
    const w = await twoAccounts(readings);
    const state = await w.created(ORION);
    const { instance } = w.process(named(w.theirs).told);
    const news = checked(instance, { name: "pleiades" });
    expect(instance.diff(state, news).replaces).toEqual(["name"]);
    expectRefused(w, await w.untouched(() => failureOf(instance.create(news))), "replaced");
  });

  test.each(LISTINGS)(
    "a removal forgets nothing where the program has made a namesake: %s",
    async (_title, readings) => {
      const w = await twoAccounts(readings);
      const state = await w.created({ name: "vega" });
      const { instance, warnings } = w.process(named(w.theirs).told);
      await instance.create(checked(instance, { name: "vega" }));
      const { message } = await w.untouched(() => failureOf(instance.delete("vega", state)));
      expect(message).toContain('The instance "vega" was not deleted');
      expect(warnings).toEqual([]);
    },
  );

  test.each(LISTINGS)(
    "so is that of an instance which the other one has not: %s",
    async (_title, readings) => {
      const w = await twoAccounts(readings);
      const state = await w.created({ name: "vega" });
      w.emulator.pair("vega", OUR_NUMBER, w.ours);
      await w.untouched(async () => {
        const { told } = named(w.theirs);
        const failures = [
          await failureOf(w.process(told).instance.delete("vega", state)),
          await failureOf(w.process(told).instance.read("vega", state)),
        ];
        for (const { message } of failures) {
          expect(message).toContain(
            "It exists in the account that created it, where its own token still works",
          );
          expect(message).toContain(`paired with ${OUR_NUMBER}`);
          expect(message).toContain("Put that account's token back");
          w.expectNoSecrets(message);
        }
      });
      await w.process(named(w.ours).told).instance.delete("vega", state);
      expect(w.emulator.instanceNames(w.ours)).toEqual([]);
    },
  );
});

test.each(SILENT)(
  "where nothing tells two namesakes apart, nothing is said that is not known: %s",
  async (_, readings) => {
    const w = await twoAccounts(readings);
    const state = await w.created(ORION);
    const { message } = await failureOf(w.process({ token: w.theirs }).instance.delete("orion", state));
    expect(message).toContain("nothing that RyzeAPI tells proves");
    expect(message).toContain('its "orion" may be another one');
    expect(message).toContain("declare it again with `adopt: true`");
  },
);

test("an instance that is gone in its own account is no reason to take the namesake of another one for it", async () => {
  const w = await twoAccounts();
  const state = await w.created(ORION);
  w.emulator.patchInstance("orion", { deleted: true }, w.ours);
  await w.untouched(async () => {
    const theirs = w.process({ token: w.theirs });
    const args = checked(theirs.instance, CHANGED);
    const { message } = await failureOf(theirs.instance.update("orion", state, args));
    expect(message).toMatch(/the account has another one of that name \(.*\), which is left as it is/);
    await theirs.instance.delete("orion", state);
    expect(theirs.warnings).toEqual([
      expect.stringContaining("which nobody has adopted: it is left as it is"),
    ]);
    expect(await w.process({ token: w.theirs }).instance.read("orion", state)).toBeUndefined();
  });
});

test("an instance that is gone gets another name, and its paired namesake is left alone", async () => {
  const w = await twoAccounts();
  const state = await w.created(ORION);
  w.emulator.patchInstance("orion", { deleted: true }, w.ours);
  await send(w.emulator, CREATE, { name: "orion" }, { token: w.ours });
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  const { instance } = w.process();
  const news = checked(instance, { name: "pleiades" });
  expect(instance.diff(state, news).replaces).toEqual(["name"]);
  await instance.create(news);
  await instance.delete("orion", state);
  expect(w.emulator.instance("orion", w.ours)).toMatchObject({ state: "connected" });
  expect(w.emulator.instanceNames(w.ours).sort()).toEqual(["orion", "pleiades"]);
});

describe("an instance's token in place of the account's", () => {
  const WORDS = 'is the own token of the instance "orion"';
  const WAY_OUT = "Set the account's token (TokenAccount)";

  test.each(LISTINGS)("is called what it is, and forgets nothing: %s", async (_title, readings) => {
    const w = await twoAccounts(readings);
    const orion = await w.created(ORION);
    const vega = await w.created({ name: "vega" });
    const wrong = () => w.process({ token: String(orion["token"]) }).instance;
    await w.untouched(async () => {
      const failures = [
        await failureOf(wrong().read("vega", vega)),
        await failureOf(wrong().update("vega", vega, checked(wrong(), { name: "vega", websocket: {} }))),
        await failureOf(wrong().delete("vega", vega)),
      ];
      for (const { message } of failures) {
        expect(message).toContain(WORDS);
        expect(message).toContain(WAY_OUT);
        w.expectNoSecrets(message);
      }
    });
    for (const failure of [
      await failureOf(wrong().create(checked(wrong(), { name: "lyra" }))),
      await failureOf(wrong().read("orion", orion)),
      await failureOf(wrong().delete("orion", orion)),
    ])
      expect(failure.message).toContain(WORDS);
    expect(w.emulator.instanceNames(w.ours)).toEqual(["orion", "vega"]);
    for (const [name, state] of Object.entries({ orion, vega })) {
      expect((await w.process().instance.read(name, state))?.state).toEqual(state);
      await w.process().instance.delete(name, state);
    }
    expect(w.emulator.instanceNames(w.ours)).toEqual([]);
  });
});

describe("a state from before identities were kept", () => {
  test.each(LISTINGS)(
    "learns it at a refresh and at an update, and shows no difference: %s",
    async (_, readings) => {
      const w = await twoAccounts(readings);
      const state = await w.created(ORION);
      const old = without(state, "identity");
      const args = checked(w.process().instance, ORION);
      expect(w.process().instance.diff(old, args)).toMatchObject({ changes: false, replaces: [] });
      const fresh = await w.process().instance.read("orion", old);
      const { listId } = readings;
      const learned =
        listId === false ? without(state["identity"] as object & { id: string }, "id") : state["identity"];
      expect(fresh?.state["identity"]).toEqual(learned);
      expect(fresh?.inputs).toEqual(args);
      const changed = checked(w.process().instance, CHANGED);
      const after = await w.process().instance.update("orion", old, changed);
      expect(after["identity"]).toEqual(learned);
      expect(w.process().instance.diff(after, changed)).toMatchObject({ changes: false, replaces: [] });
    },
  );

  test.each(TELLING)("is no reason to believe another account: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    const old = without(await w.created(ORION), "identity");
    const wrong = () => w.process({ token: w.theirs }).instance;
    await w.untouched(async () => {
      expectRefused(w, await failureOf(wrong().update("orion", old, checked(wrong(), CHANGED))), "changed");
      expectRefused(w, await failureOf(wrong().delete("orion", old)), "deleted");
      expectRefused(w, await failureOf(wrong().read("orion", old)), "read");
    });
  });
});

function expectRefused(w: TwoAccounts, { message }: Error, deed: string): void {
  expect(message).toContain(`The instance "orion" was not ${deed}`);
  // What is known of the account that is configured now; at RyzeAPI nothing names one.
  expect(message).toContain(`at ${w.emulator.url}, with 2 instances: "lyra", "orion"`);
  expect(message).toContain(`paired with ${THEIR_NUMBER}`);
  expect(message).toMatch(/[Pp]ut (that account's|the former account) token back/);
  w.expectNoSecrets(message);
}
