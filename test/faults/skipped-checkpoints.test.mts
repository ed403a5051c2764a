import { setTimeout as sleep } from "node:timers/promises";

import { expect, inject, onTestFinished, test } from "vitest";

import type { Emulator } from "../emulator/emulator.mts";
import { serviceFor } from "../support/service.mts";
import { Project, WITHOUT_CHECKPOINTS } from "./project.mts";
import { DELETE, NEW, SET } from "./routes.mts";

const NAMES = ["deneb", "lyra", "orion", "vega"];
const DECLARED = NAMES.map((name) => ({ name }));

const cli = inject("pulumiCli");

test(
  "PULUMI_SKIP_CHECKPOINTS: what a killed `up` has created is not in the state, and is found again",
  { timeout: 300_000 },
  async () => {
    const { emulator, project } = await declaredProject();
    await killedAfterTwo(project, emulator, "up", NEW);
    const [scanned = "", other = ""] = emulator.instanceNames();
    emulator.pair(scanned);
    const before = [scanned, other].map((name) => emulator.instance(name));
    expect(await project.recorded()).toEqual([]);

    await project.run("cancel", "--yes");
    await project.run("config", "set", "ryzeapi:adopt", "unpaired");
    const refused = await project.run("up");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(new RegExp(`"${scanned}" exists already.*set \`adopt: true\``, "s"));
    expect(refused.output).not.toContain(`"${other}" exists already`);
    expect(await project.recorded()).toEqual(NAMES.filter((name) => name !== scanned));

    await project.declare(DECLARED.map((each) => (each.name === scanned ? { ...each, adopt: true } : each)));
    expect((await project.run("up")).code).toBe(0);
    expect(await project.recorded()).toEqual(NAMES);
    expect([scanned, other].map((name) => emulator.instance(name))).toEqual(before);
  },
);

test(
  "PULUMI_SKIP_CHECKPOINTS: what a killed `up` has changed is sent once more, what a killed `destroy` has deleted is gone",
  { timeout: 300_000 },
  async () => {
    const { emulator, project } = await declaredProject();
    expect((await project.run("up")).code).toBe(0);
    const ids = NAMES.map((name) => emulator.instance(name)?.id);

    await project.declare(NAMES.map((name) => ({ name, settings: { autoRejectCalls: true } })));
    await killedAfterTwo(project, emulator, "up", SET.settings);
    await project.run("cancel", "--yes");
    emulator.clearRequests();
    expect((await project.run("up")).code).toBe(0);
    expect(emulator.requests().filter(({ route }) => route === SET.settings)).toHaveLength(NAMES.length);
    for (const name of NAMES)
      expect(emulator.instance(name)?.settings).toMatchObject({ autoRejectCalls: true });
    expect(NAMES.map((name) => emulator.instance(name)?.id)).toEqual(ids);

    await killedAfterTwo(project, emulator, "destroy", DELETE);
    expect(emulator.instanceNames()).toHaveLength(2);
    await project.run("cancel", "--yes");
    expect((await project.run("destroy")).code).toBe(0);
    expect([emulator.instanceNames(), await project.recorded()]).toEqual([[], []]);
  },
);

async function declaredProject(): Promise<{ emulator: Emulator; project: Project }> {
  const { emulator } = await serviceFor({ limits: false });
  const project = await Project.create(cli, emulator, WITHOUT_CHECKPOINTS);
  onTestFinished(() => project.remove());
  await project.declare(DECLARED);
  return { emulator, project };
}

/** Kills the whole run while a third request of the kind waits for its answer. */
async function killedAfterTwo(
  project: Project,
  emulator: Emulator,
  command: "up" | "destroy",
  kind: string,
): Promise<void> {
  emulator.clearRequests();
  emulator.fault({ kind: "delay", ms: 600_000, when: "before", route: kind, after: 2 });
  const run = project.start(command, "--parallel", "1");
  while (!run.isOver && emulator.requests().filter(({ route }) => route === kind).length < 3) await sleep(20);
  await run.kill("whole run");
  await run.ended;
  emulator.clearFaults();
}
