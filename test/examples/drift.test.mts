import { expect, test, vi } from "vitest";

import { serviceFor } from "../support/service.mts";
import { commandsIn, projectFor } from "./project.mts";

vi.setConfig({ testTimeout: 120_000 });

/** Pulumi's exit code where no changes were expected, and there are some. */
const CHANGES = 7;

test("drift: the commands of its README show what was changed by hand and put it back", async () => {
  const { emulator } = await serviceFor();
  const { ok, sh, initStack } = await projectFor("drift", emulator);
  const [up = "", show = "", repair = ""] = await commandsIn("drift");
  expect([up, repair]).toEqual(["pulumi up", "pulumi up --refresh"]);
  await initStack("dev");
  await ok(up);

  emulator.patchInstance("orion", { settings: { callRejectMessage: "Busy." } });
  const ignored = await sh(show);
  expect(ignored, ignored.stdout).toMatchObject({ code: 0 });

  emulator.patchInstance("orion", { settings: { autoRejectCalls: false } });
  const { code, stdout } = await sh(show);
  expect(code, stdout).toBe(CHANGES);
  const [, planned = ""] = stdout.split("(update)");
  expect(planned).toMatch(/autoRejectCalls *: false => true/);
  expect(planned).not.toContain("callRejectMessage");
  expect(emulator.instance("orion")?.settings.autoRejectCalls).toBe(false);

  await ok(repair);
  expect(emulator.instance("orion")?.settings).toMatchObject({
    autoRejectCalls: true,
    callRejectMessage: "Busy.",
  });
  const destroyed = await sh("pulumi destroy");
  expect(destroyed.code).not.toBe(0);
  expect(destroyed.stdout + destroyed.stderr).toContain("protected");
  expect(emulator.instanceNames()).toEqual(["orion"]);
});
