import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { afterAll, inject } from "vitest";

import { codeBlocks } from "../docs/pages.mts";
import { applied, FIRST_PAGE } from "../docs/program-diffs.mts";
import type { Emulator } from "../emulator/emulator.mts";
import { packBuilt, repository } from "../package/packed.mts";
import { without } from "../support/instance.mts";
import { stackEnvironment } from "../support/stack-environment.mts";
import { ShellInTerminal, type Answer } from "./shell.mts";
import { PROGRAM, stepsOf } from "./steps.mts";

/** A machine with the clone of this repository, the CLI and nothing else. */
export interface Machine {
  /** An empty folder beside the clone. */
  readonly folder: string;
  readonly env: Record<string, string>;
}

export async function newMachine(): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  afterAll(() => rm(home, { recursive: true, force: true }));
  const [clone, folder, backend] = ["pulumi-ryzeapi", "whatsapp", "backend"].map((name) => join(home, name));
  if (clone === undefined || folder === undefined || backend === undefined) throw new Error("no folders");
  await Promise.all([clone, folder, backend].map((each) => mkdir(each)));
  const tarball = await packBuilt(home);
  await cp(tarball, join(clone, "pulumi-ryzeapi-0.1.0.tgz"));
  await cp(join(repository, "templates"), join(clone, "templates"), { recursive: true });
  const { command } = inject("pulumiCli");
  return { folder, env: { ...inherited([dirname(command)]), ...own(home, backend) } };
}

/** What npm adds to PATH is this project's own. */
function inherited(first: readonly string[]): Record<string, string> {
  const { PATH = "", ...rest } = process.env as Record<string, string>;
  const others = PATH.split(delimiter).filter((path) => !path.includes("node_modules"));
  const settings = Object.entries(rest).filter(
    ([name]) =>
      !/^(npm_(?!config_(registry|cache|userconfig)$)|VITEST|NODE_(?!EXTRA_CA_CERTS)|CI$|PULUMI_|RYZEAPI_)/i.test(
        name,
      ),
  );
  return {
    ...Object.fromEntries(settings),
    PATH: [...first, dirname(process.execPath), ...others].join(delimiter),
  };
}

/** A state of its own; the account is the stack's. */
function own(home: string, backend: string): Record<string, string> {
  return {
    ...without(stackEnvironment(backend), "RYZEAPI_TOKEN", "RYZEAPI_ENDPOINT"),
    PULUMI_HOME: join(home, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

export interface Walked {
  readonly command: string;
  readonly output: string;
  readonly status: number;
  /** Lines that the page shows, and that the command did not print. */
  readonly missing: readonly string[];
}

/** Does what a page says, from its first line to its last; `before` is how its reader comes there. */
export async function walk(
  page: string,
  { folder, env }: Machine,
  answers: readonly Answer[],
  before: readonly string[] = [],
): Promise<Walked[]> {
  const shell = new ShellInTerminal(folder, env, answers);
  const walked: Walked[] = [];
  try {
    for (const command of before) await shell.type(command);
    for (const step of stepsOf(page)) {
      if (step.does === "write") await writeFile(join(folder, step.file), `${step.text}\n`);
      else if (step.does === "change") await writeFile(join(folder, PROGRAM), changed(step.diff));
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

/** Each difference of a page is one to the program of the first page. */
function changed(diff: string): string {
  const [program = ""] = codeBlocks(FIRST_PAGE, "ts");
  return `${applied(diff, program)}
`;
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
    { to: /^value: /m, with: "a-value\r" },
    { to: /Confirm\?/, with: "y\r" },
    { to: /Do you want to perform this (?:update|refresh|destroy|import)/, with: "\u001b[A\r" },
  ];
}
