import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import type { Readings } from "../emulator/emulator.mts";
import { everyBlock } from "../support/instance.mts";
import { expectAbsent, expectNoSecrets } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";
import { stackFor, stackOfOrion, temporaryFolder, ryzeapi } from "../support/stack.mts";

/** What public clients of RyzeAPI accept, and no page describes, at once. */
const UNDOCUMENTED: Partial<Readings> = {
  refusals: "ok-false",
  createStatus: 200,
  createEcho: "minimal",
  tokenPlace: "data-instance",
  neverSet: "null",
  absentWebsocket: "null",
  emptyList: "absent",
  listAbsence: "404-other-words",
  listAuthorization: "prefix",
  listAccessKey: "masked",
  ownAuthorization: "encrypted",
  accountIdType: "string",
  inboxKnown: "after-sync",
  urls: "with-slash",
  instanceTokenScope: "400-until-paired",
};

test("a RyzeAPI that answers as only its clients know: created, without drift, changed, deleted; each request is logged", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor({ limits: false, readings: UNDOCUMENTED });
  let args: RyzeInstanceArgs = everyBlock(secrets, chatwootUrl);
  const stack = await stackOfOrion(emulator, () => args);
  const log = join(await temporaryFolder(), "requests.jsonl");
  stack.setVariable("RYZEAPI_LOG", log);
  const { summary } = await stack.up();
  expect(summary.resourceChanges).toMatchObject({ create: 2 });
  expect(stack.diagnostics("warning", "orion")).toEqual([]);
  await stack.refresh({ expectNoChanges: true });

  args = { ...args, settings: { ignoreStatus: true }, webhook: { url: "https://elsewhere.example.com" } };
  await stack.up();
  expect(emulator.instance("orion")?.webhooks["default"]?.url).toBe("https://elsewhere.example.com/");
  expect(stack.diagnostics("warning", "orion")).toEqual([]);
  const again = await stack.up({ refresh: true });
  expect(again.summary.resourceChanges).toEqual({ same: 2 });
  await stack.destroy();
  expect(emulator.instanceNames()).toEqual([]);

  await expectNoSecrets(secrets, stack, emulator);
  const text = await readFile(log, "utf8");
  expectAbsent(secrets, { "the log": text });
  const lines = text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { method: string; route: string; run: string });
  // Of requests that are under way at once, any may be answered first.
  expect(lines.map(({ method, route }) => `${method} ${route}`).toSorted()).toEqual(
    emulator
      .requests()
      .map(({ route }) => route)
      .toSorted(),
  );
  for (const { userAgent } of emulator.requests())
    expect(userAgent).toMatch(/^pulumi-ryzeapi\/\S+ \((dynamic|plugin); Node\.js /);
});

test("a name that RyzeAPI stores otherwise, and a block that it refuses the whole creation for, lose nothing", async () => {
  const { emulator } = await serviceFor({ readings: { names: "lower-case", inlineFailure: "abort" } });
  emulator.fault({ kind: "reject-block", block: "proxy", message: "No proxy today" });
  let name = "Orion";
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      const proxy = { host: "proxy.example.com", port: 1080, protocol: "http" as const };
      new ryzeapi.RyzeInstance("orion", { name, proxy });
      return Promise.resolve();
    },
  });
  await stack.up();
  expect((await stack.instances()).map(({ id }) => id)).toEqual(["orion"]);
  const warnings = stack.diagnostics("warning", "orion").join("\n");
  expect(warnings).toContain('name: RyzeAPI has this instance as "orion", not as "Orion"');
  expect(warnings).toContain("proxy is not as declared: No proxy today");
  emulator.clearFaults();
  const { id } = emulator.instance("orion") ?? {};
  name = "orion";
  const { summary } = await stack.up({ refresh: true });
  expect(summary.resourceChanges).toEqual({ same: 1, update: 1 });
  expect(emulator.instance("orion")).toMatchObject({ id, proxy: { enabled: true } });
  await stack.destroy();
  expect(emulator.instanceNames()).toEqual([]);
});
