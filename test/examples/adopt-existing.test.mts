import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { create, lifecycleFor } from "../support/lifecycle.mts";
import { serviceFor } from "../support/service.mts";
import { commandsIn, projectFor } from "./project.mts";

vi.setConfig({ testTimeout: 120_000 });

/** What somebody made by hand: what the example declares, and a WebSocket that it does not. */
const MADE_BY_HAND = {
  name: "orion",
  webhook: { enabled: true, url: "https://app.example.com/whatsapp", events: ["message.exchange"] },
  settings: { autoRejectCalls: true },
  websocket: { enabled: true },
};

async function scene() {
  const { emulator, routes } = await serviceFor();
  await create(lifecycleFor(emulator), MADE_BY_HAND);
  const project = await projectFor("adopt-existing", emulator);
  await project.ok("pulumi stack init dev");
  emulator.clearRequests();
  return { ...project, emulator, written: () => routes().filter((route) => !route.startsWith("GET ")) };
}

test("an instance that is declared with `adopt` is taken over as it is", async () => {
  const { ok, written, emulator } = await scene();
  const [list = ""] = await commandsIn("adopt-existing", "# adopt-existing");
  expect(await ok(list)).toMatch(/^orion\b.*\bno\b/m);
  const commands = await commandsIn("adopt-existing", "A few");
  expect(commands).toHaveLength(2);
  for (const command of commands) await ok(command);
  expect(written()).toEqual([]);
  expect(emulator.instance("orion")?.websocket?.enabled).toBe(true);
  expect(await ok(list)).toMatch(/^orion\b.*\byes\b/m);

  await ok("sed -i.bak '/adopt: true/d' index.ts");
  await ok("pulumi up --skip-preview");
  expect(written()).toEqual([]);
});

test("what `ryzeapi import` writes needs no change", async () => {
  const { directory, ok, written } = await scene();
  const commands = await commandsIn("adopt-existing", "Many");
  expect(commands).toHaveLength(5);
  for (const command of commands) await ok(command);
  expect(written()).toEqual([]);
  const program = await readFile(join(directory, "index.ts"), "utf8");
  for (const block of ["webhook", "settings", "websocket"]) expect(program).toContain(`${block}: {`);
});
