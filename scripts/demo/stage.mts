import { randomUUID } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { startChatwoot, type ChatwootStandIn } from "../../test/emulator/chatwoot-standin.mts";
import { startEmulator, type Emulator } from "../../test/emulator/emulator.mts";
import type { PulumiCli } from "../pulumi-cli/find.mts";
import { PulumiRunner } from "./pulumi.mts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const stackName = "demo";

/** The quickstart's secrets, by their configuration keys. */
const secrets = {
  "ryzeapi:token": "demo-account-token",
  proxyPassword: "demo-proxy-password",
  webhookAuthorization: "Bearer demo-webhook-authorization",
  chatwootToken: "demo-chatwoot-token",
  secretKey: "demo-s3-secret-key",
};

/** All that the demo needs, on this machine and out of the repository. */
export interface Stage {
  readonly pulumi: PulumiRunner;
  readonly ryzeapi: Emulator;
  readonly chatwoot: ChatwootStandIn;
  /** The files of Pulumi (state, configuration, logs) in which a secret stands in clear. */
  filesWithSecrets(): Promise<string[]>;
  /** From now on Chatwoot accepts the token that the stack is configured with. */
  admitToChatwoot(): void;
  close(): Promise<void>;
}

export async function openStage(cli: PulumiCli, interrupted: AbortSignal): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "ryzeapi-demo-"));
  const ryzeapi = await startEmulator({ accountToken: secrets["ryzeapi:token"] });
  const chatwootAccount = { id: 1, apiTokens: ["the-token-of-somebody-else"] };
  const chatwoot = await startChatwoot({ accounts: [chatwootAccount] });
  const passphrase = randomUUID();
  const allSecrets = () => [
    ...Object.values(secrets),
    passphrase,
    ...ryzeapi.instanceNames().flatMap((name) => ryzeapi.instance(name)?.token ?? []),
  ];
  const pulumi = new PulumiRunner({
    command: cli.command,
    directory: repository,
    environment: { ...environment(folder, passphrase), ...cli.env },
    configFile: join(folder, `Pulumi.${stackName}.yaml`),
    secrets: allSecrets,
    interrupted,
  });
  const close = async (): Promise<void> => {
    await Promise.all([ryzeapi.close(), chatwoot.close()]);
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await createStack(pulumi, folder, { "ryzeapi:endpoint": ryzeapi.url, chatwootUrl: chatwoot.url });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    pulumi,
    ryzeapi,
    chatwoot,
    filesWithSecrets: () => filesWith(allSecrets(), folder),
    admitToChatwoot: () => chatwootAccount.apiTokens.push(secrets.chatwootToken),
    close,
  };
}

/**
 * State, passphrase and Pulumi's own settings are the demo's; so is what a developer has set for other work, which is
 * left out: another stack or backend, or a proxy that would be asked for the servers on this machine.
 */
function environment(folder: string, passphrase: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|RYZEAPI_)|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_STACK: stackName,
  };
}

/** `stack init` writes the stack's configuration beside Pulumi.yaml, so it runs beside a copy of that file. */
async function createStack(
  pulumi: PulumiRunner,
  folder: string,
  addresses: Record<string, string>,
): Promise<void> {
  await mkdir(join(folder, "home"));
  await copyFile(join(repository, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  await pulumi.quietly(folder, "stack", "init", stackName);
  const values = { ...addresses, accessKey: "demo-access-key" };
  await pulumi.quietly(
    folder,
    "config",
    "set-all",
    ...Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]),
    ...Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]),
  );
}

async function filesWith(texts: string[], folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return files.filter((_file, index) => texts.some((text) => contents[index]?.includes(text)));
}
