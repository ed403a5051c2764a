import { afterAll, expect, test, vi } from "vitest";

import { omit, type Values } from "../../provider/values.ts";
import { processFor } from "../support/provider-process.mts";
import { expectAbsent } from "../support/secrets.mts";
import type { Process } from "../support/stack-state.mts";
import { casesOf, chosenOf } from "./cases.mts";
import type { Outcome } from "./engine.mts";
import type { FaultKind } from "./kinds.mts";
import { GET, LIST, SET } from "./routes.mts";
import { NAME, Scene } from "./scene.mts";
import { IS_FULL, print, SEED } from "./selection.mts";
import type { Situation } from "./situations.mts";
import { expectClear } from "./truth.mts";

/** The fault matrix of RyzeWebhook, a webhook beside the `default` one. */
const SITUATIONS: readonly Situation[] = [
  { operation: "create", route: GET.webhook },
  { operation: "create", route: SET.webhook, precededBy: GET.webhook },
  { operation: "read", route: GET.webhook },
  { operation: "update", route: SET.webhook },
  { operation: "delete", route: LIST },
  { operation: "delete", route: SET.webhook, precededBy: LIST },
];
const LABEL = "audit";
const PART = 8;

const cases = casesOf(SITUATIONS);
const chosen = chosenOf(cases, PART);
let overcome = 0;

afterAll(() => {
  print(
    `Fault matrix of RyzeWebhook: ${chosen.length} of ${cases.length} cases, seed ${SEED}`,
    `  ${overcome} overcome, the others ended in an error`,
  );
});

vi.setConfig({ maxConcurrency: IS_FULL ? 24 : 8, testTimeout: 400_000 });
for (const { title, situation, kind } of chosen) {
  test.concurrent(title, async () => {
    const scene = await Scene.start({ ...kind.options });
    try {
      await run(scene, situation, kind);
    } finally {
      await scene.close();
    }
  });
}

async function run(scene: Scene, situation: Situation, kind: FaultKind): Promise<void> {
  const { emulator, engine, secrets } = scene;
  const { operation, route } = situation;
  await scene.createByHand({ name: NAME, token: secrets.instanceToken });
  scene.pair();
  const { id } = emulator.instance(NAME) ?? expect.fail("no instance");
  if (operation !== "create") await engine.up(processOf(scene, 1), declaredIn(scene, 1));
  if (operation === "read") {
    emulator.patchInstance(NAME, { webhooks: { [LABEL]: { url: "https://somebody-elses.example.com" } } });
  }
  const declared = declaredIn(scene, operation === "update" ? 2 : 1);
  emulator.clearRequests();
  kind.strike(scene, situation);
  const outcome = await operate(scene, situation, processOf(scene, kind.factor ?? 0.05), declared);

  if (!kind.isUnseen) expect(emulator.requests().map((each) => each.route)).toContain(route);
  const { error } = outcome;
  if (error === undefined) overcome += 1;
  else expectClear(scene, error);
  if (kind.isAbsorbed?.(situation)) expect(error?.message).toBeUndefined();
  if (kind.takesInstance && error !== undefined) expect(error.message).toContain("`pulumi refresh`");
  if (!kind.takesInstance) expectTrue(scene, situation, outcome, declared);

  emulator.clearFaults();
  await kind.lift?.(scene);
  if (kind.takesInstance) {
    await scene.createByHand({ name: NAME, token: secrets.instanceToken });
    await engine.refresh(processOf(scene, 1));
  }
  const again = await operate(scene, situation, processOf(scene, 1), declared);
  expect(again.error?.message).toBeUndefined();
  await expectConverged(scene, situation, declared);
  if (!kind.takesInstance) expect(emulator.instance(NAME)?.id, "the instance's id").toBe(id);
}

async function operate(
  { engine }: Scene,
  { operation }: Situation,
  process: Process,
  declared: Declaration,
): Promise<Outcome> {
  if (operation === "delete") return await engine.destroy(process);
  return operation === "read" ? await engine.refresh(process) : await engine.up(process, declared);
}

type Declaration = ReturnType<typeof declaredIn>;

function declaredIn({ secrets }: Scene, version: number) {
  return {
    instance: NAME,
    label: LABEL,
    token: secrets.instanceToken,
    enabled: true,
    url: `https://app.example.com/audit/${version}`,
    authorization: secrets.webhookAuthorization,
    events: ["call.update"],
    byEvents: true,
    mediaBase64: true,
  };
}

function processOf({ front, configuredToken }: Scene, factor: number): Process {
  return processFor({ url: front.url, accountToken: configuredToken }, { timeoutFactor: factor }).webhook;
}

/** A success is one, and the state claims nothing that is not so. */
function expectTrue(
  { emulator, engine, secrets }: Scene,
  { operation }: Situation,
  { error }: Outcome,
  declared: Declaration,
): void {
  const row = emulator.instance(NAME)?.webhooks[LABEL];
  if (operation === "delete") {
    if (engine.state === undefined) expect(row).toMatchObject({ enabled: false });
    return;
  }
  if (operation === "read") expect(engine.state, "what was read").toBeDefined();
  const observed = (engine.state?.["observed"] ?? {}) as Values;
  expectAbsent(secrets, { "what is shown of the state": JSON.stringify(observed) });
  if (error === undefined && operation !== "read") expect(row).toMatchObject(stored(declared));
  if (error === undefined || error.name === "PartialFailure")
    expect(row ?? { enabled: false }).toMatchObject(omit(observed, ["error"]));
  if (operation === "create" && engine.state === undefined)
    expect(row?.enabled ?? false, "an orphan").toBe(false);
}

async function expectConverged(scene: Scene, { operation }: Situation, declared: Declaration): Promise<void> {
  const { emulator, engine } = scene;
  if (operation === "delete") {
    expect(engine.state).toBeUndefined();
    expect(emulator.instance(NAME)?.webhooks[LABEL]?.enabled ?? false).toBe(false);
    return;
  }
  if (operation === "read") expect((await engine.up(processOf(scene, 1), declared)).error).toBeUndefined();
  expect(emulator.instance(NAME)?.webhooks).toMatchObject({ [LABEL]: stored(declared) });
  expect(await engine.up(processOf(scene, 1), declared)).toEqual({ did: "nothing" });
  expect(await engine.refresh(processOf(scene, 1))).toEqual({ did: "refresh" });
  expect(await engine.up(processOf(scene, 1), declared)).toEqual({ did: "nothing" });
}

function stored({ url, authorization, events }: Declaration) {
  return { enabled: true, url, authorization, events, byEvents: true, mediaBase64: true };
}
