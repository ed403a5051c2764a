import { randomUUID } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { create, lifecycleFor } from "../support/lifecycle.mts";
import { expectNoSecrets } from "../support/secrets.mts";
import { LIST, serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";

const { getRyzeInstance, getRyzeInstanceOutput, getRyzeInstances, getRyzeInstancesOutput } = ryzeapi;

test("programs look up what exists; only the token is a secret", async () => {
  const { emulator, secrets, routes } = await serviceFor();
  await create(lifecycleFor(emulator), { name: "orion", token: secrets.instanceToken, websocket: {} });
  await create(lifecycleFor(emulator), { name: "vega" });
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511@s.whatsapp.net" });
  emulator.clearRequests();
  const outputs: Record<string, unknown> = {};
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: async () => {
      const plain = await getRyzeInstance({ name: "orion" });
      const lifted = getRyzeInstanceOutput({ name: pulumi.output("orion") });
      const all = await getRyzeInstances();
      Object.assign(outputs, {
        plain: { status: plain.status, numberJid: plain.numberJid, blocks: plain.blocks },
        isPlainTokenSecret: await pulumi.isSecret(plain.token),
        isLiftedTokenSecret: await pulumi.isSecret(lifted.token),
        isStatusSecret: await pulumi.isSecret(lifted.status),
        names: all.map(({ name }) => name).sort(),
      });
      return {
        token: plain.token,
        status: lifted.status,
        lifted: lifted.token,
        summaries: getRyzeInstancesOutput(),
      };
    },
  });
  await stack.up();
  const exported = await stack.outputs();

  expect(outputs).toEqual({
    plain: { status: "connected", numberJid: "5511@s.whatsapp.net", blocks: ["websocket"] },
    isPlainTokenSecret: true,
    isLiftedTokenSecret: true,
    isStatusSecret: false,
    names: ["orion", "vega"],
  });
  expect(exported).toMatchObject({
    token: { secret: true, value: secrets.instanceToken },
    lifted: { secret: true, value: secrets.instanceToken },
    status: { secret: false, value: "connected" },
    summaries: { secret: false },
  });
  expect(routes().every((route) => route === LIST)).toBe(true);
  await expectNoSecrets(secrets, stack, emulator);
});

test("an instance that does not exist is an error with its name", async () => {
  const { emulator } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: async () => {
      await getRyzeInstance({ name: "nobody" });
    },
  });
  await expect(stack.preview()).rejects.toThrow('There is no instance named "nobody"');
});

test("a name that is a secret is in no message", async () => {
  const { emulator } = await serviceFor();
  const secret = `S3CR-${randomUUID()}`;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const { status } = getRyzeInstanceOutput({ name: pulumi.secret(secret) });
      return Promise.resolve({ status });
    },
  });
  await expect(stack.preview()).rejects.toThrow("There is no instance of the `name` that was asked for");
  emulator.fault({ kind: "status", status: 400, message: `no ${secret}`, match: /list/ });
  await expect(stack.preview()).rejects.toThrow("answered 400: no [secret].");
  emulator.clearRequests(); // which ask for it
  await expectNoSecrets({ secret }, stack, emulator);
});
