import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { beforeAll, expect, inject, test } from "vitest";

import { COMMAND } from "../cli/command.mts";
import { without } from "../support/instance.mts";
import { WITHOUT_TYPES } from "../support/stack-environment.mts";
import { RYZE_INSTANCE, ryzeapi, type TestStack } from "../support/stack.mts";
import { Run } from "./environment.mts";

const QUICKSTART = fileURLToPath(new URL("../../examples/quickstart", import.meta.url));
const hook = "https://ryze-probe.invalid/hook";

let run: Run;
let stack: TestStack;
/** Instances that were made without Pulumi. */
let existing: { readonly imported: string; readonly adopted: string };
/** What the program declares, by the resources' names. */
let declared: Record<string, RyzeInstanceArgs> = {};

beforeAll(async () => {
  run = await Run.begin();
  existing = { imported: run.instance("imported"), adopted: run.instance("adopted") };
  for (const name of Object.values(existing))
    await run.api.create({
      ...{ name, autoRejectCalls: true },
      ...{ webhookEnabled: true, webhookURL: hook, webhookEvents: ["call.update"] },
    });
  stack = await run.stack(() => {
    for (const [name, args] of Object.entries(declared)) new ryzeapi.RyzeInstance(name, args);
  });
  return () => run.end();
});

if (inject("face") === "native")
  test("what `pulumi import` takes over shows no change when it is declared", async () => {
    await stack.import([{ type: RYZE_INSTANCE, name: existing.imported, id: existing.imported }]);
    declared = { [existing.imported]: await importedArguments() };
    await stack.preview({ expectNoChanges: true });
  });
else
  test("what `ryzeapi import` writes is taken over, and its program shows no change", async () => {
    const [, project = ""] = stack.directories;
    for (const file of ["package.json", "tsconfig.json"])
      await cp(join(QUICKSTART, file), join(project, file));
    const { endpoint: RYZEAPI_ENDPOINT, token: RYZEAPI_TOKEN } = run.account;
    const written = ["--file", "import.json", "--program", "index.ts"];
    await promisify(execFile)(process.execPath, [COMMAND, "import", existing.imported, ...written], {
      cwd: project,
      env: { ...process.env, RYZEAPI_ENDPOINT, RYZEAPI_TOKEN },
    });
    await stack.command("import", "--file", "import.json", "--generate-code=false", "--yes");
    for (const [name, value] of Object.entries(WITHOUT_TYPES)) stack.setVariable(name, value);
    await stack.command("preview", "--expect-no-changes");
    declared = { [existing.imported]: await importedArguments() };
  });

test("`adopt` takes an instance over, and sends what differs", async () => {
  const before = await run.api.listed(existing.adopted);
  declared["adopted"] = { name: existing.adopted, adopt: true, webhook: { url: `${hook}/adopted` } };
  const { summary } = await stack.up();
  expect(summary.resourceChanges).toMatchObject({ create: 1 });
  expect(summary.resourceChanges).not.toHaveProperty("update");
  const after = await run.api.listed(existing.adopted);
  expect([after?.["id"], after?.["token"]]).toEqual([before?.["id"], before?.["token"]]);
  expect(await run.api.read("webhook", existing.adopted)).toMatchObject({ url: urlLike(`${hook}/adopted`) });
  expect(await run.api.read("settings", existing.adopted)).toMatchObject({ autoRejectCalls: true });
});

test("neither of them shows a change after a refresh, and `pulumi destroy` deletes both", async () => {
  await stack.preview({ refresh: true, expectNoChanges: true });
  await stack.destroy();
  for (const name of Object.values(existing)) expect(await run.api.listed(name)).toBeUndefined();
});

/** What the state has of it now, as a program declares it. */
async function importedArguments(): Promise<RyzeInstanceArgs> {
  const [instance] = await stack.instances();
  expect(instance?.inputs).toMatchObject({
    webhook: { url: urlLike(hook), events: ["call.update"] },
    settings: { autoRejectCalls: true },
  });
  return without({ ...instance?.inputs }, "__provider");
}

/** The service may keep a URL with a slash at its end or without one. */
function urlLike(url: string): unknown {
  return expect.toBeOneOf([url, `${url}/`]);
}
