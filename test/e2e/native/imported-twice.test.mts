import { expect, test } from "vitest";

import { create } from "../../emulator/helpers.mts";
import { twoAccounts } from "../../lifecycle/accounts.mts";
import { RYZE_INSTANCE, ryzeapi, stackFor } from "../../support/stack.mts";

test("an instance that was imported twice is given up once", async () => {
  const w = await twoAccounts();
  await create(w.emulator, "orion");
  const stack = await stackFor({
    endpoint: w.emulator.url,
    token: w.ours,
    program: () => {
      new ryzeapi.RyzeInstance("first", { name: "orion" });
      return Promise.resolve();
    },
  });
  await stack.import(["first", "second"].map((name) => ({ type: RYZE_INSTANCE, name, id: "orion" })));
  expect(await stack.instances()).toHaveLength(2);
  await w.untouched(() => stack.up());
  expect(stack.output).toContain('"orion" is not deleted: another resource of this program has it');
  expect((await stack.instances()).map(({ urn }) => urn.split("::").at(-1))).toEqual(["first"]);
});
