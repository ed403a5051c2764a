import { execFile } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, inject, test } from "vitest";

import { CREATE, LIST, serviceFor, type TestService } from "../support/service.mts";
import { stackEnvironment, WITHOUT_TYPES } from "../support/stack-environment.mts";
import { temporaryFolder } from "../support/stack.mts";
import { STACK_INIT } from "../support/vault.mts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

type Pulumi = (...args: string[]) => Promise<string>;

/** The CLI in the root of the repository, with a stack of the quickstart that has all that it requires. */
async function stackOfQuickstart(
  { emulator, secrets }: TestService,
  chatwootUrl: string,
): Promise<{ pulumi: Pulumi; withoutTypes: Pulumi; outputs: () => Promise<unknown> }> {
  const { command, env } = inject("pulumiCli");
  const directory = await temporaryFolder();
  const backend = join(directory, "backend");
  await mkdir(backend);
  const pulumi = async (cwd: string, args: readonly string[], how = {}) => {
    const environment = { ...process.env, ...env, ...stackEnvironment(backend), ...how };
    const { stdout } = await promisify(execFile)(command, [...args, "--non-interactive"], {
      cwd,
      env: { ...environment, PULUMI_HOME: join(directory, "home") },
    });
    return stdout;
  };

  // The stack's configuration lies beside a copy of the project file, so that the repository stays as it is.
  await copyFile(join(repository, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  await pulumi(directory, [...STACK_INIT, "mine"]);
  const plain = { "ryzeapi:endpoint": emulator.url, chatwootUrl, accessKey: "AKIAEXAMPLE" };
  const secret = {
    "ryzeapi:token": secrets.accountToken,
    proxyPassword: secrets.proxyPassword,
    webhookAuthorization: secrets.webhookAuthorization,
    chatwootToken: secrets.chatwootToken,
    secretKey: secrets.s3SecretKey,
  };
  await pulumi(directory, [
    "config",
    "set-all",
    ...flags("--plaintext", plain),
    ...flags("--secret", secret),
  ]);
  const inStack = ["--stack", "mine"];
  const inRepository = [...inStack, "--config-file", join(directory, "Pulumi.mine.yaml")];
  return {
    pulumi: (...args) => pulumi(repository, [...args, ...inRepository]),
    withoutTypes: (...args) => pulumi(repository, [...args, ...inRepository], WITHOUT_TYPES),
    outputs: async () =>
      JSON.parse(
        await pulumi(repository, ["stack", "output", "--json", "--show-secrets", ...inStack]),
      ) as unknown,
  };
}

test("the quickstart in Pulumi.yaml creates its two instances, and is unchanged afterwards", async () => {
  const service = await serviceFor();
  const { emulator, secrets, chatwootUrl, routes } = service;
  const { pulumi, withoutTypes, outputs } = await stackOfQuickstart(service, chatwootUrl);
  await pulumi("up", "--yes");
  const listings = routes().filter((route) => route === LIST);
  expect(listings.length).toBeLessThanOrEqual(2);
  expect(routes().toSorted()).toEqual([...listings, CREATE, CREATE]);
  expect(emulator.instanceNames().sort()).toEqual(["orion", "vega"]);
  expect(emulator.instance("orion")).toMatchObject({
    chatwoot: { status: "active", inboxName: "WhatsApp - Orion" },
    proxy: { port: "1080", password: secrets.proxyPassword },
  });
  expect(await outputs()).toEqual({
    vegaToken: emulator.instance("vega")?.token,
    orionToken: emulator.instance("orion")?.token,
    orionStatus: "disconnected",
    chatwootStatus: "active",
    warnings: [],
  });

  emulator.clearRequests();
  await withoutTypes("up", "--yes", "--expect-no-changes");
  expect(routes()).toEqual([]);
  await withoutTypes("destroy", "--yes");
  expect(emulator.instanceNames()).toEqual([]);
});

test("its outputs are there where Chatwoot cannot be reached, also after a refresh", async () => {
  const { withoutTypes: pulumi } = await stackOfQuickstart(await serviceFor(), "http://127.0.0.1:1");
  expect(await pulumi("up", "--yes", "--skip-preview")).toContain("chatwoot is not as declared");
  const again = await pulumi("up", "--yes", "--skip-preview", "--refresh");
  expect(again).toContain("chatwoot is not as declared");
  expect(again).not.toContain("Undefined value");
  expect(again).toMatch(/chatwootStatus *: .*"none"/);
});

function flags(flag: string, values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}
