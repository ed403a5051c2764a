import { expect, test } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { create, failureOf, lifecycleFor } from "../support/lifecycle.mts";
import { LIST, serviceFor } from "../support/service.mts";

const DELETE = "DELETE /api/instance/delete/:instance";

test("one request with the account's token after the listing, whatever the instance has", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor();
  const state = await create(lifecycleFor(emulator), { name: "orion", ...everyBlock(secrets, chatwootUrl) });
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  emulator.clearRequests();
  await lifecycleFor(emulator).delete("orion", state);
  expect(emulator.requests()).toMatchObject([
    { route: LIST, token: "account", status: 200 },
    { route: DELETE, token: "account", status: 200 },
  ]);
  expect(emulator.instanceNames()).toEqual([]);
});

test("of a name that has to be encoded reaches that instance", async () => {
  const { emulator } = await serviceFor();
  const names = ["a/b", "a%2Fb", "a b?c#d", "ação 😀", "a,b"];
  for (const name of names) await create(lifecycleFor(emulator), { name });
  for (const name of names) {
    await lifecycleFor(emulator).delete(name, { name });
    expect(emulator.instance(name)).toBeUndefined();
  }
  expect(emulator.requests().filter(({ route, status }) => route === DELETE && status === 200)).toHaveLength(
    5,
  );
});

test("an instance that is gone already is a success", async () => {
  const { emulator } = await serviceFor();
  const state = await create(lifecycleFor(emulator), { name: "vega" });
  emulator.patchInstance("vega", { deleted: true });
  await lifecycleFor(emulator).delete("vega", state);
  expect(emulator.requests().filter(({ route }) => route === DELETE)).toEqual([]);
});

test("an answer that got lost is asked again", async () => {
  const { emulator } = await serviceFor();
  const state = await create(lifecycleFor(emulator), { name: "vega" });
  emulator.fault({ kind: "drop-after", route: DELETE, times: 1 });
  await lifecycleFor(emulator).delete("vega", state);
  expect(emulator.instanceNames()).toEqual([]);
});

test("the 404 page of a proxy does not pass for a deleted instance", async () => {
  const { emulator } = await serviceFor();
  const state = await create(lifecycleFor(emulator), { name: "vega" });
  emulator.fault({ kind: "html", status: 404, route: DELETE });
  const { message } = await failureOf(lifecycleFor(emulator).delete("vega", state));
  expect(message).toContain('(instance "vega") answered 404');
  expect(emulator.instanceNames()).toEqual(["vega"]);
});

test.each([401, 500])("an answer %i is an error with the service's words", async (status) => {
  const { emulator } = await serviceFor({ readings: { listToken: true } });
  const state = await create(lifecycleFor(emulator), { name: "vega" });
  emulator.fault({ kind: "status", status, message: "Not today", route: DELETE });
  const { message } = await failureOf(lifecycleFor(emulator).delete("vega", state));
  expect(message).toContain("Not today");
  expect(emulator.instanceNames()).toEqual(["vega"]);
});
