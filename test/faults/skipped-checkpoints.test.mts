import { setTimeout as sleep } from "node:timers/promises";

import { expect, inject, onTestFinished, test } from "vitest";

import { serviceFor } from "../support/service.mts";
import { Project, WITHOUT_CHECKPOINTS } from "./project.mts";
import { NEW } from "./routes.mts";

const NAMES = ["deneb", "lyra", "orion", "vega"];
const DECLARED = NAMES.map((name) => ({ name }));

const cli = inject("pulumiCli");

test(
  "PULUMI_SKIP_CHECKPOINTS: what a killed `up` has created is not in the state, and is found again",
  { timeout: 300_000 },
  async () => {
    const { emulator } = await serviceFor({ limits: false });
    const project = await Project.create(cli, emulator, WITHOUT_CHECKPOINTS);
    onTestFinished(() => project.remove());
    await project.declare(DECLARED);
    emulator.fault({ kind: "delay", ms: 600_000, when: "before", route: NEW, after: 2 });
    const run = project.start("up", "--parallel", "1");
    while (!run.isOver && emulator.requests().filter(({ route }) => route === NEW).length < 3)
      await sleep(20);
    await run.kill("whole run");
    await run.ended;
    emulator.clearFaults();
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
