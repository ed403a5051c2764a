import { expect, onTestFinished, test, vi } from "vitest";

import { serviceFor, CREATE, LIST } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";

const DELETE = "DELETE /api/instance/delete/:instance";

test("two resources of one name are refused, in a preview and in an up, and at most one is created", async () => {
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
  const refusal = 'name names the instance "vega", which another resource of this program declares as well';
  await expect(stack.preview()).rejects.toThrow(refusal);
  expect(routes()).toEqual([]);
  await expect(stack.up()).rejects.toThrow(refusal);
  const created = routes().filter((route) => route === CREATE);
  expect(created.length).toBeLessThanOrEqual(1);
  expect((await stack.instances()).map(({ id }) => id)).toEqual(created.map(() => "vega"));
  expect(emulator.instanceNames()).toEqual(created.map(() => "vega"));
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

test("destroy looks an instance up once and sends one request for it; one that is gone is a success", async () => {
  const { emulator } = await serviceFor();
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
  const sent = emulator.requests().map(({ path, query, token, status }) => [path, query, token, status]);
  const list = "/api/instance/list";
  const isListing = ([path, query]: unknown[]) => path === list && /^instanceName=.*vega/.test(String(query));
  expect(sent.filter(isListing)).toHaveLength(1);
  // The two may be asked about together or one after the other.
  const others = new Set(sent.filter((each) => !isListing(each)).map((each) => each.join(" ")));
  expect([...others].toSorted()).toEqual([
    "/api/instance/delete/vega  account 200",
    `${list}  invalid 401`, // the own token of the instance that is gone
    `${list} instanceName=gone account 404`,
  ]);
  expect(await stack.instances()).toEqual([]);
  expect(emulator.instanceNames()).toEqual([]);
});
