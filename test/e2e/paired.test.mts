import { expect, test } from "vitest";

import { read } from "../docs/pages.mts";
import type { Readings } from "../emulator/emulator.mts";
import { OUR_NUMBER, twoAccounts } from "../lifecycle/accounts.mts";
import { ryzeapi } from "../support/stack.mts";
import { Upstream } from "../support/upstream.mts";
import { refused, stackOfOurs } from "./our-stack.mts";
import { plansFor } from "./plans.mts";

const { RyzeInstance } = ryzeapi;

const NAMES_ONLY: Partial<Readings> = { list: "minimal", listId: false, listToken: false, listTimes: false };

test.each([{}, NAMES_ONLY])("paired since Pulumi looked last, and renamed: %j", async (readings) => {
  const w = await twoAccounts(readings);
  let name = "orion";
  const stack = await stackOfOurs(w, () => new RyzeInstance("orion", { name }));
  await stack.up();
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  name = "pleiades";
  const stopped = await refused(w, stack, () => stack.up());
  expect(stopped).toContain(`"orion" is not replaced: it was paired with ${OUR_NUMBER}`);
  expect(stopped).toContain("`pulumi up --refresh` shows it, and goes on when you confirm");

  await stack.up({ refresh: true });
  expect(stack.output).toContain(`ends a WhatsApp session: it is paired with ${OUR_NUMBER}`);
  expect(w.emulator.instanceNames(w.ours)).toEqual(["pleiades"]);
});

test("after pairing, `up --refresh` shows status and number, as getting started says; `refresh` alone does not", async () => {
  const page = read("docs/getting-started.md");
  const [, section = ""] = /^## \d+\. Pair a phone\n([^]*?)^## /m.exec(page) ?? [];
  expect([...section.matchAll(/^ {4}pulumi (.*)$/gm)].map(([, command]) => command)).toEqual([
    "up --refresh",
  ]);
  expect(page).toMatch(/^export const numberJid = orion\.numberJid/m);

  const w = await twoAccounts();
  const stack = await stackOfOurs(w, () => undefined);
  stack.program = () => {
    const { status, numberJid } = new RyzeInstance("orion");
    return Promise.resolve({ status, numberJid: numberJid.apply((jid) => jid ?? "none") });
  };
  const outputs = async () =>
    Object.fromEntries(
      Object.entries(await stack.outputs()).map(([name, { value }]) => [name, value as string]),
    );
  await stack.up();
  w.emulator.pair("orion", OUR_NUMBER, w.ours);
  await stack.refresh();
  expect(await outputs()).toEqual({ status: "disconnected", numberJid: "none" });
  await stack.up({ refresh: true });
  expect(await outputs()).toEqual({ status: "connected", numberJid: OUR_NUMBER });
  expect(stack.output).not.toContain("Undefined value");
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
  expect(await refused(w, stack, () => stack.preview())).toContain(
    '"orion" is not replaced: it is paired with',
  );
  expect(w.emulator.requests()).toEqual([]);
  declare = () => undefined;
  const message = await refused(w, stack, () => stack.up());
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
