import { expect, onTestFinished, test, vi } from "vitest";

import { serviceFor, CREATE, LIST } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";

const DELETE = "DELETE /api/instance/delete/:instance";

test("two resources of one name: one is created, the other one refused, and the state holds one", async () => {
  const { emulator, routes } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      new ryzeapi.RyzeInstance("first", { name: "vega" });
      new ryzeapi.RyzeInstance("second", { name: "vega" });
      return Promise.resolve();
    },
  });
  await expect(stack.up()).rejects.toThrow('"vega" exists already');
  expect(routes().filter((route) => route === CREATE)).toHaveLength(1);
  expect(await stack.instances()).toMatchObject([{ id: "vega" }]);
  expect(emulator.instanceNames()).toEqual(["vega"]);
});

test("a name that exists is not touched: the error is the resource's, and the state holds nothing of it", async () => {
  const { emulator, routes } = await serviceFor();
  const headers = { token: emulator.accountToken };
  await fetch(`${emulator.url}/api/instance/new`, { method: "POST", headers, body: '{"name":"vega"}' });
  emulator.clearRequests();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      new ryzeapi.RyzeInstance("vega", { settings: { ignoreStatus: true } });
      return Promise.resolve();
    },
  });
  await expect(stack.up()).rejects.toThrow();
  expect(stack.diagnostics("error", "vega").join()).toMatch(/"vega" exists already.*adopt: true/);
  expect(routes()).toEqual([LIST]);
  expect(await stack.instances()).toEqual([]);
});

test("an endpoint where nothing listens: the error names the setting, and the state holds nothing", async () => {
  const stack = await stackFor({
    endpoint: "http://127.0.0.1:1",
    token: "acc",
    program: () => {
      new ryzeapi.RyzeInstance("vega");
      return Promise.resolve();
    },
  });
  await expect(stack.up()).rejects.toThrow("ryzeapi:endpoint");
  expect(await stack.instances()).toEqual([]);
});

test("a proxy of the environment without a scheme: the preview names the variable, and not its value", async () => {
  vi.stubEnv("HTTPS_PROXY", "orion:p4ssw0rd@proxy.example.net:3128");
  onTestFinished(() => void vi.unstubAllEnvs());
  const stack = await stackFor({
    endpoint: "https://ryzeapi.invalid",
    token: "acc",
    program: () => {
      new ryzeapi.RyzeInstance("vega");
      return Promise.resolve();
    },
  });
  await expect(stack.preview()).rejects.toThrow("HTTPS_PROXY of the environment has no scheme");
  expect(stack.output).not.toMatch(/p4ssw0rd|example\.net/);
});

test("destroy sends one request with the account's token, and succeeds where the instance is gone", async () => {
  const { emulator, routes } = await serviceFor();
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      new ryzeapi.RyzeInstance("vega");
      new ryzeapi.RyzeInstance("gone");
      return Promise.resolve();
    },
  });
  await stack.up();
  emulator.fault({ kind: "status", status: 500, message: "Not today", route: DELETE });
  await expect(stack.destroy()).rejects.toThrow("Not today");
  // What is thrown in a provider comes with its JavaScript stack, which helps nobody.
  expect(stack.output).not.toMatch(/\n\s+at .*\.js:\d+/);
  expect(await stack.instances()).toHaveLength(2);

  emulator.clearFaults();
  emulator.patchInstance("gone", { deleted: true });
  emulator.clearRequests();
  await stack.destroy();
  expect(routes()).toEqual([DELETE, DELETE]);
  expect(emulator.requests().map(({ path, token, status }) => [path, token, status])).toEqual(
    expect.arrayContaining([
      ["/api/instance/delete/vega", "account", 200],
      ["/api/instance/delete/gone", "account", 404],
    ]),
  );
  expect(await stack.instances()).toEqual([]);
  expect(emulator.instanceNames()).toEqual([]);
});
