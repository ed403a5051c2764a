import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";

import type { PulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { BaselineInstance, baselineProvider } from "./baseline.mts";
import { declaration, names } from "./fleet.mts";
import { say } from "./progress.mts";
import { WINDOW_FACTOR, type RequestCounts, type Service } from "./service.mts";
import { stateSize, type StateSize } from "./state-size.mts";

/** The package as a program gets it. */
const ryzeapi = createRequire(import.meta.url)("pulumi-ryzeapi") as typeof import("pulumi-ryzeapi");

/** One command of the real CLI. */
export interface CliMeasurement {
  readonly provider: "pulumi-ryzeapi" | "baseline";
  readonly command: string;
  readonly instances: number;
  readonly requests: RequestCounts;
  readonly seconds: number;
}

export interface CliResult {
  readonly version: string;
  readonly commands: CliMeasurement[];
  /** Of one instance with all blocks, in `pulumi stack export`. */
  readonly state: { readonly "pulumi-ryzeapi": StateSize; readonly baseline: StateSize };
}

type Declare = (name: string, path: string) => unknown;

/** The life of a stack under the real engine, with either provider. */
export async function measureCli(service: Service, cli: PulumiCli, instances: number): Promise<CliResult> {
  const plain = baselineProvider(WINDOW_FACTOR);
  const ours: Declare = (name, path) =>
    new ryzeapi.RyzeInstance(name, declaration(name, service.chatwoot, path));
  const theirs: Declare = (name, path) =>
    new BaselineInstance(name, declaration(name, service.chatwoot, path), plain);
  const first = await measureStack(service, cli, "pulumi-ryzeapi", instances, ours);
  const second = await measureStack(service, cli, "baseline", instances, theirs);
  return {
    version: cli.version,
    commands: [...first.commands, ...second.commands],
    state: { "pulumi-ryzeapi": first.state, baseline: second.state },
  };
}

async function measureStack(
  service: Service,
  cli: PulumiCli,
  provider: CliMeasurement["provider"],
  instances: number,
  declare: Declare,
): Promise<{ commands: CliMeasurement[]; state: StateSize }> {
  await service.reset();
  await service.answerListings("complete");
  const directory = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-bench-"));
  const fleet = names(instances);
  let declared = fleet.slice(0, 1);
  let path = "/whatsapp";
  const stack = await createStack(service, cli, directory, () => {
    for (const name of declared) declare(name, path);
    return Promise.resolve();
  });
  const commands: CliMeasurement[] = [];
  const run = async (command: string, operation: () => Promise<unknown>): Promise<void> => {
    await service.nextWindow();
    await service.clearRequests();
    const start = performance.now();
    await operation();
    const seconds = Math.round(performance.now() - start) / 1_000;
    const requests = await service.requestCounts();
    say(`${provider}, CLI, ${instances} instances, ${command}: ${seconds.toFixed(1)} s`);
    commands.push({ provider, command, instances, requests, seconds });
  };
  try {
    await stack.up();
    const state = stateSize(await exported(cli, stack), fleet[0] ?? "");
    await stack.destroy();

    declared = fleet;
    await run("up, all new", () => stack.up());
    await run("preview, no change", () => stack.preview());
    await run("up, no change", () => stack.up());
    await run("refresh", () => stack.refresh());
    path = "/whatsapp/v2";
    await run("up, one field changed", () => stack.up());
    await run("destroy", () => stack.destroy());
    return { commands, state };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function createStack(
  service: Service,
  cli: PulumiCli,
  directory: string,
  program: PulumiFn,
): Promise<Stack> {
  Object.assign(process.env, cli.env);
  const workDir = join(directory, "program");
  const backend = join(directory, "backend");
  await Promise.all([mkdir(workDir), mkdir(backend)]);
  // The provider process resolves its modules from the folder it works in, upwards.
  await symlink(
    fileURLToPath(new URL("../../node_modules", import.meta.url)),
    join(directory, "node_modules"),
  );
  const stack = await LocalWorkspace.createStack(
    { stackName: "bench", projectName: "bench", program },
    {
      workDir,
      pulumiHome: join(directory, "home"),
      pulumiCommand: await PulumiCommand.get(),
      envVars: {
        ...cli.env,
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: "passphrase of the benchmark",
      },
    },
  );
  const { "ryzeapi:endpoint": endpoint, "ryzeapi:token": token } = service.stackConfig;
  await stack.setConfig("ryzeapi:endpoint", { value: endpoint });
  await stack.setConfig("ryzeapi:token", { value: token, secret: true });
  return stack;
}

/** `pulumi stack export`, secrets encrypted; the Automation API's own export shows them. */
async function exported(cli: PulumiCli, { name, workspace }: Stack): Promise<string> {
  const { workDir, envVars, pulumiHome = "" } = workspace;
  const env = { ...process.env, ...envVars, PULUMI_HOME: pulumiHome };
  const { stdout } = await promisify(execFile)(cli.command, ["stack", "export", "--stack", name], {
    cwd: workDir,
    env,
  });
  return stdout;
}
