import { expect, test } from "vitest";

import { LIST, serviceFor } from "../../support/service.mts";
import { ryzeapi, stackFor } from "../../support/stack.mts";

const SAME = { same: 3 };

test("with `driftCheck: always` a plain preview finds drift and a plain `up` repairs it, at the price of a listing", async () => {
  const { emulator, routes } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      for (const name of ["orion", "vega"])
        new ryzeapi.RyzeInstance(name, { webhook: { url: "https://app.example.com" } });
      return Promise.resolve();
    },
  });
  const moveWebhook = () => {
    emulator.patchInstance("orion", { webhooks: { default: { url: "https://elsewhere.example.net" } } });
    emulator.clearRequests();
  };
  await stack.up();
  moveWebhook();
  expect((await stack.preview()).changeSummary).toEqual(SAME);
  expect(routes()).toEqual([]);

  await stack.configure("ryzeapi:driftCheck", "always");
  await stack.refresh();
  await stack.up();
  moveWebhook();
  expect((await stack.preview()).changeSummary).toEqual({ same: 2, update: 1 });
  expect(routes()).toEqual([LIST]);
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 2, update: 1 });
  expect(emulator.instance("orion")?.webhooks["default"]?.url).toBe("https://app.example.com");
  expect((await stack.up()).summary.resourceChanges).toEqual(SAME);

  await stack.configure("ryzeapi:driftCheck", "never");
  await stack.up();
  moveWebhook();
  expect((await stack.up()).summary.resourceChanges).toEqual(SAME);
  expect(routes()).toEqual([]);
});
