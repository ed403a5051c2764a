import { expect, test } from "vitest";

import { serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";

test("`driftCheck: always` is an error of the preview, since the engine cannot be asked for it", async () => {
  const { emulator } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      new ryzeapi.RyzeInstance("orion");
      return Promise.resolve();
    },
  });
  await stack.configure("ryzeapi:driftCheck", "always");
  await expect(stack.preview()).rejects.toThrow(
    /`ryzeapi:driftCheck: always` cannot be kept by this resource/,
  );
  await stack.configure("ryzeapi:driftCheck", "sometimes");
  await expect(stack.preview()).rejects.toThrow(/`ryzeapi:driftCheck` must be always or never/);
  await stack.configure("ryzeapi:driftCheck", "never");
  expect((await stack.preview()).changeSummary).toEqual({ create: 2 });
  expect(emulator.requests()).toEqual([]);
});
