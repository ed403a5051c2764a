import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { pulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { applied } from "../docs/program-diffs.mts";
import type { Emulator } from "../emulator/emulator.mts";
import { pack, repository } from "../package/packed.mts";
import { stackEnvironment } from "../support/stack-environment.mts";
import { ShellInTerminal, type Answer } from "./shell.mts";
import { stepsOf } from "./steps.mts";

/** A machine with the clone of this repository, the CLI and nothing else. */
export interface Machine {
  /** An empty folder beside the clone. */
  readonly folder: string;
  readonly env: Record<string, string>;
}

export async function newMachine(): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const [clone, folder, backend] = ["pulumi-ryzeapi", "whatsapp", "backend"].map((name) => join(home, name));
  if (clone === undefined || folder === undefined || backend === undefined) throw new Error("no folders");
  await Promise.all([clone, folder, backend].map((each) => mkdir(each)));
  const { tarball } = await pack(home);
  await cp(tarball, join(clone, "pulumi-ryzeapi-0.1.0.tgz"));
  await cp(join(repository, "templates"), join(clone, "templates"), { recursive: true });
  const { command } = await pulumiCli();
  return { folder, env: { ...inherited([dirname(command)]), ...own(home, backend) } };
}

/** What npm adds to PATH is this project's own. */
function inherited(first: readonly string[]): Record<string, string> {
  const { PATH = "", ...rest } = process.env as Record<string, string>;
  const others = PATH.split(delimiter).filter((path) => !path.includes("node_modules"));
  const settings = Object.entries(rest).filter(
    ([name]) => !/^(npm_|VITEST|NODE_|CI$|PULUMI_|RYZEAPI_)/i.test(name),
  );
  return {
    ...Object.fromEntries(settings),
    PATH: [...first, dirname(process.execPath), ...others].join(delimiter),
  };
}

function own(home: string, backend: string): Record<string, string> {
  const { RYZEAPI_TOKEN: _token, RYZEAPI_ENDPOINT: _endpoint, ...stack } = stackEnvironment(backend);
  return { ...stack, PULUMI_HOME: join(home, "home"), PULUMI_SKIP_UPDATE_CHECK: "true" };
}

export interface Walked {
  readonly command: string;
  readonly output: string;
  readonly status: number;
  /** Lines that the page shows, and that the command did not print. */
  readonly missing: readonly string[];
}

/** Does what a page says, from its first line to its last. `before` is done in the same shell, and is no part of the page. */
export async function walk(
  page: string,
  { folder, env }: Machine,
  answers: readonly Answer[],
): Promise<Walked[]> {
  const shell = new ShellInTerminal(folder, env, answers);
  const walked: Walked[] = [];
  try {
    for (const step of stepsOf(page)) {
      if (step.does === "write") await writeFile(join(folder, step.file), `${step.text}\n`);
      else if (step.does === "change") await change(join(folder, "index.ts"), step.diff);
      else {
        const { output, status } = await shell.type(step.command);
        const lines = output.split("\n").map(plain);
        const missing = step.shown.filter((line) => !lines.some((printed) => printed.includes(plain(line))));
        walked.push({ command: step.command, output, status, missing });
      }
    }
  } finally {
    shell.close();
  }
  return walked;
}

async function change(file: string, diff: string): Promise<void> {
  await writeFile(file, applied(diff, await readFile(file, "utf8")));
}

/** Without what moves: spaces, and the marks of Pulumi's output. */
function plain(line: string): string {
  return line.replaceAll(/\s+/g, " ").trim();
}

/** The answers that every page needs, for the account of the emulator. */
export function answersFor({ url, accountToken }: Emulator): Answer[] {
  return [
    { to: /Project name.*: /, with: "\r" },
    { to: /Project description.*: /, with: "\r" },
    { to: /Stack name.*: /, with: "\r" },
    { to: /Address of RyzeAPI.*: /, with: `${url}\r` },
    { to: /Token of the RyzeAPI account.*: /, with: `${accountToken}\r` },
    { to: /Do you want to perform this (?:update|refresh|destroy|import)/, with: "\u001b[A\r" },
  ];
}
