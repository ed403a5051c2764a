import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, inject, onTestFinished, test } from "vitest";

import { startEmulator, type FaultRule } from "../emulator/emulator.mts";
import { everyBlock } from "../support/instance.mts";
import { checked, failureOf } from "../support/lifecycle.mts";
import { processFor } from "../support/provider-process.mts";
import { serviceFor } from "../support/service.mts";
import { Project, WITHOUT_CHECKPOINTS } from "./project.mts";
import { LIST, NEW, SET } from "./routes.mts";

/** No answer within a test, so that only an end of the wait can end the run. */
const WINDOW_SECONDS = 3_600;
const NAMES = ["deneb", "lyra", "orion", "vega"];

const cli = inject("pulumiCli");

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-faults-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test.for([{}, WITHOUT_CHECKPOINTS])(
  "Ctrl-C during a wait for the limit: an error per resource, and nothing lost %o",
  { timeout: 300_000 },
  async (environment) => {
    const db = join(await folder(), "emulator.db");
    const limited = await startEmulator({ db, limits: { create: 2 }, windowSeconds: WINDOW_SECONDS });
    onTestFinished(() => limited.close());
    const project = await Project.create(cli, limited, environment);
    onTestFinished(() => project.remove());
    await project.declare(NAMES.map((name) => ({ name })));

    const run = project.start("up");
    const isWaiting = () => run.output.includes("limit for new instances");
    while (!run.isOver && !(isWaiting() && limited.instanceNames().length === 2)) await sleep(20);
    run.interrupt();
    const { code, output } = await run.ended;
    const created = limited.instanceNames().sort();
    const waiting = NAMES.filter((name) => !created.includes(name));

    expect(code).not.toBe(0);
    expect(created).toHaveLength(2);
    for (const name of waiting) {
      expect(output).toMatch(
        new RegExp(`RyzeInstance \\(?${name}\\)?[^]*?cancelled before this could be sent`),
      );
    }
    expect(output).toContain("Run `pulumi up` again");
    expect(await project.recorded()).toEqual(created);
    expect((await project.state()).pendingOperations).toEqual([]);

    // The next minute, as it were: the same instances at the same address, with nothing used of the limit.
    const { url } = limited;
    await limited.close();
    const next = await startEmulator({ db, limits: false, port: Number(new URL(url).port) });
    onTestFinished(() => next.close());
    expect((await project.run("up")).code).toBe(0);
    expect(await project.recorded()).toEqual(NAMES);
    expect(next.instanceNames().sort()).toEqual(NAMES);
    expect(next.requests().filter(({ route }) => route === NEW)).toHaveLength(2);
  },
);

/** What the pause that is interrupted follows: the faults, and the requests up to it. */
const PAUSES: { before: string; faults: FaultRule[]; requests: string[] }[] = [
  {
    before: "a call is repeated",
    faults: [{ kind: "html", status: 502, route: LIST }],
    requests: [LIST],
  },
  {
    before: "a creation is tried again",
    faults: [{ kind: "drop-before", route: NEW }],
    requests: [LIST, NEW, LIST],
  },
  {
    before: "a block is sent again",
    faults: [
      { kind: "reject-block", block: "s3", message: "not now", times: 1 },
      { kind: "status", status: 503, route: SET.s3 },
    ],
    requests: [LIST, NEW, SET.s3],
  },
];

test.each(PAUSES)("Ctrl-C in the pause before $before ends it", async ({ faults, requests }) => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ limits: false });
  for (const rule of faults) emulator.fault(rule);
  const cancelling = new AbortController();
  // Pauses of minutes: this test ends in time only if they do not.
  const { instance: lifecycle } = processFor(emulator, {
    timeoutFactor: 1_000,
    cancelled: cancelling.signal,
  });
  const { s3 } = everyBlock(secrets, chatwootUrl);
  const ended = failureOf(lifecycle.create(checked(lifecycle, { name: "orion", s3 })));
  while (routes().length < requests.length) await sleep(5);
  cancelling.abort();
  const { message } = await ended;
  expect(message).toContain("cancelled before this could be sent. Run `pulumi up` again");
  expect(routes()).toEqual(requests);
});

test(
  "a creation that is pending after the death of a run: how it is taken over and cleared",
  { timeout: 300_000 },
  async () => {
    const emulator = await startEmulator({ limits: false });
    onTestFinished(() => emulator.close());
    emulator.fault({ kind: "delay", ms: 600_000, when: "after", route: NEW, times: 1 });
    const project = await Project.create(cli, emulator);
    onTestFinished(() => project.remove());
    await project.declare([{ name: "vega" }]);
    const run = project.start("up");
    while (!run.isOver && emulator.instanceNames().length === 0) await sleep(20);
    await run.kill("whole run");
    await run.ended;
    const id = emulator.instance("vega")?.id;

    const locked = await project.run("up");
    expect(locked.output).toMatch(/the stack is currently locked.*`pulumi cancel`/s);
    expect((await project.run("cancel", "--yes")).code).toBe(0);

    const refused = await project.run("up");
    expect(refused.output).toMatch(/pending operations from previous deployment/);
    expect(refused.output).toMatch(/"vega" exists already.*set `adopt: true`/s);
    await project.declare([{ name: "vega", adopt: true }]);
    expect((await project.run("up")).code).toBe(0);
    expect(emulator.instance("vega")?.id).toBe(id);

    // Pulumi goes on warning of the creation that it never heard of; this is what its warning asks for.
    expect((await project.state()).pendingOperations).toHaveLength(1);
    expect((await project.run("refresh", "--clear-pending-creates")).code).toBe(0);
    expect((await project.state()).pendingOperations).toEqual([]);
    await project.declare([{ name: "vega" }]);
    expect((await project.run("up")).output).not.toContain("pending operations");
    expect(emulator.instanceNames()).toEqual(["vega"]);
    expect(emulator.instance("vega")?.id).toBe(id);
  },
);
