import { readFile, stat } from "node:fs/promises";
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

test("what `ryzeapi import` writes needs no change, and no secret in clear is left", async () => {
  const { directory, ok, written, emulator } = await scene();
  const authorization = "Bearer --of 'the' webhook";
  emulator.patchInstance("orion", {
    webhooks: { default: { enabled: true, url: "https://app.example.com", authorization } },
  });
  const commands = await commandsIn("adopt-existing", "Many");
  expect(commands).toHaveLength(4);
  for (const command of commands) await ok(command);
  expect(written()).toEqual([]);
  const program = await readFile(join(directory, "index.ts"), "utf8");
  for (const block of ["webhook", "settings", "websocket"]) expect(program).toContain(`${block}: {`);
  expect(await ok("pulumi config get orionWebhookAuthorization")).toBe(`${authorization}\n`);
  for (const file of ["index.ts", "Pulumi.dev.yaml"])
    expect(await readFile(join(directory, file), "utf8")).not.toContain(authorization);
  await expect(stat(join(directory, "ryzeapi-import.json"))).rejects.toThrow("ENOENT");
});

test("`ryzeapi import --set-config` overwrites no value, and writes nothing then", async () => {
  const { directory, ok, sh, emulator } = await scene();
  emulator.patchInstance("orion", {
    webhooks: { default: { enabled: true, url: "https://app.example.com", authorization: "there" } },
  });
  await ok("pulumi config set --secret orionWebhookAuthorization another");
  const refused = await sh("npx ryzeapi import --program imported.ts --set-config");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    "has another value for orionWebhookAuthorization, and nothing was written",
  );
  for (const file of ["imported.ts", "ryzeapi-import.json"])
    await expect(stat(join(directory, file))).rejects.toThrow("ENOENT");

  await ok("pulumi config set --secret orionWebhookAuthorization there");
  const before = await readFile(join(directory, "Pulumi.dev.yaml"), "utf8");
  await ok("npx ryzeapi import --program imported.ts --set-config");
  expect(await readFile(join(directory, "Pulumi.dev.yaml"), "utf8")).toBe(before);
});

test("the import file stays where the import fails", async () => {
  const { directory, ok, sh } = await scene();
  const [write = "", move = "", take = ""] = await commandsIn("adopt-existing", "Many");
  await ok(`${write} && ${move}`);
  expect((await sh(take, { PULUMI_CONFIG_PASSPHRASE: "another one" })).code).not.toBe(0);
  expect((await stat(join(directory, "ryzeapi-import.json"))).mode & 0o777).toBe(0o600);
});
