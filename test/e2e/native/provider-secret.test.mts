import { randomUUID } from "node:crypto";

import { expect, test } from "vitest";

import { NativeProvider } from "../../support/native.mts";
import { expectNoSecrets } from "../../support/secrets.mts";
import { serviceFor } from "../../support/service.mts";
import { ryzeapi, stackFor } from "../../support/stack.mts";

test("the token of an explicit provider is shown nowhere, even where it is no token", async () => {
  const { emulator } = await serviceFor();
  const secret = `S3CR-${randomUUID()}`;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: undefined,
    program: () => {
      const provider = new NativeProvider("other", { token: `${secret}\n`, endpoint: emulator.url });
      new ryzeapi.RyzeInstance("orion", {}, { provider });
      return Promise.resolve();
    },
  });
  await expect(stack.preview()).rejects.toThrow(/other' has a problem: token must be a non-empty string/);
  await expectNoSecrets({ secret }, stack, emulator);
});
