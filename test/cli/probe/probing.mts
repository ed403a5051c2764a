import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, onTestFinished, vi } from "vitest";

import { reportOf, type Report } from "../../../cli/probe/report.ts";
import { probe, type Order, type Outcome, type Surroundings } from "../../../cli/probe/run.ts";
import { startChatwoot, type ChatwootStandIn } from "../../emulator/chatwoot-standin.mts";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator/emulator.mts";
import { send } from "../../emulator/helpers.mts";
import { defaultReadings } from "../../emulator/readings.mts";

/** Instances of somebody, which are none of the probe's business. */
export const OTHERS = ["orion", "vega", "ryze-probe", "ryze-probe-kept"];

/**
 * Time passes only where the probe waits: the emulator's windows and the probe's pauses are on one clock, so that the
 * documented limits hold and no test takes longer for them.
 */
export function onOwnClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2030-01-01T00:00:20.400Z") });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

const clock: Surroundings["clock"] = {
  now: () => Date.now(),
  pause: (milliseconds) => {
    vi.setSystemTime(Date.now() + milliseconds);
    return Promise.resolve();
  },
};

/** A RyzeAPI whose account has instances of others, a Chatwoot, and a probe that runs in this process. */
export interface Scene {
  readonly emulator: Emulator;
  readonly chatwoot: ChatwootStandIn;
  readonly ledgers: string;
  /** What the probe said while it ran. */
  readonly notices: string[];
  readonly surroundings: Surroundings;
  readonly order: Order;
  readonly probe: (order?: Partial<Order>, surroundings?: Partial<Surroundings>) => Promise<Outcome>;
  readonly report: (order?: Partial<Order>) => Promise<Report>;
  readonly close: () => Promise<void>;
}

export async function startScene(options: EmulatorOptions = {}, others = OTHERS): Promise<Scene> {
  const emulator = await startEmulator({
    ...options,
    readings: { ...defaultReadings(), ...options.readings },
  });
  const chatwoot = await startChatwoot();
  const ledgers = mkdtempSync(join(tmpdir(), "ryze-probe-"));
  for (const name of others) await createOther(emulator, name);
  emulator.clearRequests();
  const account = { token: emulator.accountToken, endpoint: emulator.url };
  const access = { url: chatwoot.url, accountId: 1, token: "cw_demo" };
  const usual: Order = { account, write: true, chatwoot: access, quota: false, ledgers };
  const notices: string[] = [];
  const { signal } = new AbortController();
  const around: Surroundings = { clock, notice: (line) => notices.push(line), signal };
  const run: Scene["probe"] = (order, surroundings) =>
    probe({ ...usual, ...order }, { ...around, ...surroundings });
  return {
    ...{ emulator, chatwoot, ledgers, notices, surroundings: around, order: usual, probe: run },
    report: async (order) => reportOf(await run(order), account),
    close: async () => {
      await emulator.close();
      await chatwoot.close();
      rmSync(ledgers, { recursive: true });
    },
  };
}

/** A scene for one test. */
export async function sceneFor(options?: EmulatorOptions, others?: string[]): Promise<Scene> {
  const scene = await startScene(options, others);
  onTestFinished(() => scene.close());
  return scene;
}

/** A scene for one of the many cases of a test. */
export async function withScene(
  options: EmulatorOptions,
  use: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await startScene(options);
  try {
    await use(scene);
  } finally {
    await scene.close();
  }
}

/** With secrets and a number of its own. */
export async function createOther(emulator: Emulator, name: string): Promise<void> {
  await send(emulator, "POST /api/instance/new", {
    name,
    token: `token-of-${name}`,
    webhookEnabled: true,
    webhookURL: `https://${name}.example.com/secret-path`,
    webhookAuthorization: `Bearer authorization-of-${name}`,
  });
  emulator.pair(name, "5511987654321@s.whatsapp.net");
}

/** What a report says of each reading, without the question. */
export function findingsIn({ readings }: Report): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(readings).map(([key, finding]) => [key, { ...finding, asks: undefined }]),
  );
}
