import { execFile } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, inject, test } from "vitest";

import { CREATE, LIST, serviceFor } from "../support/service.mts";
import { stackEnvironment, WITHOUT_TYPES } from "../support/stack-environment.mts";
import { temporaryFolder } from "../support/stack.mts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

test("the quickstart in Pulumi.yaml creates its two instances, and is unchanged afterwards", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const { command, env } = inject("pulumiCli");
  const directory = await temporaryFolder();
  const backend = join(directory, "backend");
  await mkdir(backend);
  let checksTypes = true;
  const pulumi = async (cwd: string, ...args: string[]) => {
    const how = checksTypes ? {} : WITHOUT_TYPES;
    const environment = { ...process.env, ...env, ...stackEnvironment(backend), ...how };
    const { stdout } = await promisify(execFile)(command, [...args, "--non-interactive"], {
      cwd,
      env: { ...environment, PULUMI_HOME: join(directory, "home") },
    });
    return stdout;
  };

  // The stack's configuration lies beside a copy of the project file, so that the repository stays as it is.
  await copyFile(join(repository, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  await pulumi(directory, "stack", "init", "mine");
  const plain = { "ryzeapi:endpoint": emulator.url, chatwootUrl, accessKey: "AKIAEXAMPLE" };
  const secret = {
    "ryzeapi:token": secrets.accountToken,
    proxyPassword: secrets.proxyPassword,
    webhookAuthorization: secrets.webhookAuthorization,
    chatwootToken: secrets.chatwootToken,
    secretKey: secrets.s3SecretKey,
  };
  await pulumi(directory, "config", "set-all", ...flags("--plaintext", plain), ...flags("--secret", secret));

  const inRepository = ["--stack", "mine", "--config-file", join(directory, "Pulumi.mine.yaml")];
  await pulumi(repository, "up", "--yes", ...inRepository);
  checksTypes = false;
  expect(routes()).toEqual([LIST, CREATE, CREATE]);
  expect(emulator.instanceNames().sort()).toEqual(["orion", "vega"]);
  expect(emulator.instance("orion")).toMatchObject({
    chatwoot: { status: "active", inboxName: "WhatsApp - Orion" },
    proxy: { port: "1080", password: secrets.proxyPassword },
  });
  const outputs = JSON.parse(
    await pulumi(repository, "stack", "output", "--json", "--show-secrets", "--stack", "mine"),
  ) as unknown;
  expect(outputs).toEqual({
    vegaToken: emulator.instance("vega")?.token,
    orionToken: emulator.instance("orion")?.token,
    orionStatus: "disconnected",
    chatwootStatus: "active",
    warnings: [],
  });

  emulator.clearRequests();
  await pulumi(repository, "up", "--yes", "--expect-no-changes", ...inRepository);
  expect(routes()).toEqual([]);
  await pulumi(repository, "destroy", "--yes", ...inRepository);
  expect(emulator.instanceNames()).toEqual([]);
});

function flags(flag: string, values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}
