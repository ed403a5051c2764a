import { describe, expect, test } from "vitest";

import { create, failureOf, lifecycleFor, partialFailureOf } from "../support/lifecycle.mts";
import { CREATE, LIST, serviceFor } from "../support/service.mts";

const PROXY = { host: "proxy.example.com", port: 1080, protocol: "socks5" };

describe("a name that only the creation shows to be taken has the same ways out, whatever the status and the words", () => {
  test.each([
    { duplicateName: 409 },
    { duplicateName: 400 },
    { duplicateName: 400, language: "pt" },
    { duplicateName: 400, language: "en-other", refusals: "ok-false" },
    { duplicateName: 409, language: "es", refusals: "ok-false" },
  ] as const)("%o", async (readings) => {
    const { emulator } = await serviceFor({ readings: { ...readings, listCap: 1 } });
    for (const name of ["first", "vega"]) await create(lifecycleFor(emulator), { name });
    const { message } = await failureOf(create(lifecycleFor(emulator), { name: "vega", proxy: PROXY }));
    expect(message).toMatch(/"vega" exists already.*adopt: true.*another `name`.*delete/);
    const adopted = await create(lifecycleFor(emulator), { name: "vega", adopt: true });
    expect(adopted["token"]).toBe(emulator.instance("vega")?.token);
    expect(emulator.instanceNames()).toEqual(["first", "vega"]);
  });
});

test.each([true, false])(
  "a used up quota says so and what to do (asked before the name: %s)",
  async (first) => {
    const { emulator } = await serviceFor({ quota: 1, readings: { quotaBeforeDuplicate: first } });
    const lifecycle = lifecycleFor(emulator);
    await create(lifecycle, { name: "vega" });
    const { message } = await failureOf(create(lifecycle, { name: "orion" }));
    expect(message).toMatch(
      /"orion" was not created.*quota.*Account instance quota exceeded.*Delete an instance/,
    );
    expect(emulator.instanceNames()).toEqual(["vega"]);
  },
);

test("a name that exists is refused without a request to create it, and the ways out are named", async () => {
  const { emulator, routes } = await serviceFor();
  await create(lifecycleFor(emulator), { name: "vega" });
  emulator.clearRequests();
  const { message } = await failureOf(create(lifecycleFor(emulator), { name: "vega" }));
  expect(message).toMatch(/"vega" exists already.*adopt: true.*another `name`.*delete/);
  expect(routes()).toEqual([LIST]);
});

test("of two resources with one name in a run, one is created and the other one refused", async () => {
  const { emulator, routes } = await serviceFor();
  const lifecycle = lifecycleFor(emulator);
  const outcomes = await Promise.allSettled([
    create(lifecycle, { name: "vega" }),
    create(lifecycle, { name: "vega", adopt: true, settings: { ignoreStatus: true } }),
    create(lifecycle, { name: "vega" }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as Error] : [],
  );
  for (const { message } of reasons) expect(message).toMatch(/"vega".*another `name`/);
  expect(routes().filter((route) => route === CREATE)).toHaveLength(1);
});

test.each([409, 400] as const)(
  "a token that is used already is named as the cause (%i)",
  async (duplicateToken) => {
    const { emulator } = await serviceFor({ readings: { duplicateToken } });
    const lifecycle = lifecycleFor(emulator);
    await create(lifecycle, { name: "vega", token: "tok-1" });
    const { message } = await failureOf(create(lifecycle, { name: "orion", token: "tok-1" }));
    expect(message).toMatch(/"orion" was not created.*`token` is used.*Declare another token/);
    expect(message).not.toContain("tok-1");
    expect(emulator.instanceNames()).toEqual(["vega"]);
  },
);

test("a wrong account token says how to set the right one, and does not show it", async () => {
  const { emulator, routes } = await serviceFor();
  const wrong = lifecycleFor({ url: emulator.url, accountToken: "acc-wrong" });
  const { message } = await failureOf(create(wrong, { name: "vega" }));
  expect(message).toMatch(/401: Invalid token.*pulumi config set --secret ryzeapi:token.*RYZEAPI_TOKEN/);
  expect(message).not.toContain("acc-wrong");
  expect(routes()).toEqual([LIST]);
});

test("an instance's token in the place of the account's is refused before anything is created", async () => {
  const { emulator } = await serviceFor();
  await create(lifecycleFor(emulator), { name: "vega", token: "tok-vega" });
  const wrong = lifecycleFor({ url: emulator.url, accountToken: "tok-vega" });
  const { message } = await failureOf(create(wrong, { name: "orion" }));
  expect(message).toMatch(/is the own token of the instance "vega".*ryzeapi:token/);
  expect(emulator.instanceNames()).toEqual(["vega"]);
});

describe("an endpoint that is not RyzeAPI", () => {
  test("nothing listens: the message names the setting", async () => {
    const nowhere = lifecycleFor({ url: "http://127.0.0.1:1", accountToken: "acc" }, 0.01);
    const { message } = await failureOf(create(nowhere, { name: "vega" }));
    expect(message).toMatch(/ECONNREFUSED.*ryzeapi:endpoint/);
  });

  test("a web page answers: the message names the setting", async () => {
    const { emulator } = await serviceFor();
    emulator.fault({ kind: "html", status: 200 });
    const { message } = await failureOf(create(lifecycleFor(emulator, 0.01), { name: "vega" }));
    expect(message).toMatch(/not JSON.*ryzeapi:endpoint/);
  });
});

test("an instance that disappears while its blocks are settled is not reported as created well", async () => {
  const { emulator, secrets } = await serviceFor({ readings: { createEcho: "minimal" } });
  emulator.fault({ kind: "status", status: 404, message: "Instance not found", match: /getWebhook/ });
  const declared = {
    name: "orion",
    webhook: { url: "https://app.example.com" },
    token: secrets.instanceToken,
  };
  const { reasons } = await partialFailureOf(create(lifecycleFor(emulator), declared));
  expect(reasons).toEqual([expect.stringMatching(/webhook: .*Instance not found.*pulumi refresh/)]);
});
