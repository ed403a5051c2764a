import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { UpOptions } from "@pulumi/pulumi/automation/index.js";
import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import { CREATE, LIST, serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";
import { plansFor } from "./plans.mts";

const DELETE = "DELETE /api/instance/delete/:instance";

/** A stack of one instance, and the program's three parts to change. */
async function orion(first: RyzeInstanceArgs) {
  const service = await serviceFor();
  const program = { resource: "orion", args: first, options: {} as CustomResourceOptions };
  const stack = await stackFor({
    endpoint: service.emulator.url,
    token: service.emulator.accountToken,
    program: () => {
      new ryzeapi.RyzeInstance(program.resource, program.args, program.options);
      return Promise.resolve();
    },
  });
  await stack.up();
  service.emulator.clearRequests();
  return { ...service, stack, program };
}

test("another token replaces, the old instance first; a paired number is warned about, and protected", async () => {
  const { emulator, routes, stack, program } = await orion({ token: "token-a" });
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  program.options = { protect: true };
  await stack.up();
  await stack.refresh();
  emulator.clearRequests();

  program.args = { token: "token-b" };
  await expect(stack.up()).rejects.toThrow(/protect/);
  expect(routes()).toEqual([]);
  expect(emulator.instance("orion")).toMatchObject({ token: "token-a", state: "connected" });

  program.options = {};
  stack.output = "";
  await stack.preview();
  const ops = plansFor(stack.events, "orion").map(({ op }) => op);
  expect(ops).toEqual(["delete-replaced", "replace", "create-replacement"]);
  expect(stack.output).toMatch(/warning: replacing the instance "orion" \(because of its token\)/i);
  expect(stack.output).toContain("5511999999999@s.whatsapp.net");
  expect(stack.output).not.toMatch(/token-[ab]/);

  await stack.up();
  // The second listing is with the new token, which no instance may have yet.
  expect(routes()).toEqual([LIST, DELETE, LIST, CREATE]);
  expect(emulator.instance("orion")).toMatchObject({ token: "token-b", state: "disconnected" });
});

test("another name replaces, the new instance first, without a warning where nothing is paired", async () => {
  const { emulator, routes, stack, program } = await orion({ name: "orion-1" });
  program.args = { name: "orion-2" };
  await stack.up();
  expect(plansFor(stack.events, "orion").map(({ op }) => op)).toEqual([
    "create-replacement",
    "replace",
    "delete-replaced",
  ]);
  // Whether the new name is free, and whether the old instance is paired.
  expect(routes()).toEqual([LIST, LIST, CREATE, DELETE]);
  expect(emulator.instanceNames()).toEqual(["orion-2"]);
  expect(stack.output).not.toMatch(/warning: replacing/i);
});

test("a resource under another name, with an alias, is the same instance; retained, it stays", async () => {
  const { emulator, routes, stack, program } = await orion({ websocket: {} });
  program.resource = "pleiades";
  program.options = { aliases: [{ name: "orion" }], retainOnDelete: true };
  const { summary } = await stack.up();
  expect(summary.resourceChanges).toEqual({ same: 2 });
  expect(routes()).toEqual([]);

  stack.program = () => Promise.resolve();
  await stack.up();
  expect(routes()).toEqual([]);
  expect(emulator.instanceNames()).toEqual(["orion"]);
  expect(await stack.instances()).toEqual([]);
});

test("a resource under another name, without an alias but with adopt, keeps the instance and its phone", async () => {
  const { emulator, routes, stack, program } = await orion({ websocket: {} });
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  program.resource = "support";
  program.args = { name: "orion", websocket: {}, adopt: true };
  await stack.up();
  expect(routes()).not.toContain(DELETE);
  expect(stack.output).toContain("not deleted");
  expect(emulator.instance("orion")).toMatchObject({ state: "connected" });
  expect(await stack.instances()).toMatchObject([{ id: "orion" }]);
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 2 });
});

const PHONE = { state: "connected", numberJid: "5511999999999@s.whatsapp.net" } as const;

test("`--replace` and `state taint` of a paired instance are refused, and done on purpose as the message names", async () => {
  const { emulator, routes, stack, program } = await orion({});
  emulator.patchInstance("orion", PHONE);
  await stack.refresh();
  emulator.clearRequests();
  const { id } = emulator.instance("orion") ?? {};
  const [{ urn } = { urn: "" }] = await stack.instances();
  const expectRefused = async (options: UpOptions, reason: string) => {
    await expect(stack.up(options)).rejects.toThrow();
    expect(stack.diagnostics("error", "orion").join()).toContain(reason);
    expect(emulator.instance("orion")).toMatchObject({ id, state: "connected" });
    expect(await stack.instances()).toMatchObject([{ urn, id: "orion" }]);
  };
  const WAY_OUT = "(`--replace`, `pulumi state taint`), set the option `deleteBeforeReplace: true`";
  await expectRefused({ replace: [urn] }, WAY_OUT);
  await stack.command("state", "taint", urn, "--yes");
  await expectRefused({}, WAY_OUT);
  expect(routes()).not.toContain(DELETE);

  program.options = { deleteBeforeReplace: true };
  await stack.configure("ryzeapi:protectPaired", "true");
  await expectRefused({}, "`ryzeapi:protectPaired` keeps paired instances");
  await stack.configure("ryzeapi:protectPaired", "false");
  await stack.up();
  expect(emulator.instance("orion")).toMatchObject({ state: "disconnected" });
  await stack.preview({ expectNoChanges: true });
});

test("an instance that was taken out of the state keeps its phone, and comes back with adopt", async () => {
  const { emulator, routes, stack, program } = await orion({ websocket: {} });
  emulator.patchInstance("orion", PHONE);
  const { id } = emulator.instance("orion") ?? {};
  const [{ urn } = { urn: "" }] = await stack.instances();
  await stack.command("state", "delete", urn, "--yes");
  expect(await stack.instances()).toEqual([]);
  await expect(stack.up()).rejects.toThrow();
  expect(stack.diagnostics("error", "orion").join()).toContain("Otherwise set `adopt: true`");

  program.args = { websocket: {}, adopt: true };
  await stack.up();
  program.args = { websocket: {} };
  await stack.preview({ expectNoChanges: true });
  expect(emulator.instance("orion")).toMatchObject({ id, state: "connected" });
  expect(new Set(routes())).toEqual(new Set([LIST]));
});

test("an instance that was deleted out of band is planned for creation after a refresh", async () => {
  const { emulator, stack } = await orion({});
  emulator.patchInstance("orion", { deleted: true });
  await stack.refresh();
  expect(await stack.instances()).toEqual([]);
  await stack.up();
  expect(plansFor(stack.events, "orion")).toEqual([{ op: "create", paths: [] }]);
  expect(emulator.instanceNames()).toEqual(["orion"]);
});
