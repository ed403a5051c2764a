import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, inject } from "vitest";

import { stackEnvironment } from "../support/stack-environment.mts";
import { RYZE_INSTANCE } from "../support/stack.mts";

export interface Project {
  readonly folder: string;
  /** For the real Pulumi CLI, and nothing that the machine's owner has set for RyzeAPI. */
  readonly env: Record<string, string>;
  readonly pulumi: (...args: string[]) => Promise<string>;
}

/** A Pulumi project whose selected stack `dev` holds what it is given, as an `up` leaves it. */
export async function projectWith(
  resources: readonly object[],
  outputs: Readonly<Record<string, string>>,
): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const cli = inject("pulumiCli");
  const env = { ...cli.env, ...stackEnvironment(folder), PULUMI_HOME: join(folder, "home") };
  const pulumi = async (...args: string[]) => {
    const run = promisify(execFile)(cli.command, args, { cwd: folder, env: { ...process.env, ...env } });
    return (await run).stdout;
  };
  await writeFile(join(folder, "Pulumi.yaml"), "name: paired\nruntime: nodejs\n");
  await pulumi("stack", "init", "dev");
  const salt = /encryptionsalt: (\S+)/.exec(await readFile(join(folder, "Pulumi.dev.yaml"), "utf8"))?.[1];
  const state = {
    ...stateOf(resources, outputs),
    secrets_providers: { type: "passphrase", state: { salt } },
  };
  await writeFile(join(folder, "state.json"), JSON.stringify({ version: 3, deployment: state }));
  await pulumi("stack", "import", "--file", "state.json");
  return { folder, env, pulumi };
}

const DYNAMIC = "pulumi:providers:pulumi-nodejs";

/** An instance of the given type; `more` is what Pulumi notes about it beside that. */
export function instanceInState(name: string, type: string, more: object = {}): object {
  const provider = type === RYZE_INSTANCE ? DYNAMIC : "pulumi:providers:ryzeapi";
  const reference = `${urn(provider, "default")}::${PROVIDER_ID}`;
  return { urn: urn(type, name), custom: true, id: name, type, provider: reference, ...more };
}

const PROVIDER_ID = "1d5f7f3c-5a0b-4c44-9d4e-6c1a2d3e4f50";
/** How Pulumi writes a secret. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

function stateOf(resources: readonly object[], outputs: Readonly<Record<string, string>>): object {
  const secrets = Object.entries(outputs).map(([name, value]) => [
    name,
    { ...SECRET, plaintext: JSON.stringify(value) },
  ]);
  const stack = "pulumi:pulumi:Stack";
  const providers = [DYNAMIC, "pulumi:providers:ryzeapi"].map((type) => ({
    ...{ urn: urn(type, "default"), custom: true, id: PROVIDER_ID, type },
  }));
  return {
    manifest: { time: new Date(0).toISOString(), magic: "", version: "" },
    resources: [
      {
        urn: urn(stack, "paired-dev"),
        custom: false,
        type: stack,
        outputs: Object.fromEntries(secrets) as object,
      },
      ...providers,
      ...resources,
    ],
  };
}

function urn(type: string, name: string): string {
  return `urn:pulumi:dev::paired::${type}::${name}`;
}
