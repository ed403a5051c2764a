import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";

import type { PulumiCli } from "../../../scripts/pulumi-cli/find.mts";
import { baseline } from "../contenders.mts";
import type { declaration } from "../fleet.mts";
import type { Service } from "../service.mts";
import { CONTENDERS, type ContenderName, type Form } from "./contenders.mts";
import { ProcessTree, type Cost } from "./process-tree.mts";

export interface Ran extends Cost {
  readonly seconds: number;
}

/** Whose program a stack runs, and as what Node.js gets it. */
export interface Program {
  readonly contender: ContenderName;
  readonly form: Form;
}

/** A stack in a folder of its own, with a state in files and a passphrase, as the README sets one up. */
export class Stack {
  readonly #directory: string;
  readonly #cli: PulumiCli;
  readonly #env: NodeJS.ProcessEnv;

  static async create(cli: PulumiCli, service: Service, program: Program): Promise<Stack> {
    const directory = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-bench-"));
    const stack = new Stack(directory, cli, program.form);
    await stack.#fill(program);
    await stack.run("stack", "init", "bench");
    const { "ryzeapi:endpoint": endpoint, "ryzeapi:token": token } = service.stackConfig;
    await stack.run("config", "set", "ryzeapi:endpoint", endpoint);
    await stack.run("config", "set", "--secret", "ryzeapi:token", token);
    return stack;
  }

  private constructor(directory: string, cli: PulumiCli, form: Form) {
    this.#directory = directory;
    this.#cli = cli;
    this.#env = {
      ...process.env,
      ...cli.env,
      PATH: [fileURLToPath(new URL("../../../dist/plugin", import.meta.url)), cli.env.PATH].join(delimiter),
      PULUMI_HOME: join(directory, "home"),
      PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of the benchmark",
      ...(form === "transpiled" && { PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
    };
  }

  /** Has the program declare this fleet from now on. */
  async declare(fleet: readonly ReturnType<typeof declaration>[]): Promise<void> {
    await writeFile(join(this.#directory, "fleet.json"), JSON.stringify(fleet));
  }

  /** Runs a command as somebody types it, and says what it cost. */
  async run(...args: readonly string[]): Promise<Ran> {
    const start = performance.now();
    const child = spawn(this.#cli.command, [...args, "--non-interactive"], {
      cwd: this.#directory,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => printed.push(chunk));
    const tree = new ProcessTree(child.pid ?? 0);
    const [code] = (await once(child, "close")) as [number | null];
    const seconds = (performance.now() - start) / 1_000;
    const cost = await tree.end();
    if (code !== 0) {
      throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${Buffer.concat(printed).toString()}`);
    }
    return { seconds, ...cost };
  }

  /** The state's file, secrets encrypted. */
  async state(): Promise<string> {
    return await readFile(join(this.#directory, "backend/.pulumi/stacks/bench/bench.json"), "utf8");
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #fill({ contender, form }: Program): Promise<void> {
    const { program } = CONTENDERS[contender];
    const inFolder = (name: string) => join(this.#directory, name);
    await cp(fileURLToPath(new URL("programs", import.meta.url)), this.#directory, { recursive: true });
    await mkdir(inFolder("backend"));
    await symlink(fileURLToPath(new URL("../../../node_modules", import.meta.url)), inFolder("node_modules"));
    const compilerOptions = {
      target: "es2023",
      module: "nodenext",
      moduleResolution: "nodenext",
      strict: true,
    };
    await writeFile(inFolder("tsconfig.json"), JSON.stringify({ compilerOptions, files: [program] }));
    const main = form === "compiled" ? program.replace(/ts$/, "js") : program;
    await writeFile(inFolder("package.json"), JSON.stringify({ name: "bench", main }));
    const runtime = { name: "nodejs", options: { typescript: form !== "compiled" } };
    await writeFile(inFolder("Pulumi.yaml"), JSON.stringify({ name: "bench", runtime }));
    if (form === "compiled") await compilePrograms(this.#directory);
    if (contender === "plain") await writeFile(inFolder("plain-provider.js"), (await baseline()).code);
  }
}

async function compilePrograms(directory: string): Promise<void> {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS };
  for (const name of (await readdir(directory)).filter((file) => file.endsWith(".ts"))) {
    const source = await readFile(join(directory, name), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    await writeFile(join(directory, name.replace(/ts$/, "js")), outputText);
  }
}
