import { describe, expect, test } from "vitest";

import type { InstanceState } from "../../provider/lifecycle/state.ts";
import type { FaultRule, Readings } from "../emulator/emulator.mts";
import { create as createElsewhere } from "../emulator/helpers.mts";
import { checked, create, failureOf, partialFailureOf } from "../support/lifecycle.mts";
import { CREATE } from "../support/service.mts";
import { LISTINGS, OUR_NUMBER, SILENT, twoAccounts, type TwoAccounts } from "./accounts.mts";
import type { Declared } from "./scenario.mts";

const WEBHOOK = { url: "https://app.example.com" };
const ORION: Declared = { name: "orion", webhook: WEBHOOK };
const UNPAIRED = { adopt: "unpaired" };

/** Whatever else is true: one instance of that name, as declared, and a next `up` has nothing to do. */
async function expectManaged(
  w: TwoAccounts,
  state: InstanceState,
  id: string | undefined,
  declared = ORION,
): Promise<void> {
  expect(w.emulator.instance("orion", w.ours)).toMatchObject({ id, webhooks: { default: WEBHOOK } });
  const { instance } = w.process();
  const fresh = await instance.read("orion", state);
  for (const known of [state, fresh?.state ?? {}])
    expect(instance.diff(known, checked(instance, declared))).toMatchObject({
      changes: false,
      replaces: [],
    });
}

describe("an instance that no listing has shown is taken over with adopt", () => {
  const HIDDEN: [title: string, readings: Partial<Readings>, quota?: number][] = [
    ["by a cap", { listCap: 1 }],
    ["by a cap, where the quota is asked first", { listCap: 1 }, 4],
    ["by a cap, where the name is asked first", { listCap: 1, quotaBeforeDuplicate: false }, 4],
  ];

  test.each(HIDDEN)("%s", async (_, readings, quota) => {
    const w = await twoAccounts(readings, quota === undefined ? {} : { quota });
    const others = ["vega", "altair", "deneb"];
    for (const name of [...others, "orion"]) await createElsewhere(w.emulator, name);
    const { id } = w.emulator.instance("orion", w.ours) ?? {};
    const { instance } = w.process();
    // A name that comes after three others is looked for in a listing of the whole account.
    for (const name of others) await create(instance, { name, adopt: true });
    const failure = await failureOf(create(instance, ORION));
    expect(w.emulator.instance("orion", w.ours)?.webhooks).toEqual({});
    expect(failure.message).toMatch(
      quota !== undefined && readings.quotaBeforeDuplicate !== false ? /quota/ : /adopt: true/,
    );
    await expectManaged(w, await create(instance, { ...ORION, adopt: true }), id);
  });

  test("that came up during the run", async () => {
    const w = await twoAccounts();
    const { instance } = w.process();
    await create(instance, { name: "vega" });
    await createElsewhere(w.emulator, "orion");
    const { id } = w.emulator.instance("orion", w.ours) ?? {};
    await expectManaged(w, await create(instance, { ...ORION, adopt: true }), id);
  });
});

describe("`ryzeapi:adopt: unpaired`", () => {
  test.each(LISTINGS)("takes over what was never paired, with a warning: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    // A run that was killed after its creation has left this, and nothing in the state.
    await create(w.process().instance, ORION);
    const { id } = w.emulator.instance("orion", w.ours) ?? {};
    await w.untouched(() => failureOf(create(w.process().instance, ORION)));
    const process = w.process({ token: w.ours, ...UNPAIRED });
    const state = await create(process.instance, ORION);
    expect(process.warnings).toEqual([
      expect.stringContaining("existed already and was never paired: it is taken over"),
    ]);
    await expectManaged(w, state, id);
  });

  test.each(["connected", "loggedout", "disconnected"] as const)(
    "leaves one alone that was paired once: %s",
    async (state) => {
      const w = await twoAccounts();
      await createElsewhere(w.emulator, "orion");
      w.emulator.patchInstance("orion", { state, numberJid: OUR_NUMBER }, w.ours);
      const process = w.process({ token: w.ours, ...UNPAIRED });
      const { message } = await w.untouched(() => failureOf(create(process.instance, ORION)));
      expect(message).toContain('"orion" exists already in this account, and it is left as it is');
      expect(process.warnings).toEqual([]);
    },
  );

  test.each([undefined, "never", ""])("is not what %j means", async (adopt) => {
    const w = await twoAccounts();
    await createElsewhere(w.emulator, "orion");
    const told = { token: w.ours, ...(adopt === undefined ? {} : { adopt }) };
    const { message } = await w.untouched(() => failureOf(create(w.process(told).instance, ORION)));
    expect(message).toContain("`ryzeapi:adopt: unpaired` goes it by itself");
  });

  test("is the only other word that check accepts", async () => {
    const w = await twoAccounts();
    const { failures } = w.process({ token: w.ours, adopt: "all" }).instance.check(ORION);
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("`ryzeapi:adopt` must be unpaired or never"),
    ]);
  });
});

test("`adopt` taken out of the program, or put in, is no change", async () => {
  const w = await twoAccounts();
  const [without, withIt] = [ORION, { ...ORION, adopt: true }];
  for (const [before, now] of [
    [without, withIt],
    [withIt, without],
  ] as const) {
    const { instance } = w.process();
    const state = await create(instance, before);
    expect(instance.diff(state, checked(instance, now))).toMatchObject({ changes: false, replaces: [] });
    await instance.delete("orion", state);
  }
});

const GATEWAY: FaultRule = { kind: "html", route: CREATE };
const LATE: FaultRule = { kind: "land-late", requests: 20, answer: "html", times: 1 };

describe("a creation that lands after its answer", () => {
  const THEN: [title: string, faults: FaultRule[]][] = [
    ["three times no answer", [LATE, GATEWAY]],
    [
      "no answer, then a used up quota",
      [LATE, { kind: "status", status: 403, message: "Account instance quota exceeded", route: CREATE }],
    ],
    [
      "no answer, then an error",
      [LATE, { kind: "status", status: 500, message: "Out of memory", route: CREATE }],
    ],
  ];

  describe.each(THEN)("%s", (_title, faults) => {
    test.each([...LISTINGS.slice(0, 1), ...SILENT])(
      "is unconfirmed, and found by the next up: %s",
      async (_, readings) => {
        const w = await twoAccounts(readings);
        for (const fault of faults) w.emulator.fault(fault);
        const failed = await partialFailureOf(create(w.process().instance, ORION));
        expect(failed.message).toContain(
          "may still carry out what it was sent. The next `pulumi up` finds out",
        );
        expect(failed.state).toMatchObject({ name: "orion", status: "unconfirmed" });
        w.emulator.clearFaults();

        const { instance } = w.process();
        const kept = await instance.read("orion", failed.state);
        expect(kept?.state).toEqual(failed.state);
        await landed(w);
        const fresh = await w.process().instance.read("orion", failed.state);
        const args = checked(instance, ORION);
        const { id } = w.emulator.instance("orion", w.ours) ?? {};
        for (const state of [failed.state, fresh?.state ?? {}]) {
          const known = w.process().instance;
          const isConfirmed = state["status"] !== "unconfirmed";
          if (!isConfirmed) expect(known.diff(state, args)).toMatchObject({ changes: true, replaces: [] });
          await expectManaged(w, isConfirmed ? state : await known.update("orion", state, args), id);
        }
        expect(w.emulator.instanceNames(w.ours)).toEqual(["orion"]);
      },
    );
  });

  describe.each([ORION, { ...ORION, token: "token-of-ours" }])(
    "declared as %j, is another account's",
    (args) => {
      const UNPROVED = /was not (read|changed|deleted|replaced): nothing that RyzeAPI tells proves/;

      test("business for no command, and goes on with the former one", async () => {
        const { w, state } = await unanswered(args);
        const wrong = () => w.process({ token: w.theirs }).instance;
        const renamed = wrong();
        renamed.diff(state, checked(renamed, { name: "vega" }));
        const failures = await w.untouched(async () => [
          await failureOf(wrong().read("orion", state)),
          await failureOf(wrong().update("orion", state, checked(wrong(), args))),
          await failureOf(wrong().delete("orion", state)),
          await failureOf(renamed.create(checked(renamed, { name: "vega" }))),
        ]);
        for (const { message } of failures) expect(message).toMatch(UNPROVED);

        await landed(w);
        const { instance } = w.process();
        const { id } = w.emulator.instance("orion", w.ours) ?? {};
        await expectManaged(w, await instance.update("orion", state, checked(instance, args)), id, args);
      });

      test("or may be, where the account's token was renewed: the way out of the message works", async () => {
        const { w, state } = await unanswered(args);
        await landed(w);
        const token = w.renewed();
        const { instance } = w.process({ token });
        const { message } = await failureOf(instance.update("orion", state, checked(instance, args)));
        expect(message).toMatch(UNPROVED);
        expect(message).toContain("declare it again with `adopt: true`");
        const { id } = w.emulator.instance("orion", token) ?? {};
        await create(w.process({ token }).instance, { ...args, adopt: true });
        expect(w.emulator.instance("orion", token)).toMatchObject({ id });
      });

      test("but is believed of a state from before accounts were kept", async () => {
        const { w, state } = await unanswered(args);
        await landed(w);
        const { instance } = w.process();
        const { id } = w.emulator.instance("orion", w.ours) ?? {};
        const old = { ...state, identity: {} };
        await expectManaged(w, await instance.update("orion", old, checked(instance, args)), id, args);
      });
    },
  );

  test("is deleted where it is ours, and left where somebody has paired one of its name", async () => {
    const { w, state } = await unansweredAndPaired();
    await w.untouched(() => w.process().instance.delete("orion", state));
    w.emulator.patchInstance("orion", { state: "disconnected", numberJid: null }, w.ours);
    await w.process().instance.delete("orion", state);
    expect(w.emulator.instanceNames(w.ours)).toEqual([]);
  });

  test("is given up for another name where somebody has paired one of its name, which is left", async () => {
    const { w, state } = await unansweredAndPaired();
    const { instance, warnings } = w.process();
    const news = checked(
      instance,
      { name: "vega" },
      { resource: "orion", former: instance.declaredIn(state) },
    );
    expect(instance.diff(state, news).replaces).toEqual(["name"]);
    await instance.create(news);
    await instance.delete("orion", state);
    expect(warnings).toEqual([expect.stringContaining('named "orion" exists, and is paired with a phone')]);
    expect(w.emulator.instanceNames(w.ours).sort()).toEqual(["orion", "vega"]);
  });
});

/** A creation that was never answered, and is going to be carried out. */
async function unanswered(declared: Declared) {
  const w = await twoAccounts();
  w.emulator.fault(LATE);
  w.emulator.fault(GATEWAY);
  const { state } = await partialFailureOf(create(w.process().instance, declared));
  w.emulator.clearFaults();
  return { w, state };
}

/** Carried out, and somebody has paired the instance since. */
async function unansweredAndPaired() {
  const { w, state } = await unanswered(ORION);
  await landed(w);
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  return { w, state };
}

/** Whoever asks, the creation is carried out after so many requests. */
async function landed({ emulator, ours }: TwoAccounts): Promise<void> {
  while (!emulator.instanceNames(ours).includes("orion")) await fetch(`${emulator.url}/health`);
}
