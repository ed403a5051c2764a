import { expect, test } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { expectNoSecrets } from "../support/secrets.mts";
import { CREATE, serviceFor } from "../support/service.mts";
import { isNative, ryzeapi, stackFor, stackOfOrion } from "../support/stack.mts";

const RECONNECT = "POST /api/instance/reconnect/:instance";
const SET_PROXY = "POST /api/instance/proxy/:instance";
const SET_CHATWOOT = "POST /api/chatwoot/set/:instance";

test("Chatwoot refuses: the instance is there, the reason is a warning, and the next up heals it", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const declared = everyBlock(secrets, chatwootUrl);
  const program = (apiToken: string) => () => {
    const orion = new ryzeapi.RyzeInstance("orion", {
      ...declared,
      chatwoot: { ...declared.chatwoot, apiToken },
    });
    return Promise.resolve({
      warnings: orion.warnings,
      chatwoot: orion.observed.apply((seen) => seen.chatwoot),
    });
  };
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: program("not-the-token"),
  });
  await stack.up();
  const outputs = await stack.outputs();
  const reason = "Chatwoot API returned 401 — check the chatwootApiToken";
  expect(outputs["warnings"]?.value).toEqual([expect.stringContaining(reason)]);
  expect(outputs["chatwoot"]?.value).toMatchObject({ enabled: false, status: "error", error: reason });
  expect(stack.diagnostics("warning", "orion")).toEqual([expect.stringContaining(reason)]);
  expect(emulator.instance("orion")?.proxy?.enabled).toBe(true);

  emulator.clearRequests();
  stack.program = program(secrets.chatwootToken);
  const healed = await stack.up();
  expect(healed.summary.resourceChanges).toEqual({ update: 1, same: 1 });
  expect(routes().filter((route) => !route.startsWith("GET"))).toEqual([SET_CHATWOOT]);
  expect((await stack.outputs())["warnings"]?.value).toEqual(isNative ? undefined : []);
  expect(stack.diagnostics("warning", "orion")).toEqual([]);
  expect(emulator.instance("orion")?.chatwoot?.status).toBe("active");
  const again = await stack.up();
  expect(again.summary.resourceChanges).toEqual({ same: 2 });
});

test('with onBlockFailure "fail" the deployment fails, nothing is lost, and the next up heals it', async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  for (const block of ["chatwoot", "webhook"] as const) {
    emulator.fault({ kind: "reject-block", block, message: `No ${block} today` });
  }
  const stack = await stackOfOrion(emulator, () => ({
    ...everyBlock(secrets, chatwootUrl),
    onBlockFailure: "fail",
  }));
  await expect(stack.up()).rejects.toThrow();
  const shown = stack.diagnostics("error", "orion").join("\n");
  expect(shown).toContain("No chatwoot today");
  expect(shown).toContain("No webhook today");
  expect(await stack.instances()).toMatchObject([{ id: "orion", outputs: { status: "disconnected" } }]);
  await expectNoSecrets(secrets, stack, emulator);

  emulator.clearFaults();
  const id = emulator.instance("orion")?.id;
  emulator.clearRequests();
  await stack.up();
  const sent = routes().filter((route) => !route.startsWith("GET"));
  expect(sent.sort()).toEqual([SET_CHATWOOT, "POST /api/events/webhook/:instance"].sort());
  expect(emulator.instance("orion")?.id).toBe(id);
  expect(await stack.instances()).toMatchObject([{ id: "orion" }]);
  expect(await stack.instances()).not.toHaveProperty("[0].outputs.warnings");

  emulator.clearRequests();
  await stack.up();
  expect(routes()).toEqual([]);
  await expectNoSecrets(secrets, stack, emulator);
});

test("a failed block heals without a change of the program", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  emulator.fault({ kind: "reject-block", block: "s3", message: "No S3 today" });
  const stack = await stackOfOrion(emulator, () => everyBlock(secrets, chatwootUrl));
  await stack.up();
  expect(stack.diagnostics("warning", "orion")).toEqual([expect.stringContaining("No S3 today")]);

  // Still refused: the warning is there again, and the state as well.
  await stack.up();
  expect(stack.diagnostics("warning", "orion")).toEqual([expect.stringContaining("No S3 today")]);

  emulator.clearFaults();
  emulator.clearRequests();
  await stack.up();
  expect(routes()).toEqual(["POST /api/instance/s3/:instance"]);
  expect(routes()).not.toContain(CREATE);
  expect(stack.diagnostics("warning", "orion")).toEqual([]);
  expect(emulator.instance("orion")?.s3?.secretKey).toBe(secrets.s3SecretKey);
});

test("WhatsApp throttles a reconnection: a warning after one attempt, and the next up heals it", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const declared = everyBlock(secrets, chatwootUrl);
  const program = (host: string) => () => {
    const orion = new ryzeapi.RyzeInstance("orion", { ...declared, proxy: { ...declared.proxy, host } });
    return Promise.resolve({ proxy: orion.observed.apply((seen) => seen.proxy) });
  };
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: program("proxy.example.com"),
  });
  await stack.up();
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  const headers = { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "98" };
  emulator.fault({
    kind: "status",
    status: 429,
    message: "Too many reconnections",
    route: RECONNECT,
    headers,
  });
  emulator.clearRequests();
  stack.program = program("other.example.com");
  await stack.up();
  const outputs = await stack.outputs();
  expect(routes()).toEqual([SET_PROXY, RECONNECT]);
  expect(outputs["proxy"]?.value).toMatchObject({ host: "other.example.com" });
  const warnings = stack.diagnostics("warning", "orion");
  expect(warnings).toEqual([
    expect.stringMatching(/WhatsApp throttles.*Too many reconnections.*`pulumi up`/),
  ]);
  expect(stack.output).not.toContain("another user");

  emulator.clearFaults();
  emulator.clearRequests();
  await stack.up();
  expect(routes()).toEqual([SET_PROXY, RECONNECT]);
  expect(stack.diagnostics("warning", "orion")).toEqual([]);
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 2 });
});
