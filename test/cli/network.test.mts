import { tmpdir } from "node:os";

import { expect, test } from "vitest";

import { emulatorFor } from "../emulator/helpers.mts";
import { without } from "../support/instance.mts";
import { environmentFor, ryzeapi } from "./command.mts";

test.each([["list"], ["import"], ["connect", "orion"]])(
  "a proxy of the environment without a scheme ends `ryzeapi %s` with the name of the variable",
  async (...args) => {
    const env = {
      ...without(environmentFor(await emulatorFor()), "https_proxy"),
      RYZEAPI_ENDPOINT: "https://ryzeapi.invalid",
      HTTPS_PROXY: "orion:p4ssw0rd@proxy.example.net:3128",
    };
    const { code, stderr } = await ryzeapi(args, { env, cwd: tmpdir() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ryzeapi: HTTPS_PROXY of the environment has no scheme\. Write /);
    expect(stderr).not.toMatch(/p4ssw0rd|example\.net/);
  },
);
