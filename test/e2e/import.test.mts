import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { create, lifecycleFor } from "../support/lifecycle.mts";
import { expectAbsent } from "../support/secrets.mts";
import { serviceFor, type TestService } from "../support/service.mts";
import { projectFor } from "./cli-project.mts";

/**
 * Instances that somebody made without Pulumi: one with every block and a webhook beside the default one, and one with
 * the name that this webhook would have in a program.
 */
async function existingInstances({ emulator, secrets, chatwootUrl }: TestService): Promise<void> {
  await create(lifecycleFor(emulator), { name: "orion-2", ...everyBlock(secrets, chatwootUrl) });
  await create(lifecycleFor(emulator), { name: "orion-2-audit" });
  emulator.patchInstance("orion-2", {
    webhooks: {
      audit: { enabled: true, url: "https://audit.example.com", authorization: secrets.instanceToken },
    },
  });
}

test("what `ryzeapi import` writes is imported, and its program shows no change", async () => {
  const service = await serviceFor();
  await existingInstances(service);
  const { secrets, emulator } = service;
  const project = await projectFor(service);
  const given = {
    "orion-2.proxy.password": secrets.proxyPassword,
    "orion-2.s3.secretKey": secrets.s3SecretKey,
  };
  await writeFile(join(project.directory, "secrets.json"), JSON.stringify(given));
  emulator.clearRequests();

  const written = await project.ryzeapi(
    "import",
    "orion-2",
    "orion-2-audit",
    "--secrets",
    "secrets.json",
    "--program",
    "index.ts",
  );
  expect(written).toMatchObject({ code: 0 });
  expect(emulator.requests().map(({ method }) => method)).not.toContain("POST");
  expect((await stat(join(project.directory, "ryzeapi-import.json"))).mode & 0o777).toBe(0o600);
  const program = await readFile(join(project.directory, "index.ts"), "utf8");
  expectAbsent(secrets, { program, stderr: written.stderr });

  await project.initStack("dev");
  const values: Record<string, string> = {
    orion2ProxyPassword: secrets.proxyPassword,
    orion2WebhookAuthorization: secrets.webhookAuthorization,
    orion2ChatwootApiToken: secrets.chatwootToken,
    orion2S3SecretKey: secrets.s3SecretKey,
    orion2Audit2Authorization: secrets.instanceToken,
  };
  const asked = [...written.stderr.matchAll(/config set --secret (\w+)/g)].map(([, key]) => key);
  expect(asked.sort()).toEqual(Object.keys(values).sort());
  for (const [key, value] of Object.entries(values))
    await project.pulumi("config", "set", "--secret", key, value);

  const file = ["--file", "ryzeapi-import.json", "--generate-code=false", "--yes"];
  expect(await project.pulumi("import", ...file)).toMatchObject({ code: 0 });
  emulator.clearRequests();
  const preview = await project.pulumi("preview", "--diff", "--expect-no-changes");
  expect(preview, preview.stdout).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("4 unchanged") as string,
  });
  expect(emulator.requests()).toEqual([]);
  const refreshed = await project.pulumiWithoutTypes("preview", "--refresh", "--expect-no-changes");
  expect(refreshed, refreshed.stdout).toMatchObject({ code: 0 });
  const managed = await project.ryzeapi("list");
  expect(managed.stdout).toMatch(/^orion-2 .* yes .*\norion-2-audit .* yes /m);
  const exported = await project.pulumi("stack", "export");
  expectAbsent(secrets, { state: exported.stdout, preview: preview.stdout + refreshed.stdout });
});

test("secrets that nobody gave are asked for by name, and nothing is written", async () => {
  const service = await serviceFor({ readings: { chatwootGeneration: "older" } });
  await existingInstances(service);
  const project = await projectFor(service);
  const { code, stdout, stderr } = await project.ryzeapi("import");
  expect(code).toBe(1);
  expect(stdout).toBe("");
  for (const name of ["orion-2.proxy.password", "orion-2.s3.secretKey", "orion-2.chatwoot.apiToken"]) {
    expect(stderr).toContain(name);
  }
  await expect(stat(join(project.directory, "ryzeapi-import.json"))).rejects.toThrow("ENOENT");
});

test("what Pulumi cannot import by a dynamic provider says what to do instead", async () => {
  const project = await projectFor(await serviceFor());
  await project.initStack("dev");
  const declarations = {
    RyzeInstance: 'new RyzeInstance("orion", {}, { import: "orion" });',
    RyzeWebhook: 'new RyzeWebhook("orion", { instance: "orion" }, { import: "orion/orion" });',
  };
  for (const [name, declaration] of Object.entries(declarations)) {
    const program = `import { ${name} } from "pulumi-ryzeapi";\n${declaration}\n`;
    await writeFile(join(project.directory, "index.ts"), program);
    const { code, stdout } = await project.pulumiWithoutTypes("preview");
    expect(code).not.toBe(0);
    expect(stdout).toContain('The resource "orion" has the option `import`');
    expect(stdout).not.toMatch(/code must be a string|^ +at /m);
  }
  const type = "pulumi-nodejs:dynamic/ryzeapi:RyzeInstance";
  const { stdout } = await project.pulumi("import", type, "orion", "orion", "--yes");
  expect(stdout).toContain("code must be a string, not undefined");
});

test("a name that does not exist, an empty account and a wrong option are clear errors", async () => {
  const project = await projectFor(await serviceFor());
  expect(await project.ryzeapi("import", "nobody")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no instance named "nobody"') as string,
  });
  expect(await project.ryzeapi("import")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no instances") as string,
  });
  expect(await project.ryzeapi("import", "--fil", "x")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Usage") as string,
  });
});
