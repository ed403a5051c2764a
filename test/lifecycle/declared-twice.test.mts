import { expect, test } from "vitest";

import type { Values } from "../../provider/values.ts";
import { checked, failureOf, UNKNOWN } from "../support/lifecycle.mts";
import type { ProviderProcess } from "../support/provider-process.mts";
import { LISTINGS, twoAccounts, type TwoAccounts } from "./accounts.mts";

const ORION = { name: "orion" };
const AUDIT = { instance: "orion", label: "audit", url: "https://audit.example.com" };

function reasonsFor(
  check: ProviderProcess["instance" | "webhook"]["check"],
  declarations: readonly Values[],
): string[] {
  return declarations.flatMap((declared, index) =>
    check(declared, { resource: `resource ${String(index)}` }).failures.map(({ reason }) => reason),
  );
}

const instances = ({ instance }: ProviderProcess) => instance.check.bind(instance);
const webhooks = ({ webhook }: ProviderProcess) => webhook.check.bind(webhook);

test("the second of two resources that declare one instance is refused by check", async () => {
  const w = await twoAccounts();
  expect(reasonsFor(instances(w.process()), [ORION, ORION])).toEqual([
    expect.stringMatching(
      /^name names the instance "orion", which another resource of this program declares/,
    ),
  ]);
});

test("so is that of two which declare one webhook", async () => {
  const w = await twoAccounts();
  expect(reasonsFor(webhooks(w.process()), [AUDIT, { ...AUDIT, url: "https://other.example.com" }])).toEqual([
    expect.stringMatching(/^label names the webhook "audit" of the instance "orion", which another resource/),
  ]);
});

test("what differs, or is not known yet, is none", async () => {
  const w = await twoAccounts();
  const theirs = { account: { token: w.theirs } };
  expect(reasonsFor(instances(w.process()), [ORION, { name: "vega" }, { ...ORION, ...theirs }])).toEqual([]);
  expect(reasonsFor(instances(w.process()), [{ name: UNKNOWN }, { name: UNKNOWN }])).toEqual([]);
  const others = [
    { ...AUDIT, label: "other" },
    { ...AUDIT, instance: "vega" },
    { ...AUDIT, ...theirs },
  ];
  expect(reasonsFor(webhooks(w.process()), [AUDIT, ...others])).toEqual([]);
});

test("a resource that is checked once more, to be replaced, is no second one", async () => {
  const w = await twoAccounts();
  const { instance } = w.process();
  for (const former of [ORION, undefined])
    expect(instance.check(ORION, { resource: "resource 0", former }).failures).toEqual([]);
});

/** Both resources have the instance in the state, as two imports of it leave them; the program has the first one still. */
async function declaredOnceNow(w: TwoAccounts, process: ProviderProcess): Promise<Values> {
  const state = await w.created({ ...ORION, webhook: { url: "https://app.example.com" } });
  const { instance } = process;
  const declared = instance.declaredIn(state);
  instance.diff(state, checked(instance, declared, { resource: "resource 0", former: declared }));
  return state;
}

test.each(LISTINGS)("a removal spares what another resource of the program has: %s", async (_, readings) => {
  const w = await twoAccounts(readings);
  const process = w.process();
  const state = await declaredOnceNow(w, process);
  await w.untouched(() => process.instance.delete("orion", state));
  expect(process.warnings).toEqual([
    expect.stringContaining('"orion" is not deleted: another resource of this program has it'),
  ]);

  const destroy = w.process();
  await destroy.instance.delete("orion", state);
  await destroy.instance.delete("orion", state);
  expect(destroy.warnings).toEqual([]);
  expect(w.emulator.instanceNames(w.ours)).toEqual([]);
});

test.each(LISTINGS)("and not what has the same name in another account: %s", async (_, readings) => {
  const w = await twoAccounts(readings);
  w.emulator.patchInstance("orion", { state: "disconnected", numberJid: null }, w.theirs);
  const account = { token: w.theirs };
  const removed = await w.process().instance.create({ ...ORION, account, adopt: true });
  const process = w.process();
  await declaredOnceNow(w, process);
  await process.instance.delete("orion", removed);
  expect(process.warnings).toEqual([]);
  expect([w.ours, w.theirs].map((token) => w.emulator.instanceNames(token))).toEqual([["orion"], ["lyra"]]);
});

test("a webhook that another resource of the program has is not switched off", async () => {
  const w = await twoAccounts();
  const { token } = await w.created(ORION);
  const { webhook } = w.process();
  const args = checked(webhook, { ...AUDIT, token });
  const state = await webhook.create(args);
  const run = w.process();
  run.webhook.diff(state, checked(run.webhook, args, { resource: "resource 0", former: args }));
  await w.untouched(() => run.webhook.delete("orion/audit", state));
  expect(run.warnings).toEqual([
    expect.stringContaining('The webhook "audit" of the instance "orion" is not deleted'),
  ]);
});

test("what another resource of the program has is no matter of `adopt`", async () => {
  const w = await twoAccounts();
  const process = w.process();
  const first = checked(process.instance, ORION, { resource: "resource 0" });
  await process.instance.create(first);
  const again = process.instance.create({ ...ORION, adopt: true });
  await w.untouched(() =>
    expect(again).rejects.toThrow(/another resource of this program declares it as well/),
  );

  const later = w.process();
  const existing = checked(later.instance, ORION, { resource: "resource 0" });
  later.instance.check({ ...ORION, adopt: true }, { resource: "resource 1" });
  const refused = await failureOf(later.instance.create(existing));
  expect(refused.message).toContain("Take one of the two out, or give one of them another `name`");
  expect(refused.message).not.toContain("adopt");
  const alone = await failureOf(w.process().instance.create(ORION));
  expect(alone.message).toContain("If another resource of this stack has it, take one of the two out.");
});

test("neither is a webhook that another one has", async () => {
  const w = await twoAccounts();
  const { token } = await w.created(ORION);
  const { webhook } = w.process();
  const args = checked(webhook, { ...AUDIT, token });
  await webhook.create(args);
  const { message } = await failureOf(webhook.create({ ...args, adopt: true }));
  expect(message).toContain('The webhook "audit" of the instance "orion" is left as it is: another resource');
  expect(message).not.toContain("adopt");
});
