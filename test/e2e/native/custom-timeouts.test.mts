import { expect, test } from "vitest";

import { CREATE, serviceFor } from "../../support/service.mts";
import { ryzeapi, stackFor } from "../../support/stack.mts";

test("an instance whose creation takes longer than `customTimeouts` is kept, and the next `up` goes on with it", async () => {
  const { emulator, routes } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      new ryzeapi.RyzeInstance("orion", { websocket: {} }, { customTimeouts: { create: "1s" } });
      return Promise.resolve();
    },
  });
  emulator.fault({ kind: "delay", route: CREATE, ms: 600_000, when: "after", times: 1 });
  await expect(stack.up()).rejects.toThrow(
    /no answer within the 1 s of the resource option `customTimeouts`/,
  );
  expect(await stack.instances()).toMatchObject([{ id: "orion", outputs: { status: "unconfirmed" } }]);
  emulator.clearFaults();

  await stack.up();
  expect(await stack.instances()).toMatchObject([{ id: "orion", outputs: { status: "disconnected" } }]);
  expect(routes().filter((route) => route === CREATE)).toHaveLength(1);
  expect((await stack.preview()).changeSummary).toEqual({ same: 2 });
});
