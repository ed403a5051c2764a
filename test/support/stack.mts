import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import {
  LocalWorkspace,
  PulumiCommand,
  Stack,
  type DestroyOptions,
  type EngineEvent,
  type ImportResource,
  type OpMap,
  type OutputMap,
  type PreviewOptions,
  type PulumiFn,
  type RefreshOptions,
  type UpOptions,
} from "@pulumi/pulumi/automation/index.js";
import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { inject, onTestFinished } from "vitest";

import { NATIVE_INSTANCE, nativeFace, pathWithPlugin } from "./native.mts";
import { stackEnvironment } from "./stack-environment.mts";
import { BACKEND, STACK, WORK_DIR, type StackTemplate } from "./stack-template.mts";

/** The package as users get it, which is what the provider process loads as well. */
const packaged = createRequire(import.meta.url)("pulumi-ryzeapi") as typeof import("pulumi-ryzeapi");

/** Which face of the provider the tests of this run ask: every scenario is one for both. */
/** A program that uses the plugin reads outputs as the state has them; the package fills in what is left out there. */
export const isNative = inject("face") === "native";

export const ryzeapi = isNative ? nativeFace(packaged) : packaged;

export const RYZE_INSTANCE = isNative ? NATIVE_INSTANCE : "pulumi-nodejs:dynamic/ryzeapi:RyzeInstance";

/**
 * A program whose run fails may ask an engine that has ended; its connection is then tried again and again, and is the
 * one of every later engine that happens to get the same port: that program fails at once, or seems to declare nothing.
 */
const { grpcClientOptions } = createRequire(import.meta.url)("@pulumi/pulumi/runtime/settings.js") as {
  readonly grpcClientOptions: object;
};
Object.assign(grpcClientOptions, { "grpc.use_local_subchannel_pool": 1 });

/** Asks the CLI for its version, which stays what it is. */
let command: Promise<PulumiCommand> | undefined;

/** One resource of an exported deployment, as far as tests look at it. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** It was replaced, and is still to be deleted. */
  readonly delete?: boolean;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

interface StackOptions {
  /** The program of the first operation; `TestStack.program` changes it. */
  readonly program: PulumiFn;
  /** `ryzeapi:endpoint` of the stack's configuration. */
  readonly endpoint: string;
  /** `ryzeapi:token` of the stack's configuration; undefined: none. */
  readonly token: string | undefined;
  /** Of what does not end with the present test. */
  readonly onEnd?: OnEnd;
}

type OnEnd = (end: () => Promise<void>) => void;

/** A stack of its own for one test: real CLI and provider process, state in a temporary folder. */
export async function stackFor({ program, endpoint, token, onEnd }: StackOptions): Promise<TestStack> {
  const cli = inject("pulumiCli");
  Object.assign(process.env, cli.env);
  const directory = await temporaryFolder(onEnd);
  const template = stackTemplate();
  await cp(template.folder, directory, { recursive: true });
  const [backend, workDir] = [join(directory, BACKEND), join(directory, WORK_DIR)];
  await linkNodeModules(directory);
  const test: { stack?: TestStack } = {};
  const workspace = await LocalWorkspace.create({
    program: () => test.stack?.program() ?? Promise.resolve(),
    workDir,
    pulumiHome: join(directory, "home"),
    pulumiCommand: await (command ??= PulumiCommand.get()),
    envVars: { ...cli.env, ...stackEnvironment(backend), PATH: pathWithPlugin(cli.env.PATH) },
  });
  await configureCopy(workspace, endpoint, token === template.accountToken);
  const stack = await Stack.select(STACK, withoutSelection(workspace));
  if (token !== undefined && token !== template.accountToken)
    await stack.setConfig("ryzeapi:token", { value: token, secret: true });
  return (test.stack = new TestStack(stack, program, { backend, workDir }));
}

/** What `pulumi stack init` and `pulumi config set` make takes a command each: it is made once, and copied. */
function stackTemplate(): StackTemplate {
  const template = inject("stackTemplate");
  if (template === undefined) throw new Error("Only end-to-end tests have stacks to copy.");
  return template;
}

/** In the file that the CLI reads. */
async function configureCopy(
  workspace: LocalWorkspace,
  endpoint: string,
  keepsToken: boolean,
): Promise<void> {
  const { config, ...settings } = await workspace.stackSettings(STACK);
  const kept = keepsToken ? config : {};
  await workspace.saveStackSettings(STACK, {
    ...settings,
    config: { ...kept, "ryzeapi:endpoint": endpoint },
  });
}

/** Every command names its stack: none has to be the selected one. */
function withoutSelection(workspace: LocalWorkspace): LocalWorkspace {
  return Object.assign(workspace, { selectStack: () => Promise.resolve() });
}

/** The provider process resolves its modules from the folder it works in, upwards. */
export async function linkNodeModules(directory: string): Promise<void> {
  const nodeModules = fileURLToPath(new URL("../../node_modules", import.meta.url));
  await symlink(nodeModules, join(directory, "node_modules"));
}

export async function temporaryFolder(onEnd: OnEnd = onTestFinished): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  onEnd(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A stack of one instance "orion" in the emulator's account, with the arguments that `declared` gives at every run. */
export function stackOfOrion(
  { url, accountToken }: { readonly url: string; readonly accountToken: string },
  declared: () => RyzeInstanceArgs,
): Promise<TestStack> {
  return stackFor({
    endpoint: url,
    token: accountToken,
    program: () => {
      new ryzeapi.RyzeInstance("orion", declared());
      return Promise.resolve();
    },
  });
}

/** What an operation printed, and how many resources it did what to. */
interface Changed {
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: { readonly resourceChanges: OpMap | undefined };
}

interface Folders {
  readonly backend: string;
  readonly workDir: string;
}

export class TestStack {
  program: PulumiFn;
  /** Hold everything of this stack that is on disk: state, its backups and history, configuration. */
  readonly directories: readonly string[];
  /** All that was printed and thrown, by every operation so far. */
  output = "";
  /** Of the latest operation. */
  events: EngineEvent[] = [];
  readonly allEvents: EngineEvent[] = [];
  readonly #stack: Stack;
  readonly #state: string;

  constructor(stack: Stack, program: PulumiFn, { backend, workDir }: Folders) {
    this.#stack = withoutQuestions(stack);
    this.#state = join(backend, ".pulumi", "stacks", STACK, `${STACK}.json`);
    this.program = program;
    this.directories = [backend, workDir];
  }

  preview(options: PreviewOptions = {}) {
    return this.#run(() => this.#stack.preview({ ...this.#listeners(), diff: true, ...options }));
  }

  up(options: UpOptions = {}) {
    return this.#change(() => this.#stack.up({ ...this.#listeners(), ...options }));
  }

  refresh(options: RefreshOptions = {}) {
    return this.#change(() => this.#stack.refresh({ ...this.#listeners(), ...options }));
  }

  destroy(options: DestroyOptions = {}) {
    return this.#change(() => this.#stack.destroy({ ...this.#listeners(), ...options }));
  }

  /** `pulumi import`. */
  async import(resources: ImportResource[]): Promise<void> {
    await this.#run(() => this.#stack.import({ resources, protect: false, generateCode: false }));
  }

  /** `pulumi stack output`. */
  outputs(): Promise<OutputMap> {
    return this.#stack.workspace.stackOutputs(this.#stack.name);
  }

  /** `pulumi config set`. */
  async configure(key: string, value: string, secret = false): Promise<void> {
    await this.#stack.setConfig(key, { value, secret });
  }

  /** Sets a variable of the environment of all further operations. */
  setVariable(name: string, value: string): void {
    Object.assign(this.#stack.workspace.envVars, { [name]: value });
  }

  /** `pulumi stack export`, secrets encrypted; the Automation API has it with secrets in clear only. */
  exported(): Promise<string> {
    return this.command("stack", "export");
  }

  /** A command of the CLI that the Automation API has no method for; gives what it printed. */
  async command(...args: string[]): Promise<string> {
    const { workDir, envVars, pulumiHome } = this.#stack.workspace;
    const env = { ...process.env, ...envVars, PULUMI_HOME: pulumiHome };
    const all = [...args, "--stack", this.#stack.name];
    return (await promisify(execFile)(inject("pulumiCli").command, all, { cwd: workDir, env })).stdout;
  }

  /** The instances in the state as it lies on disk, which takes no command: secrets encrypted. */
  async instances(): Promise<ResourceState[]> {
    const { checkpoint } = JSON.parse(await readFile(this.#state, "utf8")) as {
      checkpoint: { latest?: { resources?: ResourceState[] } };
    };
    return (checkpoint.latest?.resources ?? []).filter(({ type }) => type === RYZE_INSTANCE);
  }

  /** What the latest operation showed against the resource of this name; "" is the stack itself. */
  diagnostics(severity: "warning" | "error", resource: string): string[] {
    return this.events.flatMap(({ diagnosticEvent: shown }) => {
      if (shown?.severity !== severity) return [];
      const isOfResource = resource === "" ? shown.urn === undefined : shown.urn?.endsWith(`::${resource}`);
      return isOfResource === true ? [shown.message] : [];
    });
  }

  async #change(operation: () => Promise<{ stdout: string; stderr: string }>): Promise<Changed> {
    const { stdout, stderr } = await this.#run(operation);
    const changes = this.events.flatMap(({ summaryEvent }) => summaryEvent?.resourceChanges ?? []);
    return { stdout, stderr, summary: { resourceChanges: changes.at(-1) } };
  }

  async #run<Result>(operation: () => Promise<Result>): Promise<Result> {
    this.events = [];
    try {
      return await operation();
    } catch (error) {
      this.output += String(error);
      throw error;
    } finally {
      this.allEvents.push(...this.events);
    }
  }

  #listeners() {
    const onText = (text: string): void => {
      this.output += text;
    };
    return {
      onOutput: onText,
      onError: onText,
      onEvent: (event: EngineEvent): void => void this.events.push(event),
      color: "never" as const,
    };
  }
}

/** After each operation the Automation API runs the CLI up to three times more, for outputs and history. */
function withoutQuestions(stack: Stack): Stack {
  return Object.assign(stack, { outputs: () => Promise.resolve({}), info: () => Promise.resolve(undefined) });
}
