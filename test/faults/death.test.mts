import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, expect, inject, test, vi } from "vitest";

import type { Values } from "../../provider/values.ts";
import type { Emulator } from "../emulator/emulator.mts";
import { everyBlock } from "../support/instance.mts";
import { serviceFor } from "../support/service.mts";
import { Project, type Ended, type Role, type Run } from "./project.mts";
import { DELETE } from "./routes.mts";
import type { Declared } from "./scene.mts";
import { IS_FULL, print, randomFrom, SEED } from "./selection.mts";
import { expectAsDeclared } from "./truth.mts";

/** Every request takes about this long before it is applied, and as long after it. */
const LATENCY_MS = 120;
const LIVES = IS_FULL ? 32 : 1;
const ADOPTED = "adopt: true";
const EXISTS = /An instance named "([^"]+)" exists already/g;

const cli = inject("pulumiCli");

const outcomes = new Map<string, number>();
let moments = 0;
afterAll(() => {
  const counts = [...outcomes].sort().map(([outcome, count]) => `  ${count} ${outcome}`);
  print(`Deaths: ${moments} moments, seed ${SEED}`, ...counts);
});

interface Moment {
  readonly operation: "up" | "destroy";
  readonly what: "create" | "update" | "delete";
  readonly victim: Role;
  /** Requests of the operation that have come before. */
  readonly requests: number;
  readonly offsetMs: number;
}

/** The moments of the life of four instances, in which every operation is killed once and then run again. */
function momentsOf(seed: number): Moment[] {
  const random = randomFrom(seed);
  const pick = <Item,>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const momentOf = (what: Moment["what"], requests: number, victims: readonly Role[]): Moment => ({
    operation: what === "delete" ? "destroy" : "up",
    what,
    victim: pick(victims),
    requests: Math.floor(random() * requests),
    offsetMs: Math.floor(random() * 2 * LATENCY_MS),
  });
  const anybody = ["provider", "provider", "whole run", "whole run", "program", "language host"] as const;
  const create = momentOf("create", 5, anybody);
  const updates = [momentOf("update", 6, anybody), momentOf("update", 6, anybody)];
  // No program runs while a stack is destroyed.
  const destroy = momentOf("delete", 4, ["provider", "whole run"]);
  return IS_FULL ? [create, ...updates, destroy] : [create, pick([...updates, destroy])];
}

/** The values of `ryzeapi:adopt`, by which an instance of a killed creation is taken over, or is not. */
const SETTINGS = ["never", "unpaired"] as const;

const lives = SETTINGS.flatMap((adopt) =>
  Array.from({ length: LIVES }, (_, index) => ({ adopt, seed: SEED + index })),
);

// Much of the time goes into waiting.
vi.setConfig({ maxConcurrency: 3, testTimeout: 1_800_000 });
const LIFE = "life $seed converges after every death, ryzeapi:adopt: $adopt";
test.concurrent.for(lives)(LIFE, async ({ adopt, seed }, { onTestFinished }) => {
  const options = { limits: false, latencyMs: LATENCY_MS } as const;
  const { emulator, secrets, chatwootUrl } = await serviceFor(options, onTestFinished);
  emulator.fault({ kind: "delay", ms: LATENCY_MS, when: "after" });
  const project = await Project.create(cli, emulator);
  onTestFinished(() => project.remove());
  await project.run("config", "set", "ryzeapi:adopt", adopt);
  const blocks = everyBlock(secrets, chatwootUrl);
  for (const [round, moment] of momentsOf(seed).entries()) {
    const hands = await live(project, emulator, moment, declarationsOf(blocks, round), adopt);
    if (adopt === "unpaired") expect(hands).not.toContain(ADOPTED);
  }
});

function declarationsOf(blocks: ReturnType<typeof everyBlock>, round: number): Declared[] {
  const url = `https://app.example.com/${round}`;
  return [
    {
      ...blocks,
      name: "orion",
      webhook: { ...blocks.webhook, url },
      s3: { ...blocks.s3, bucket: `media-${round}` },
    },
    { name: "vega", webhook: { url } },
    {
      name: "lyra",
      settings: { callRejectMessage: `Round ${round}` },
      websocket: { mediaBase64: round % 2 === 0 },
    },
    { name: "deneb", proxy: { ...blocks.proxy, port: 1080 + round } },
  ];
}

async function live(
  project: Project,
  emulator: Emulator,
  moment: Moment,
  declared: Declared[],
  adopt: (typeof SETTINGS)[number],
): Promise<string[]> {
  moments += 1;
  await project.declare(declared);
  for (const name of emulator.instanceNames()) emulator.patchInstance(name, { state: "connected" });
  const paired = idsOf(emulator);
  emulator.clearRequests();
  const run = project.start(moment.operation);
  await reach(run, emulator, moment);
  const wasKilled = await run.kill(moment.victim);
  const killed = await run.ended;
  const born = idsOf(emulator);

  const hands = await repair(project, moment, declared, killed);
  if (moment.operation === "destroy") {
    expect([emulator.instanceNames(), await project.recorded()]).toEqual([[], []]);
  } else {
    for (const each of declared) expectAsDeclared(emulator.instance(each.name), withDefaults(each));
    const names = declared.map(({ name }) => name).sort();
    expect([emulator.instanceNames().sort(), await project.recorded()]).toEqual([names, names]);
    expect(emulator.requests().map(({ route }) => route)).not.toContain(DELETE);
    expect(idsOf(emulator)).toMatchObject({ ...paired, ...born });
  }
  const fate = wasKilled ? `${moment.victim} killed` : "over before";
  const outcome = `${adopt}: ${moment.what}, ${fate}: ${hands.length > 0 ? hands.join(", then ") : "just up again"}`;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return hands;
}

/** Waits for the moment; the run may be over before. */
async function reach(run: Run, emulator: Emulator, { requests, offsetMs }: Moment): Promise<void> {
  while (!run.isOver && emulator.requests().length <= requests) await sleep(5);
  await sleep(offsetMs);
}

/** Does what the messages say and nothing else, until the command succeeds; gives what there was to do. */
async function repair(
  project: Project,
  { operation, victim }: Moment,
  declared: Declared[],
  killed: Ended,
): Promise<string[]> {
  const hands: string[] = [];
  if (killed.code === 0) return hands;
  if (victim === "whole run" && (await project.deleteEmptyAttributes()))
    hands.push("an empty file of Pulumi's file backend deleted");
  let ended = await project.run(operation);
  if (ended.output.includes("the stack is currently locked")) {
    expect(victim).toBe("whole run");
    expect(ended.output).toContain("`pulumi cancel`");
    hands.push("pulumi cancel");
    await project.run("cancel", "--yes");
    ended = await project.run(operation);
  }
  const taken = new Set([...ended.output.matchAll(EXISTS)].map(([, name = ""]) => name));
  if (ended.code !== 0 && taken.size > 0) {
    expect(ended.output).toContain("set `adopt: true`");
    hands.push(ADOPTED);
    await project.declare(declared.map((each) => (taken.has(each.name) ? { ...each, adopt: true } : each)));
    ended = await project.run(operation);
  }
  expect(ended.code, ended.output).toBe(0);
  return hands;
}

/** The ids of the instances that exist, by name: a number is paired with these. */
function idsOf(emulator: Emulator): Record<string, string | undefined> {
  return Object.fromEntries(emulator.instanceNames().map((name) => [name, emulator.instance(name)?.id]));
}

/** A block that is declared is on. */
function withDefaults(declared: Declared): Declared {
  const switches = ["webhook", "websocket", "proxy"].filter((name) => declared[name] !== undefined);
  return {
    ...declared,
    ...Object.fromEntries(switches.map((name) => [name, { enabled: true, ...(declared[name] as Values) }])),
  };
}
