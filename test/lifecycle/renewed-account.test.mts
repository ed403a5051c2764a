import { describe, expect, test } from "vitest";

import { checked, failureOf } from "../support/lifecycle.mts";
import { LIST } from "../support/service.mts";
import { LISTINGS, SILENT, TELLING, twoAccounts } from "./accounts.mts";
import type { Declared } from "./scenario.mts";

const SET_WEBHOOK = "POST /api/events/webhook/:instance";

const ORION: Declared = { name: "orion", webhook: { url: "https://app.example.com" } };
const CHANGED: Declared = { name: "orion", webhook: { url: "https://app.example.com/2" } };

/** The account's token was renewed at RyzeAPI, and `orion` is from before. */
async function renewed(readings = {}) {
  const w = await twoAccounts(readings);
  const state = await w.created(ORION);
  return { w, state, token: w.renewed() };
}

describe("Pulumi hands over the account's former token", () => {
  test.each(LISTINGS)("a refresh reads with the instance's own, and says so: %s", async (_, readings) => {
    const { w, state } = await renewed(readings);
    w.emulator.patchInstance("orion", { webhooks: { default: { byEvents: true } } }, w.emulator.accountToken);
    const process = w.process({ token: w.ours });
    const fresh = await w.untouched(() => process.instance.read("orion", state));
    expect(fresh?.inputs).toEqual(checked(process.instance, ORION));
    expect(fresh?.state).toMatchObject({ token: state["token"], identity: state["identity"] });
    expect(fresh?.state).not.toHaveProperty("warnings");
    expect(process.warnings).toEqual([expect.stringContaining("RyzeAPI refuses the account's token")]);
    expect(process.warnings.join()).toContain("the next `pulumi up` brings the new one into the state");
    w.expectNoSecrets(...process.warnings);
  });

  test.each(LISTINGS)(
    "a deletion is refused before anything is sent, with the way on: %s",
    async (_, readings) => {
      const { w, state } = await renewed(readings);
      const process = w.process({ token: w.ours }).instance;
      const { message } = await w.untouched(() => failureOf(process.delete("orion", state)));
      expect(message).toContain('The instance "orion" was not deleted: RyzeAPI refuses the account\'s token');
      expect(message).toContain("with the new one in the environment variable RYZEAPI_TOKEN");
      w.expectNoSecrets(message);
    },
  );

  test.each(TELLING)("with the new one beside it, everything works: %s", async (_, readings) => {
    const { w, state, token } = await renewed(readings);
    for (const told of [
      { token: [w.ours, token] },
      { token: [token, w.ours] },
      { token: w.ours, variable: token },
    ]) {
      const process = w.process(told);
      const fresh = await process.instance.read("orion", state);
      expect(process.warnings).toEqual([]);
      expect(process.instance.diff(fresh?.state ?? {}, checked(process.instance, ORION))).toMatchObject({
        changes: false,
      });
    }
    await w.process({ token: [w.ours, token] }).instance.delete("orion", state);
    expect(w.emulator.instanceNames(token)).toEqual([]);
  });

  test.each(TELLING)("declared as `account.token`: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    const state = await w.created({ ...ORION, account: { token: w.ours } }, {});
    const token = w.renewed();
    const fresh = await w.process({}).instance.read("orion", state);
    expect(fresh?.state).toEqual(state);
    const process = w.process({});
    const news = checked(process.instance, { ...ORION, account: { token } });
    expect(process.instance.diff(state, news)).toMatchObject({ changes: undefined, replaces: [] });
    const after = await w.untouched(() => process.instance.update("orion", state, news));
    await w.process({}).instance.delete("orion", after);
    expect(w.emulator.instanceNames(token)).toEqual([]);
  });
});

test("where RyzeAPI refuses the instance's own token too, a refresh fails and forgets nothing", async () => {
  const { w, state } = await renewed();
  w.emulator.patchInstance("orion", { deleted: true }, w.emulator.accountToken);
  const { message } = await failureOf(w.process({ token: w.ours }).instance.read("orion", state));
  expect(message).toContain("answered 401");
  w.expectNoSecrets(message);
});

describe("the new token alone", () => {
  test.each(TELLING)("is proved by one listing, and from then on by the state: %s", async (_, readings) => {
    const { w, state, token } = await renewed(readings);
    const process = w.process({ token }).instance;
    w.emulator.clearRequests();
    const after = await process.update("orion", state, checked(process, CHANGED));
    expect(after["identity"]).not.toEqual(state["identity"]);
    const ofAccount = w.emulator.requests().filter((request) => request.token === "account");
    expect(ofAccount.map(({ route }) => route)).toEqual([LIST]);
    const isTold = readings.listId === true || readings.listToken === true;
    const ofInstance = w.emulator.requests().filter((request) => request.token === "instance");
    expect(ofInstance.map(({ route }) => route)).toEqual([...(isTold ? [] : [LIST]), SET_WEBHOOK]);

    w.emulator.clearRequests();
    const next = w.process({ token }).instance;
    const last = await next.update("orion", after, checked(next, ORION));
    expect(w.emulator.requests().map((request) => request.token)).toEqual(["instance"]);
    // Handed over once more, the former token says nothing of the account.
    const fresh = await w.process({ token: w.ours }).instance.read("orion", last);
    expect(fresh?.state["identity"]).toEqual(last["identity"]);
    await w.process({ token }).instance.delete("orion", last);
    expect(w.emulator.instanceNames(token)).toEqual([]);
  });

  test.each(SILENT)(
    "proves nothing where nothing is told, and the named way out works: %s",
    async (_, readings) => {
      const { w, state, token } = await renewed(readings);
      const process = w.process({ token }).instance;
      await w.untouched(async () => {
        for (const failure of [
          await failureOf(process.update("orion", state, checked(process, CHANGED))),
          await failureOf(process.delete("orion", state)),
          await failureOf(process.read("orion", state)),
        ]) {
          expect(failure.message).toContain("nothing that RyzeAPI tells proves");
          expect(failure.message).toContain("`pulumi state delete`, which touches no instance");
          expect(failure.message).toContain("declare it again with `adopt: true`");
        }
      });
      const { id } = w.emulator.instance("orion", token) ?? {};
      const adopted = await process.create(checked(process, { ...CHANGED, adopt: true }));
      expect(w.emulator.instance("orion", token)).toMatchObject({
        id,
        webhooks: { default: CHANGED["webhook"] },
      });
      await w.process({ token }).instance.delete("orion", adopted);
      expect(w.emulator.instanceNames(token)).toEqual([]);
    },
  );
});
