import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, expect, inject, onTestFinished, test } from "vitest";

import { startEmulator, type Emulator } from "../emulator/emulator.mts";
import { lifecycleFor } from "../support/lifecycle.mts";
import { Engine, type Outcome } from "./engine.mts";
import { Project } from "./project.mts";
import { NEW } from "./routes.mts";
import type { Declared } from "./scene.mts";
import { IS_FULL, print } from "./selection.mts";
import { expectAsDeclared } from "./truth.mts";

const WINDOW_SECONDS = 3;
const LIMITS = { create: 10, global: 20 };
const STACK_SIZE = IS_FULL ? 40 : 12;
const CLI_STACK_SIZE = IS_FULL ? 20 : 4;

const figures: string[] = [];
afterAll(() => {
  print("Concurrency:", ...figures.map((figure) => `  ${figure}`));
});

test(
  "two stacks and a foreign client at one limit: all finish, nothing is lost or double",
  { timeout: 600_000 },
  async () => {
    const emulator = await startEmulator({ limits: LIMITS, windowSeconds: WINDOW_SECONDS });
    onTestFinished(() => emulator.close());
    const stop = foreignClient(emulator);
    const stacks = ["orion", "vega"].map((name) => stackOf(name, STACK_SIZE));
    const everything = stacks.flatMap(({ resources }) => resources.map(({ name }) => name));

    for (const url of ["https://app.example.com/1", "https://app.example.com/2"]) {
      await Promise.all(stacks.map((stack) => upAll(emulator, stack, url)));
      expect(ours(emulator)).toEqual(everything.sort());
      for (const name of everything) expectAsDeclared(emulator.instance(name), declaredAs(name, url));
    }
    await Promise.all(
      stacks.map((stack) => all(emulator, stack, (engine, process) => engine.refresh(process))),
    );
    await Promise.all(
      stacks.map((stack) => all(emulator, stack, (engine, process) => engine.destroy(process))),
    );
    expect(ours(emulator)).toEqual([]);
    record("two stacks, lifecycle", emulator, await stop());
  },
);

test("and so it is with the real CLI", { timeout: 900_000 }, async () => {
  const cli = inject("pulumiCli");
  const emulator = await startEmulator({ limits: LIMITS, windowSeconds: WINDOW_SECONDS });
  onTestFinished(() => emulator.close());
  const stop = foreignClient(emulator);
  const stacks = await Promise.all(
    ["orion", "vega"].map(async (prefix) => {
      const project = await Project.create(cli, emulator);
      onTestFinished(() => project.remove());
      return { project, names: namesOf(prefix, CLI_STACK_SIZE) };
    }),
  );
  for (const url of ["https://app.example.com/1", "https://app.example.com/2"]) {
    await Promise.all(
      stacks.map(async ({ project, names }) => {
        await project.declare(names.map((name) => declaredAs(name, url)));
        const { code, output } = await project.run("up");
        expect(code, output).toBe(0);
        expect(await project.recorded()).toEqual(names);
        for (const name of names) expectAsDeclared(emulator.instance(name), declaredAs(name, url));
      }),
    );
  }
  expect(ours(emulator)).toEqual(stacks.flatMap(({ names }) => names).sort());
  await Promise.all(
    stacks.map(async ({ project }) => {
      expect((await project.run("destroy")).code).toBe(0);
    }),
  );
  expect(ours(emulator)).toEqual([]);
  record("two stacks, real CLI", emulator, await stop());
});

interface Stack {
  readonly resources: readonly { name: string; engine: Engine }[];
}

function stackOf(prefix: string, size: number): Stack {
  return { resources: namesOf(prefix, size).map((name) => ({ name, engine: new Engine() })) };
}

function namesOf(prefix: string, size: number): string[] {
  return Array.from({ length: size }, (_, index) => `${prefix}-${String(index).padStart(2, "0")}`);
}

function declaredAs(name: string, url: string): Declared {
  return { name, webhook: { enabled: true, url }, settings: { callRejectMessage: url } };
}

function upAll(emulator: Emulator, stack: Stack, url: string): Promise<void> {
  return all(emulator, stack, (engine, process, name) => engine.up(process, declaredAs(name, url)));
}

/** One command: a provider process for all of the stack's resources at once. */
async function all(
  emulator: Emulator,
  { resources }: Stack,
  operation: (engine: Engine, process: ReturnType<typeof lifecycleFor>, name: string) => Promise<Outcome>,
): Promise<void> {
  const process = lifecycleFor(emulator, 1);
  const outcomes = await Promise.all(resources.map(({ engine, name }) => operation(engine, process, name)));
  expect(outcomes.flatMap(({ error }) => error ?? [])).toEqual([]);
}

/** Somebody else with the account's token, who creates, deletes and lists without looking at limits. */
function foreignClient(emulator: Emulator): () => Promise<{ calls: number; refused: number }> {
  const counts = { calls: 0, refused: 0 };
  const headers = { token: emulator.accountToken };
  const call = async (method: string, path: string, body?: string) => {
    const { status } = await fetch(emulator.url + path, { method, headers, body: body ?? null });
    counts.calls += 1;
    if (status === 429) counts.refused += 1;
  };
  const stopping = new AbortController();
  const work = (async () => {
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      const name = `foreign-${round}`;
      await call("GET", "/api/instance/list");
      if (round % 3 === 0) await call("POST", "/api/instance/new", JSON.stringify({ name }));
      if (round % 3 === 0) await call("DELETE", `/api/instance/delete/${name}`);
      await sleep(250);
    }
  })();
  return async () => {
    stopping.abort();
    await work;
    return counts;
  };
}

function ours(emulator: Emulator): string[] {
  return emulator
    .instanceNames()
    .filter((name) => !name.startsWith("foreign-"))
    .sort();
}

function record(title: string, emulator: Emulator, foreign: { calls: number; refused: number }): void {
  const requests = emulator.requests();
  const refused = requests.filter(({ status }) => status === 429).length - foreign.refused;
  const creates = requests.filter(({ route, status }) => route === NEW && status < 300).length;
  figures.push(
    `${title}: ${requests.length - foreign.calls} requests, ${refused} of them answered 429, beside ${foreign.calls} ` +
      `foreign ones (${foreign.refused} answered 429); ${creates} creations in all`,
  );
}
