import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { run, type Environment } from "../../scripts/release/run.mts";
import { stackEnvironment } from "../support/stack-environment.mts";
import { STACK_INIT } from "../support/vault.mts";

/** The stack of every project here. */
const STACK = "test";

/** A folder with a Pulumi project named `languages`, its stack and the state of that. */
export class Project {
  readonly folder: string;
  readonly #pulumi: string;
  readonly #environment: Environment;

  private constructor(folder: string, pulumi: string, environment: Environment) {
    this.folder = folder;
    this.#pulumi = pulumi;
    this.#environment = environment;
  }

  static async create(
    folder: string,
    runtime: string,
    { command, environment }: { command: string; environment: Environment },
  ): Promise<Project> {
    const backend = join(folder, "backend");
    await mkdir(backend, { recursive: true });
    await writeFile(join(folder, "Pulumi.yaml"), `name: languages\nruntime: ${runtime}\n`);
    const own = { ...stackEnvironment(backend), PULUMI_HOME: join(folder, "home") };
    const project = new Project(folder, command, { ...environment, ...own });
    await project.pulumi([...STACK_INIT, STACK]);
    return project;
  }

  async configure(plain: Record<string, string>, secret: Record<string, string>): Promise<void> {
    const settings = (flag: string, values: Record<string, string>) =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await this.pulumi([
      "config",
      "set-all",
      ...settings("--plaintext", plain),
      ...settings("--secret", secret),
    ]);
  }

  /** Runs the CLI; `hosts` is a folder of language hosts that come before all others. */
  async pulumi(args: readonly string[], { hosts }: { hosts?: string } = {}): Promise<string> {
    const path = this.#environment["PATH"] ?? "";
    const environment = { ...this.#environment, PATH: hosts === undefined ? path : `${hosts}:${path}` };
    return await run(this.#pulumi, [...args, "--non-interactive"], this.folder, environment);
  }

  async program([command, ...args]: readonly [string, ...string[]], operation: string): Promise<string> {
    return await run(command, [...args, operation], this.folder, this.#environment);
  }

  /** The plugins that the CLI has installed for this project. */
  async plugins(): Promise<string[]> {
    const listed = await this.pulumi(["plugin", "ls", "--json"]);
    const plugins = JSON.parse(listed) as { name: string; version: string }[];
    return plugins.map(({ name, version }) => `${name} ${version}`);
  }

  /** `pulumi stack export`, secrets encrypted. */
  async exported(): Promise<string> {
    return await this.pulumi(["stack", "export"]);
  }
}
