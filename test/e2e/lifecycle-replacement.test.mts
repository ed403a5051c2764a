import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import { CREATE, LIST, serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";
import { plansFor } from "./lifecycle-stack.mts";

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
  expect(routes()).toEqual([LIST, DELETE, CREATE]);
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
  expect(routes()).toEqual([LIST, CREATE, DELETE]);
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

test("an instance that was deleted out of band is planned for creation after a refresh", async () => {
  const { emulator, stack } = await orion({});
  emulator.patchInstance("orion", { deleted: true });
  await stack.refresh();
  expect(await stack.instances()).toEqual([]);
  await stack.up();
  expect(plansFor(stack.events, "orion")).toEqual([{ op: "create", paths: [] }]);
  expect(emulator.instanceNames()).toEqual(["orion"]);
});
