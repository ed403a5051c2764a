import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { PulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { stackEnvironment } from "../support/stack-environment.mts";
import { STACK_INIT } from "../support/vault.mts";
import type { Declared } from "./scene.mts";

const PROGRAM = `
  const { RyzeInstance } = require("pulumi-ryzeapi");
  for (const { name, ...args } of require("./declared.json")) new RyzeInstance(name, args);
`;
/** Against hanging; nothing here waits for longer on purpose. */
const BOUND_MS = 180_000;
const STACK = "test";

/** Has the engine write the state at the end of a command, and not with every step. */
export const WITHOUT_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** What is left of a run of the CLI. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** The processes of a run, by what they do. */
export type Role = "provider" | "program" | "language host" | "whole run";

/** A Pulumi project on disk with one stack, which the real CLI works on in processes of its own. */
export class Project {
  readonly #directory: string;
  readonly #cli: PulumiCli;
  readonly #environment: NodeJS.ProcessEnv;

  static async create(
    cli: PulumiCli,
    { url, accountToken }: { url: string; accountToken: string },
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Project> {
    const directory = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-faults-"));
    await mkdir(join(directory, "backend"));
    await symlink(
      fileURLToPath(new URL("../../node_modules", import.meta.url)),
      join(directory, "node_modules"),
    );
    await writeFile(join(directory, "Pulumi.yaml"), "name: faults\nruntime: nodejs\nmain: index.js\n");
    await writeFile(join(directory, "index.js"), PROGRAM);
    const project = new Project(directory, cli, {
      ...process.env,
      ...cli.env,
      ...stackEnvironment(join(directory, "backend")),
      PULUMI_HOME: join(directory, "home"),
      RYZEAPI_TOKEN: accountToken,
      RYZEAPI_ENDPOINT: url,
      ...environment,
    });
    await project.run(...STACK_INIT, STACK);
    return project;
  }

  private constructor(directory: string, cli: PulumiCli, environment: NodeJS.ProcessEnv) {
    this.#directory = directory;
    this.#cli = cli;
    this.#environment = environment;
  }

  async declare(instances: readonly Declared[]): Promise<void> {
    await writeFile(join(this.#directory, "declared.json"), JSON.stringify(instances));
  }

  run(...command: readonly string[]): Promise<Ended> {
    return this.start(...command).ended;
  }

  start(...command: readonly string[]): Run {
    const changes = ["up", "destroy", "refresh"].includes(command[0] ?? "");
    const args = [
      ...command,
      "--non-interactive",
      "--color",
      "never",
      ...(changes ? ["--yes", "--skip-preview"] : []),
    ];
    return new Run(
      spawn(this.#cli.command, args, {
        cwd: this.#directory,
        env: this.#environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** The checkpoint as it lies on disk. */
  async state(): Promise<{ resources: { id?: string; type: string }[]; pendingOperations: unknown[] }> {
    const file = join(this.#directory, "backend", ".pulumi", "stacks", "faults", `${STACK}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
      checkpoint: { latest?: { resources?: []; pending_operations?: [] } };
    };
    const { resources = [], pending_operations: pendingOperations = [] } = checkpoint.latest ?? {};
    return { resources, pendingOperations };
  }

  /** Ids of the instances in the state. */
  async recorded(): Promise<string[]> {
    const { resources } = await this.state();
    const instances = resources.filter(({ type }) => type.endsWith(":RyzeInstance"));
    return instances.map(({ id = "" }) => id).sort();
  }

  /**
   * Pulumi's file backend writes attributes beside each of its files, and not in one step: where it dies in between, an
   * empty file is left, and every command fails with "failed to load checkpoint: EOF" until that file is deleted.
   */
  async deleteEmptyAttributes(): Promise<boolean> {
    const backend = join(this.#directory, "backend");
    const names = await readdir(backend, { recursive: true });
    const attributes = names.filter((name) => name.endsWith(".attrs")).map((name) => join(backend, name));
    const sizes = await Promise.all(attributes.map(async (file) => (await stat(file)).size));
    const empty = attributes.filter((_file, index) => sizes[index] === 0);
    for (const file of empty) await rm(file);
    return empty.length > 0;
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** One command of the CLI, with the processes that it starts. */
export class Run {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #output = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
    const signal = AbortSignal.timeout(BOUND_MS);
    this.ended = once(child, "exit", { signal }).then(([code]) => ({
      code: code as number | null,
      output: this.#output,
    }));
  }

  get output(): string {
    return this.#output;
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Ctrl-C, as the CLI gets it. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** kill -9 of the processes in this role; false where there is none at this moment. */
  async kill(role: Role): Promise<boolean> {
    const own = this.#child.pid ?? 0;
    const below = await descendantsOf(own);
    const pids =
      role === "whole run"
        ? [own, ...below.map(({ pid }) => pid)]
        : below.filter(({ command }) => IS_IN_ROLE[role](command)).map(({ pid }) => pid);
    if (this.isOver) return false;
    for (const pid of pids) killed(pid);
    return pids.length > 0;
  }
}

const IS_IN_ROLE: Record<Exclude<Role, "whole run">, (command: string) => boolean> = {
  provider: (command) => command.includes("cmd/dynamic-provider"),
  program: (command) => command.includes("cmd/run/"),
  "language host": (command) => command.includes("pulumi-language-nodejs"),
};

function killed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has just ended by itself
  }
}

async function descendantsOf(root: number): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,args="], {
    maxBuffer: 2 ** 26,
  });
  const all = stdout.split("\n").flatMap((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
  const below = (parent: number): typeof all =>
    all.filter((each) => each.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(root);
}
