import { afterAll, expect, test, vi } from "vitest";

import { casesOf, chosenOf } from "./cases.mts";
import type { Outcome } from "./engine.mts";
import type { FaultKind } from "./kinds.mts";
import { DELETE } from "./routes.mts";
import { NAME, Scene } from "./scene.mts";
import { IS_FULL, print, SEED } from "./selection.mts";
import { again, operate, prepare, SITUATIONS, type Situation } from "./situations.mts";
import { expectAsDeclared, expectClear, expectTrueState } from "./truth.mts";

/** Against hanging, and no measure of speed: the longest waits are for a limit, two minutes each. */
const BOUND_MS = 400_000;
const PART = 40;

const cases = casesOf(SITUATIONS);
const chosen = chosenOf(cases, PART);

type Ending = "overcome" | "recorded in part" | "error, nothing recorded";
const endings = new Map<string, number>();

afterAll(() => {
  const counts = [...endings].sort().map(([ending, count]) => `  ${count} ${ending}`);
  print(`Fault matrix: ${chosen.length} of ${cases.length} cases, seed ${SEED}`, ...counts);
});

// Most of the time goes into waiting.
vi.setConfig({ maxConcurrency: IS_FULL ? 24 : 8 });
for (const { title, situation, kind } of chosen) {
  test.concurrent(title, { timeout: BOUND_MS }, async () => {
    const scene = await Scene.start({ ...situation.options, ...kind.options });
    try {
      const ending = `${situation.operation}: ${await run(scene, situation, kind)}`;
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    } finally {
      await scene.close();
    }
  });
}

async function run(scene: Scene, situation: Situation, kind: FaultKind): Promise<Ending> {
  const { emulator, engine } = scene;
  await prepare(scene, situation);
  const before = emulator.instance(NAME);
  emulator.clearRequests();
  if (situation.besides !== undefined) emulator.fault(situation.besides);
  kind.strike(scene, situation);
  const outcome = await operate(scene, situation, kind.factor ?? 0.05);

  // A case in which the call is never made would prove nothing.
  if (!kind.isUnseen) expect(emulator.requests().map(({ route }) => route)).toContain(situation.route);
  const { error } = outcome;
  const warnings = (engine.state?.["warnings"] ?? []) as string[];
  if (error !== undefined) expectClear(scene, error);
  if (error !== undefined && kind.says !== undefined && !situation.isHopeless)
    expect(error.message).toMatch(kind.says);
  if (mustOvercome(kind, situation)) expect([error?.message, warnings]).toEqual([undefined, []]);
  expectTrueState(scene, outcome);
  expectNothingLost(scene, situation, kind, outcome);
  const after = emulator.instance(NAME);
  expectSameInstance(before?.id, after?.id, situation, kind);

  emulator.clearFaults();
  await kind.lift?.(scene);
  if (kind.takesInstance) expectRefreshAdvised(scene, outcome);
  if (kind.takesInstance || warnings.some(asksForRefresh)) await engine.refresh(scene.process(1));
  const second = await again(scene, situation);
  if (kind.renewsAccount && situation.operation === "resume") await takeTheWayOut(scene, situation, second);
  else expect(second.error?.message).toBeUndefined();
  await expectConverged(scene, situation);
  expectReconnected(scene, situation, kind);
  expectSameInstance(after?.id ?? before?.id, emulator.instance(NAME)?.id, situation, kind);
  if (error === undefined) return "overcome";
  return error.name === "PartialFailure" ? "recorded in part" : "error, nothing recorded";
}

/** What the refusal names for a creation that was never answered, in an account whose token was renewed since. */
async function takeTheWayOut(scene: Scene, situation: Situation, { error }: Outcome): Promise<void> {
  expect(error?.message).toMatch(/`pulumi state delete`.*`adopt: true`/);
  scene.engine.forget();
  scene.declared = { ...scene.declared, adopt: true };
  expect((await again(scene, situation)).error?.message).toBeUndefined();
}

function mustOvercome(kind: FaultKind, situation: Situation): boolean {
  return !situation.isHopeless && (kind.isAbsorbed?.(situation) ?? false);
}

/** No orphan, no success that is none, and no instance read as deleted that is there. */
function expectNothingLost(scene: Scene, { operation }: Situation, kind: FaultKind, outcome: Outcome): void {
  const { engine, emulator } = scene;
  const instance = emulator.instance(NAME);
  const isClean =
    outcome.error === undefined && ((engine.state?.["warnings"] ?? []) as string[]).length === 0;
  if (kind.takesInstance) return;
  if (operation === "delete") {
    if (engine.state === undefined) expect(instance).toBeUndefined();
    return;
  }
  if (operation === "read") {
    expect(engine.state?.["name"], "what was read").toBe(NAME);
    return;
  }
  // A token that was changed meanwhile is no matter of the declaration.
  if (isClean) expectAsDeclared(instance, { ...scene.declared, token: undefined });
  if (operation !== "adopt" && engine.state === undefined) expect(instance, "an orphan").toBeUndefined();
  const routes = emulator.requests().map(({ route }) => route);
  expect(routes).not.toContain(DELETE);
}

/** A paired number is bound to the instance, not to its name: one that was created anew has lost it. */
function expectSameInstance(
  before: string | undefined,
  after: string | undefined,
  { operation }: Situation,
  kind: FaultKind,
): void {
  if (before === undefined || operation === "delete" || kind.takesInstance) return;
  expect(after, "the instance's id").toBe(before);
}

/** A changed proxy takes effect with the reconnection that follows it, which no configuration shows. */
function expectReconnected({ emulator }: Scene, { operation }: Situation, kind: FaultKind): void {
  if (!["adopt", "update", "withdraw"].includes(operation) || kind.takesInstance) return;
  expect(emulator.instance(NAME)?.state, "the connection").toBe("connected");
}

/** An instance that is gone takes a refresh, which the error has to say. */
function expectRefreshAdvised({ engine }: Scene, { error }: Outcome): void {
  if (engine.state !== undefined && error !== undefined) expect(error.message).toSatisfy(asksForRefresh);
}

function asksForRefresh(message: string): boolean {
  return message.includes("`pulumi refresh`");
}

/** As declared, and everybody agrees: the state, the service, the next diff, a refresh and the diff after it. */
async function expectConverged(scene: Scene, { operation }: Situation): Promise<void> {
  const { engine, emulator, declared } = scene;
  if (operation === "delete") {
    expect(engine.state).toBeUndefined();
    expect(emulator.instanceNames()).toEqual([]);
    return;
  }
  expect(emulator.instanceNames()).toEqual([NAME]);
  expectAsDeclared(emulator.instance(NAME), declared);
  expect(engine.state?.["warnings"]).toBeUndefined();
  expect(await engine.up(scene.process(1), declared)).toEqual({ did: "nothing" });
  expect(await engine.refresh(scene.process(1))).toEqual({ did: "refresh" });
  expectTrueState(scene, { did: "refresh" });
  expect(await engine.up(scene.process(1), declared)).toEqual({ did: "nothing" });
}
