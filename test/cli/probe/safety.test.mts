import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { NoAnswerError } from "../../../cli/probe/asking.ts";
import { Ledger } from "../../../cli/probe/ledger.ts";
import { sweep } from "../../../cli/probe/sweep.ts";
import { InterruptedError } from "../../../cli/prompt.ts";
import type { EmulatorOptions, Readings } from "../../emulator/emulator.mts";
import { send } from "../../emulator/helpers.mts";
import { CREATE, LIST } from "../../support/service.mts";
import { COMMAND, environmentFor, ryzeapi } from "../command.mts";
import { onOwnClock, OTHERS, sceneFor, type Scene } from "./probing.mts";

const SEED = Number(process.env["RYZEAPI_PROBE_SEED"] ?? randomInt(2 ** 31));
const DELETE = "DELETE /api/instance/delete/:instance";
const INBOX_OF_OTHERS = "Support";

/** An account with instances, and a Chatwoot with an inbox, whose every byte can be looked at. */
async function storedScene(options: EmulatorOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ryze-probe-db-"));
  const db = join(folder, "ryzeapi.db");
  const scene = await sceneFor({ ...options, db });
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const inboxes = `${scene.chatwoot.url}/api/v1/accounts/1/inboxes`;
  await fetch(inboxes, {
    method: "POST",
    headers: { api_access_token: "cw_demo" },
    body: JSON.stringify({ name: INBOX_OF_OTHERS, channel: { type: "api" } }),
  });
  const stored = () => {
    const database = new DatabaseSync(db, { readOnly: true });
    const rows = ["instances", "blocks"].map((table) => database.prepare(`SELECT * FROM ${table}`).all());
    database.close();
    return { rows, inboxes: scene.chatwoot.inboxes().map(({ name }) => name) };
  };
  return { scene, stored };
}

function sweepIn({ order, surroundings }: Scene) {
  return sweep(order.account, order.ledgers, order.chatwoot, surroundings);
}

function ledgersIn({ ledgers }: Scene): string[] {
  return readdirSync(ledgers);
}

describe("on a clock of its own", () => {
  onOwnClock();

  test("what others have is byte for byte the same afterwards", async () => {
    const { scene, stored } = await storedScene();
    const before = stored();
    const outcome = await scene.probe();
    expect(outcome.endedBy).toBeUndefined();
    expect(outcome.left).toEqual({ instances: [], inboxes: [] });
    expect(stored()).toEqual(before);
    expect(before.rows.map((rows) => rows.length)).toEqual([4, 4]);
    expect(ledgersIn(scene)).toEqual([]);
  });

  test("it sends no more than it says, and changes nothing but its own", async () => {
    const { emulator, probe } = await sceneFor();
    const { evidence, sent } = await probe();
    const requests = emulator.requests();
    const created = requests.filter(({ route }) => route === CREATE);
    expect(created.length).toBeLessThanOrEqual(6);
    expect(requests.length - created.length).toBeLessThanOrEqual(80);
    expect(sent.creations).toBe(created.length);
    const changes = requests.filter(({ method }) => method !== "GET");
    const names = changes.map(({ path, body }) =>
      path === "/api/instance/new"
        ? (body as { name: string }).name
        : decodeURIComponent(path.split("/").at(-1) ?? ""),
    );
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !name.startsWith(`ryze-probe-${evidence.own.run}-`))).toEqual([]);
  });

  test("without --write nothing is sent but GET, and nothing is left on the disk", async () => {
    const { emulator, probe, ledgers } = await sceneFor();
    await probe({ write: false, chatwoot: undefined });
    expect(new Set(emulator.requests().map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(readdirSync(ledgers)).toEqual([]);
  });

  test("a name stands in the ledger before the service hears of it", async () => {
    const { emulator, probe, ledgers } = await sceneFor();
    emulator.fault({ kind: "drop-before", route: CREATE });
    const { endedBy } = await probe();
    expect(endedBy).toBeInstanceOf(NoAnswerError);
    const [file = ""] = readdirSync(ledgers);
    expect(file).toMatch(/^[0-9a-f]{10}\.jsonl$/);
  });

  test.each([
    ["was cut off", { kind: "drop-after", route: CREATE, times: 1 }],
    ["lands late", { kind: "land-late", answer: "drop", requests: 12 }],
  ] as const)("a creation whose answer %s is found by a sweep", async (_, fault) => {
    const { scene, stored } = await storedScene();
    const before = stored();
    scene.emulator.fault(fault);
    const outcome = await scene.probe();
    expect(outcome.endedBy).toBeInstanceOf(NoAnswerError);
    expect(outcome.leftOpen).toBe(true);
    for (let asked = 0; asked < 12; asked += 1) await send(scene.emulator, "GET /api/instance/list");
    const { runs, left } = await sweepIn(scene);
    expect(runs).toBe(1);
    expect(left.instances).toEqual([]);
    expect(stored()).toEqual(before);
    expect(ledgersIn(scene)).toEqual([]);
  });

  test("a ledger that names something else does not make a sweep delete it", async () => {
    const { scene, stored } = await storedScene();
    const before = stored();
    const ledger = Ledger.begin(scene.ledgers, "0123456789", scene.order.account);
    ledger.addInstance("ryze-probe-0123456789-Main");
    for (const instance of ["orion", "ryze-probe", ""]) {
      appendFileSync(ledger.file, `${JSON.stringify({ account: "", instance })}\n{"account": "cut o\n`);
    }
    await sweepIn(scene);
    expect(stored()).toEqual(before);
    const deleted = scene.emulator.requests().filter(({ route }) => route === DELETE);
    expect(deleted.map(({ path }) => path)).toEqual(["/api/instance/delete/ryze-probe-0123456789-Main"]);
  });

  test("Ctrl-C during a creation waits for its answer, and takes it back", async () => {
    const { scene, stored } = await storedScene();
    const before = stored();
    scene.emulator.fault({ kind: "delay", route: CREATE, ms: 200, times: 1 });
    const interruption = new AbortController();
    const run = scene.probe({}, { signal: interruption.signal });
    await vi.waitFor(() => {
      expect(scene.emulator.requests().map(({ route }) => route)).toContain(CREATE);
    });
    interruption.abort();
    const outcome = await run;
    expect(outcome.endedBy).toBeInstanceOf(InterruptedError);
    expect(outcome.left.instances).toEqual([]);
    await sleep(250);
    expect(stored()).toEqual(before);
  });

  test("Ctrl-C ends a wait for a limit, and cleans up", async () => {
    const { scene, stored } = await storedScene();
    const before = stored();
    const interruption = new AbortController();
    const { clock } = scene.surroundings;
    const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
      if (signal === undefined) {
        await clock.pause(milliseconds);
        return;
      }
      setTimeout(() => {
        interruption.abort();
      }, 10);
      await once(signal, "abort");
      signal.throwIfAborted();
    };
    const { signal } = interruption;
    const outcome = await scene.probe({}, { signal, clock: { ...clock, pause } });
    expect(outcome.endedBy).toBeInstanceOf(InterruptedError);
    expect(outcome.sent.creations).toBe(6);
    expect(stored()).toEqual(before);
  });

  test.each(["as-sent", "lower-case", "trimmed", "nfc"] as const)(
    "a sweep finds a name that the service has changed: %s",
    async (names) => {
      const { scene, stored } = await storedScene({ readings: { names } });
      const before = stored();
      const name = "ryze-probe-0123456789-Nam\u0065\u0301 ";
      Ledger.begin(scene.ledgers, "0123456789", scene.order.account).addInstance(name);
      await send(scene.emulator, CREATE, { name });
      expect(stored()).not.toEqual(before);
      await sweepIn(scene);
      expect(stored()).toEqual(before);
    },
  );

  test.each(["/instance/name", "/instance"])(
    "nothing is written to an instance that a creation's %s names",
    async (path) => {
      const { scene, stored } = await storedScene();
      const before = stored();
      const value = path === "/instance" ? { name: "orion", token: "token-of-orion" } : "orion";
      scene.emulator.fault({ kind: "edit-json", route: CREATE, path, value });
      await scene.probe();
      expect(stored()).toEqual(before);
      const changes = scene.emulator.requests().filter(({ method }) => method !== "GET");
      expect(changes.filter(({ path: asked }) => asked.endsWith("/orion"))).toEqual([]);
      expect(changes.length).toBeGreaterThan(20);
    },
  );

  test("one deletion that gets no answer is no reason to leave the others", async () => {
    const { scene, stored } = await storedScene();
    const before = stored();
    scene.emulator.fault({ kind: "drop-before", route: DELETE, times: 2 });
    const { left } = await scene.probe();
    expect(left.instances).toEqual([]);
    expect(stored()).toEqual(before);
  });

  test("a list that ignores its filter does not make a sweep delete what it shows", async () => {
    const { scene, stored } = await storedScene();
    const before = stored();
    const name = "ryze-probe-0123456789-Main";
    Ledger.begin(scene.ledgers, "0123456789", scene.order.account).addInstance(name);
    const shown = [...OTHERS, name].map((each) => ({ name: each }));
    const text = JSON.stringify({ success: true, instances: shown });
    scene.emulator.fault({ kind: "raw-body", route: LIST, text });
    expect((await sweepIn(scene)).left.instances).toEqual([name]);
    expect(stored()).toEqual(before);
    const deleted = scene.emulator.requests().filter(({ route }) => route === DELETE);
    expect(new Set(deleted.map(({ path }) => path))).toEqual(new Set([`/api/instance/delete/${name}`]));
  });

  test("a sweep leaves the ledgers of other accounts alone", async () => {
    const scene = await sceneFor();
    const account = { ...scene.order.account, token: "acc_of_somebody" };
    Ledger.begin(scene.ledgers, "0123456789", account).addInstance("ryze-probe-0123456789-Main");
    expect(await sweepIn(scene)).toMatchObject({ runs: 0, others: 1 });
    expect(scene.emulator.requests()).toEqual([]);
    expect(ledgersIn(scene)).toHaveLength(1);
  });
});

/** Readings that stand in the way of who looks for an instance. */
const obstacles: fc.Arbitrary<Partial<Readings>> = fc.record({
  names: fc.constantFrom("as-sent", "lower-case", "trimmed", "nfc"),
  listCap: fc.constantFrom(0, 1, 3),
  listAbsence: fc.constantFrom("404-other-words", "empty"),
  refusals: fc.constantFrom("status", "ok-false"),
  emptyList: fc.constantFrom("array", "null", "absent"),
});

const LONGEST_RUN = 65;

test(`kill -9 at 20 drawn moments, each with a sweep, leaves nothing (RYZEAPI_PROBE_SEED=${SEED})`, async () => {
  const { scene, stored } = await storedScene({ limits: false });
  const { emulator, order } = scene;
  const before = stored();
  const moments = fc.sample(fc.tuple(fc.integer({ min: 8, max: LONGEST_RUN }), obstacles), {
    seed: SEED,
    numRuns: 20,
  });
  let found = 0;
  for (const [moment, readings] of moments) {
    Object.assign(emulator.readings, readings);
    emulator.clearRequests();
    const args = ["probe", "--write", "--ledger", order.ledgers, "--chatwoot", order.chatwoot?.url ?? ""];
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: order.ledgers,
      env: { ...environmentFor(emulator), CHATWOOT_TOKEN: "cw_demo" },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    while (emulator.requests().length < moment && child.exitCode === null) await sleep(1);
    child.kill("SIGKILL");
    await ended;
    found += emulator.instanceNames().length - 4;
    await sweepIn(scene);
    expect(stored(), `after ${moment} requests under ${JSON.stringify(readings)}`).toEqual(before);
    expect(ledgersIn(scene).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
  }
  expect(found).toBeGreaterThan(20);
}, 60_000);

test.each([12, 30, 55])("Ctrl-C after %i requests takes everything back", async (moment) => {
  const { scene, stored } = await storedScene({ limits: false });
  const before = stored();
  const { emulator, order } = scene;
  const args = ["probe", "--write", "--ledger", order.ledgers, "--chatwoot", order.chatwoot?.url ?? ""];
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: order.ledgers,
    env: { ...environmentFor(emulator), CHATWOOT_TOKEN: "cw_demo" },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  while (emulator.requests().length < moment) await sleep(1);
  child.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(stored()).toEqual(before);
  expect(ledgersIn(scene)).toEqual([]);
});

test("the command sweeps up, and says so", async () => {
  const scene = await sceneFor({ limits: false });
  const ledger = Ledger.begin(scene.ledgers, "0123456789", scene.order.account);
  ledger.addInstance("ryze-probe-0123456789-Main");
  await send(scene.emulator, CREATE, { name: "ryze-probe-0123456789-Main" });
  const args = ["probe", "--sweep", "--ledger", scene.ledgers];
  const settings = { env: environmentFor(scene.emulator), cwd: scene.ledgers };
  expect(await ryzeapi(args, settings)).toEqual({
    code: 0,
    stdout: "Swept up what 1 run(s) have left.\n",
    stderr:
      "Sweep: looks for these instances, and deletes those that are there: ryze-probe-0123456789-Main.\n",
  });
  expect(scene.emulator.instanceNames()).not.toContain("ryze-probe-0123456789-Main");
  const { stdout } = await ryzeapi(args, settings);
  expect(stdout).toBe("Nothing is left of any probe.\n");
});
