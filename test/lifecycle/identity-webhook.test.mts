import { describe, expect, test } from "vitest";

import type { Values } from "../../provider/values.ts";
import { without } from "../support/instance.mts";
import { checked, failureOf } from "../support/lifecycle.mts";
import {
  LISTINGS,
  SILENT,
  TELLING,
  THEIR_NUMBER,
  twoAccounts,
  type Told,
  type TwoAccounts,
} from "./accounts.mts";

const ID = "orion/audit";
const AUDIT = { instance: "orion", label: "audit", url: "https://audit.example.com" };
const CHANGED = { ...AUDIT, url: "https://audit.example.com/2" };

/** A webhook of our "orion" in the state; theirs has an enabled one of the same label. */
async function audited(w: TwoAccounts, declared: Values = {}, told: Told = { token: w.ours }) {
  w.emulator.patchInstance("orion", { webhooks: { audit: { url: "https://theirs.example.com" } } }, w.theirs);
  const { token } = await w.created({ name: "orion" });
  const { webhook } = w.process(told);
  const own = "token" in declared ? {} : { token };
  const state = await webhook.create(checked(webhook, { ...AUDIT, ...own, ...declared }));
  w.emulator.clearRequests();
  return { token, state };
}

function auditOf(w: TwoAccounts, account: string) {
  return w.emulator.instance("orion", account)?.webhooks["audit"];
}

const TOKENLESS = { token: undefined };

describe("`account` of a webhook becomes another one", () => {
  test.each(LISTINGS)("with the instance's token: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    const { token, state } = await audited(w, { account: { token: w.ours } });
    await expectRefused(w, state, { ...AUDIT, token });
    await expectRefused(w, state, { ...CHANGED, token });
    await expectRefused(w, state, { ...CHANGED, token: w.emulator.instance("orion", w.theirs)?.token });
  });

  test.each(LISTINGS)("without it: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    const { state } = await audited(w, { ...TOKENLESS, account: { token: w.ours } });
    await expectRefused(w, state, AUDIT);
    await expectRefused(w, state, CHANGED);
  });

  /** Nothing is sent, adopted or not; and with the former account all goes on. */
  async function expectRefused(w: TwoAccounts, state: Values, declared: Values): Promise<void> {
    const { webhook } = w.process({ token: w.ours });
    await w.untouched(async () => {
      for (const adopt of [undefined, true]) {
        const news = checked(webhook, { ...declared, adopt, account: { token: w.theirs } });
        const { message } = await failureOf(webhook.update(ID, state, news));
        expect(message).toContain('The instance "orion" was not changed');
        expect(message).toContain(`paired with ${THEIR_NUMBER}`);
        expect(message).toMatch(/[Pp]ut (that account's|the former account) token back/);
        w.expectNoSecrets(message);
      }
    });
    const back = { ...CHANGED, token: state["token"], account: { token: w.ours } };
    await webhook.update(ID, state, checked(webhook, back));
    expect(auditOf(w, w.ours)?.url).toBe(CHANGED.url);
  }

  test("and the former instance is gone: what is enabled at the other one is left as it is, without adopt", async () => {
    const w = await twoAccounts();
    const { state } = await audited(w, { account: { token: w.ours } });
    w.emulator.patchInstance("orion", { deleted: true }, w.ours);
    expect(await w.process().webhook.read(ID, state)).toBeUndefined();
    const { token } = w.emulator.instance("orion", w.theirs) ?? {};
    const { webhook } = w.process();
    const news = { ...AUDIT, token, account: { token: w.theirs } };
    const { message } = await w.untouched(() => failureOf(webhook.create(checked(webhook, news))));
    expect(message).toContain('has an enabled webhook labelled "audit" already');
    await webhook.create(checked(webhook, { ...news, adopt: true }));
    expect(auditOf(w, w.theirs)?.url).toBe(AUDIT.url);
  });
});

test("the instance was made again by somebody, with a webhook of that label: it is left as it is, without adopt", async () => {
  const w = await twoAccounts();
  const { state } = await audited(w);
  w.emulator.patchInstance("orion", { deleted: true }, w.ours);
  const { token } = await w.created({ name: "orion" });
  w.emulator.patchInstance("orion", { webhooks: { audit: { url: "https://theirs.example.com" } } }, w.ours);
  const { webhook } = w.process();
  const news = { ...AUDIT, token };
  const { message } = await w.untouched(() => failureOf(webhook.update(ID, state, checked(webhook, news))));
  expect(message).toContain('has an enabled webhook labelled "audit" already');
  await webhook.update(ID, state, checked(webhook, { ...news, adopt: true }));
  expect(auditOf(w, w.ours)?.url).toBe(AUDIT.url);
});

describe("the stack's account is another one", () => {
  test.each(LISTINGS)(
    "an update goes to the instance of the token, a removal is refused: %s",
    async (_, readings) => {
      const w = await twoAccounts(readings);
      const { token, state } = await audited(w);
      const { webhook } = w.process({ token: w.theirs });
      await w.untouched(() => failureOf(webhook.delete(ID, state)));
      const after = await webhook.update(ID, state, checked(webhook, { ...CHANGED, token }));
      expect(auditOf(w, w.ours)?.url).toBe(CHANGED.url);
      expect(auditOf(w, w.theirs)?.url).toBe("https://theirs.example.com");
      await w.process().webhook.delete(ID, after);
      expect(auditOf(w, w.ours)?.enabled).toBe(false);
      expect(auditOf(w, w.theirs)?.enabled).toBe(true);
    },
  );

  test.each(LISTINGS)("and the program has taken the one that is there: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    const { state } = await audited(w);
    const { token } = w.emulator.instance("orion", w.theirs) ?? {};
    const { webhook, warnings } = w.process({ token: w.theirs });
    await webhook.create(checked(webhook, { ...AUDIT, token, adopt: true }));
    const { message } = await w.untouched(() => failureOf(webhook.delete(ID, state)));
    expect(message).toContain('The instance "orion" was not changed');
    expect(warnings).toEqual([]);
  });

  const TOLD = LISTINGS.filter(([, { listId, listToken }]) => listId === true || listToken === true);

  test.each(TOLD)("without the instance's token nothing is sent: %s", async (_, readings) => {
    const w = await twoAccounts(readings);
    const { state } = await audited(w, TOKENLESS);
    const { webhook } = w.process({ token: w.theirs });
    await w.untouched(async () => {
      const failures = [
        await failureOf(webhook.update(ID, state, checked(webhook, CHANGED))),
        await failureOf(webhook.read(ID, state)),
        await failureOf(webhook.delete(ID, state)),
      ];
      w.expectNoSecrets(...failures.map(({ message }) => message));
    });
    await w.process().webhook.delete(ID, state);
    expect(auditOf(w, w.ours)?.enabled).toBe(false);
  });
});

describe("the account's token was renewed", () => {
  test.each(TELLING)("everything goes on with the new one: %s", async (_, readings) => {
    for (const declared of [{}, readings.listId === true || readings.listToken === true ? TOKENLESS : {}]) {
      const w = await twoAccounts(readings);
      const { token, state } = await audited(w, declared);
      const renewed = w.renewed();
      const { webhook } = w.process({ token: [w.ours, renewed] });
      expect((await webhook.read(ID, state))?.inputs).toMatchObject(AUDIT);
      const own = "token" in declared ? {} : { token };
      const after = await webhook.update(ID, state, checked(webhook, { ...CHANGED, ...own }));
      await w.process({ token: renewed }).webhook.delete(ID, after);
      expect(auditOf(w, renewed)?.enabled).toBe(false);
    }
  });

  test.each(LISTINGS)(
    "with the former one alone a removal is refused, so that none is lost: %s",
    async (_, readings) => {
      const w = await twoAccounts(readings);
      const { state } = await audited(w);
      w.renewed();
      const { message } = await w.untouched(() => failureOf(w.process().webhook.delete(ID, state)));
      expect(message).toContain("RyzeAPI refuses the account's token");
      expect(message).toContain("RYZEAPI_TOKEN");
    },
  );
});

test.each(LISTINGS)(
  "a state without identity learns it, and shows no difference: %s",
  async (_, readings) => {
    const w = await twoAccounts(readings);
    const { token, state } = await audited(w);
    const old = without(state, "identity");
    const { webhook } = w.process();
    const fresh = await webhook.read(ID, old);
    const { token: known, account } = state["identity"] as Values;
    expect(fresh?.state["identity"]).toMatchObject({ token: known, account });
    expect(
      (await webhook.update(ID, old, checked(webhook, { ...CHANGED, token })))["identity"],
    ).toMatchObject({ token: known, account });
    for (const each of [old, fresh?.state ?? {}])
      expect(webhook.diff(each, checked(webhook, { ...AUDIT, token }))).toMatchObject({
        changes: false,
        replaces: [],
      });
  },
);

test.each(SILENT)("without token, id and time a removal goes by the name: %s", async (_, readings) => {
  const w = await twoAccounts(readings);
  const { state } = await audited(w, TOKENLESS);
  await w.process().webhook.delete(ID, state);
  expect(auditOf(w, w.ours)?.enabled).toBe(false);
});

describe("three webhooks are enabled, and one gets another label", () => {
  test.each([400, 409] as const)("the former one is switched off first: %i", async (webhookLimitStatus) => {
    const w = await twoAccounts({ webhookLimitStatus });
    const { token, state } = await audited(w);
    for (const label of ["second", "third"]) {
      const { webhook } = w.process();
      await webhook.create(checked(webhook, { ...AUDIT, token, label }));
    }
    const { webhook } = w.process();
    const news = checked(webhook, { ...AUDIT, token, label: "renamed" });
    expect(webhook.diff(state, news).replaces).toEqual(["label"]);
    const after = await webhook.create(news);
    await webhook.delete(ID, state);
    const webhooks = w.emulator.instance("orion", w.ours)?.webhooks ?? {};
    const enabled = Object.values(webhooks).filter((each) => each.enabled);
    expect(enabled.map(({ label }) => label).sort()).toEqual(["renamed", "second", "third"]);
    expect((await w.process().webhook.read("orion/renamed", after))?.inputs).toEqual(news);
  });

  test("below the limit the former one stays until the new one is there", async () => {
    const w = await twoAccounts();
    const { token, state } = await audited(w);
    const { webhook } = w.process();
    const news = checked(webhook, { ...AUDIT, token, label: "renamed" });
    expect(webhook.diff(state, news).replaces).toEqual(["label"]);
    const route = "POST /api/events/webhook/:instance";
    w.emulator.fault({ kind: "status", status: 400, message: "Invalid URL", route });
    expect((await failureOf(webhook.create(news))).message).toContain("Invalid URL");
    expect(w.writes()).toEqual(["POST /api/events/webhook/orion"]);
  });

  test("a fourth one that takes nobody's place is refused, and none is switched off", async () => {
    const w = await twoAccounts();
    const { token } = await audited(w);
    const { webhook } = w.process();
    for (const label of ["second", "third"])
      await webhook.create(checked(webhook, { ...AUDIT, token, label }));
    await failureOf(webhook.create(checked(webhook, { ...AUDIT, token, label: "fourth" })));
    const webhooks = Object.values(w.emulator.instance("orion", w.ours)?.webhooks ?? {});
    expect(webhooks.filter(({ enabled }) => enabled)).toHaveLength(3);
  });
});
