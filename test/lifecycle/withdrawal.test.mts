import { describe, test } from "vitest";

import { RECONNECT, SET_BLOCK, SWITCHES, WITHDRAWN } from "./documented.mts";
import { blockIn, scenario, withFields, without } from "./scenario.mts";
import { expectRequests } from "./update.mts";

describe("a block taken out of the program is withdrawn", () => {
  test.each([...SWITCHES, "settings"] as const)("%s", async (block) => {
    const s = await scenario();
    await expectRequests(s, s.declared, without(s.declared, block), WITHDRAWN[block]);
  });
});

describe("a block new in the program is sent", () => {
  test.each([...SWITCHES, "settings"] as const)("%s", async (block) => {
    const s = await scenario();
    const { call, body } = SET_BLOCK[block](s);
    const settings = blockIn(s.declared, "settings");
    await expectRequests(s, without(s.declared, block), s.declared, [
      { call, body: block === "settings" ? settings : body },
      ...(block === "proxy" ? [RECONNECT] : []),
    ]);
  });
});

describe.each(SWITCHES)("enabled: false of %s", (block) => {
  test("is withdrawn", async () => {
    const s = await scenario();
    await expectRequests(s, s.declared, withFields(s.declared, block, { enabled: false }), WITHDRAWN[block]);
  });

  test("is not sent at the creation, and can be switched on later", async () => {
    const s = await scenario();
    const { call, body } = SET_BLOCK[block](s);
    await expectRequests(s, { ...s.declared, [block]: { enabled: false } }, s.declared, [
      { call, body },
      ...(block === "proxy" ? [RECONNECT] : []),
    ]);
  });

  test("and then taken out of the program is no request", async () => {
    const s = await scenario();
    const off = { ...s.declared, [block]: { enabled: false } };
    await expectRequests(s, off, without(s.declared, block), []);
  });
});

test("a proxy with reconnect: false is withdrawn without a reconnect", async () => {
  const s = await scenario();
  const quiet = withFields(s.declared, "proxy", { reconnect: false });
  await expectRequests(s, quiet, without(quiet, "proxy"), WITHDRAWN.proxy.slice(0, 1));
});
