import { describe, expect, test } from "vitest";

import { checked, create, failureOf, lifecycleFor } from "../support/lifecycle.mts";
import { serviceFor } from "../support/service.mts";
import { LISTINGS, OUR_NUMBER, twoAccounts, type TwoAccounts } from "./accounts.mts";

test("a token that looks changed never replaces an instance, and a warning says so", async () => {
  const { emulator } = await serviceFor({ readings: { listToken: true } });
  const declared = { name: "orion", token: "declared-token" };
  const state = await create(lifecycleFor(emulator), declared);
  emulator.patchInstance("orion", { token: "another-token", state: "connected" });

  const lifecycle = lifecycleFor(emulator);
  const read = await lifecycle.read("orion", state);
  const args = checked(lifecycle, declared);
  expect(lifecycle.diff(read?.state ?? {}, args)).toMatchObject({ changes: false, replaces: [] });
  expect(read?.inputs).toEqual(args);
  expect(read?.state["warnings"]).toEqual([expect.stringMatching(/^token: this instance has another token/)]);
  expect(JSON.stringify(read?.state)).not.toContain("another-token");
});

test("its calls go on with the account's token", async () => {
  const { emulator } = await serviceFor();
  const lifecycle = lifecycleFor(emulator);
  const state = await create(lifecycle, { name: "orion", token: "declared-token" });
  emulator.patchInstance("orion", { token: "another-token" });
  emulator.clearRequests();

  const declared = { name: "orion", token: "declared-token", websocket: {} };
  await lifecycle.update("orion", state, checked(lifecycle, declared));
  expect(emulator.requests().map(({ token, status }) => [token, status])).toEqual([
    ["invalid", 401],
    ["account", 200], // whether this account holds the instance
    ["account", 200],
  ]);
  expect(emulator.instance("orion")?.websocket).toMatchObject({ enabled: true });
});

describe("a declared token that an instance of another account has", () => {
  const names = ["orion", "lyra", "vega"];
  test.each(names)("creates nothing, and changes nothing there: %s", async (name) => {
    const w = await twoAccounts();
    const token = w.emulator.instance("orion", w.theirs)?.token;
    const declared = { name, token, settings: { ignoreStatus: true }, websocket: {} };
    const { message } = await w.untouched(() => failureOf(create(w.process().instance, declared)));
    expect(message).toMatch(/its `token` is used by another instance, of this account or another one/);
    w.expectNoSecrets(message);
  });

  test("is no other one's where it is an instance of ours that no listing has shown: it is taken over", async () => {
    const w = await twoAccounts({ listCap: 1 });
    const others = ["vega", "altair", "deneb"];
    for (const name of [...others, "mira"]) await create(w.process().instance, { name });
    const token = w.emulator.instance("mira", w.ours)?.token;
    const { instance } = w.process();
    // A name that comes after three others is looked for in a listing of the whole account.
    for (const name of others) await create(instance, { name, adopt: true });
    const adopted = await create(instance, { name: "mira", token, adopt: true });
    expect(adopted["identity"]).toMatchObject({ id: w.emulator.instance("mira", w.ours)?.id });
  });
});

describe("declaring the token that a paired instance has", () => {
  const DECLARED = { name: "orion", token: "declared-token", websocket: {} };
  const HAS = { ...DECLARED, token: "another-token" };

  /** "orion" with another token than the declared one, refreshed. */
  async function refreshed(w: TwoAccounts) {
    const state = await w.created(DECLARED);
    w.emulator.patchInstance("orion", { token: HAS.token }, w.ours);
    w.emulator.pair("orion", OUR_NUMBER, w.ours);
    const fresh = await w.process().instance.read("orion", state);
    return fresh?.state ?? {};
  }

  test.each(LISTINGS.filter(([, { listToken }]) => listToken === true))(
    "is an update that sends nothing: %s",
    async (_, readings) => {
      const w = await twoAccounts(readings);
      const state = await refreshed(w);
      expect(state["warnings"]).toEqual([expect.stringContaining("Declare the token that the instance has")]);
      const process = w.process({ token: w.ours, protectPaired: true });
      const news = checked(process.instance, HAS);
      expect(process.instance.diff(state, news)).toMatchObject({ changes: undefined, replaces: [] });
      const after = await w.untouched(() => process.instance.update("orion", state, news));
      expect(process.warnings).toEqual([]);
      expect(after).toMatchObject({ token: HAS.token, tokenDeclared: true });
      expect(after).not.toHaveProperty("warnings");
      expect(w.process().instance.diff(after, news)).toMatchObject({ changes: false, replaces: [] });
      expect((await w.process().instance.read("orion", after))?.state).toEqual(after);
    },
  );

  test.each(LISTINGS)("so is declaring none: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    const state = await refreshed(w);
    const process = w.process();
    const news = checked(process.instance, { name: "orion", websocket: {} });
    expect(process.instance.diff(state, news).replaces).toEqual([]);
    const after = await w.untouched(() => process.instance.update("orion", state, news));
    if (readings.listToken === true) expect(after["token"]).toBe(HAS.token);
    expect(w.process().instance.diff(after, news)).toMatchObject({ changes: false, replaces: [] });
  });

  test("any other token replaces, which a warning precedes, and protectPaired refuses", async () => {
    const w = await twoAccounts();
    const state = await refreshed(w);
    const process = w.process();
    const news = checked(process.instance, { ...DECLARED, token: "a-third-token" });
    expect(process.instance.diff(state, news).replaces).toEqual(["token"]);
    expect(process.warnings).toEqual([expect.stringContaining("ends a WhatsApp session")]);
    const guarded = w.process({ token: w.ours, protectPaired: true }).instance;
    expect(() => guarded.diff(state, news)).toThrow("`ryzeapi:protectPaired` keeps paired instances");
  });

  test("is proved by the state where the account was seen to hold it", async () => {
    const w = await twoAccounts();
    const state = await refreshed(w);
    w.emulator.clearRequests();
    const { instance } = w.process();
    await instance.update("orion", state, checked(instance, HAS));
    expect(w.emulator.requests()).toEqual([]);
    const elsewhere = w.process({ token: w.theirs }).instance;
    await w.untouched(() => failureOf(elsewhere.update("orion", state, checked(elsewhere, HAS))));
  });
});
