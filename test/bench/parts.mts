import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

import type { PulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { measureFleet } from "./cases.mts";
import { chartOfLimits } from "./chart.mts";
import { chartOfCommands } from "./commands/chart.mts";
import { measureCommands } from "./commands/measure.mts";
import {
  commandTable,
  costTable,
  formTable,
  growthTable as commandGrowth,
  requestTable,
} from "./commands/tables.mts";
import { judgeCommands } from "./commands/targets.mts";
import { baseline, OURS } from "./contenders.mts";
import { PARALLEL } from "./engine.mts";
import type { Measurement } from "./measurement.mts";
import type { Picture } from "./picture.mts";
import type { Conditions, Report } from "./report.mts";
import { Service, WINDOW_FACTOR, WINDOW_SECONDS } from "./service.mts";
import { measureStacks, STACKS_WINDOW_SECONDS, type StackMeasurement } from "./stacks/measure.mts";
import { stackTable } from "./stacks/tables.mts";
import { judgeStacks } from "./stacks/targets.mts";
import { measureStartUp } from "./start-up.mts";
import { fleetTable, growthTable, targetTable, type Table } from "./tables.mts";
import { judgeLimits } from "./targets.mts";

/** One part of the benchmark, measured. */
export interface Part {
  readonly name: PartName;
  readonly data: Report;
  readonly conditions: string;
  readonly picture?: Picture & { readonly file: string };
  /** The targets first. */
  readonly tables: readonly [Table, ...Table[]];
}

/** How much is measured. */
export interface Amount {
  readonly commandSizes: readonly number[];
  readonly rounds: number;
  readonly fleetSizes: readonly number[];
  readonly startUpPairs: number;
  readonly stackCounts: readonly number[];
  readonly stackSize: number;
}

/** The plain provider's waits grow with its requests: beyond this they would take longer than all the rest. */
const LARGEST_BASELINE = 100;

/** The parts by their names: what a user waits for, what the limits make of a fleet, and of several stacks of one account. */
export const PARTS = { commands: commandsPart, limits: limitsPart, stacks: stacksPart };

export type PartName = keyof typeof PARTS;

async function commandsPart(cli: PulumiCli, { commandSizes, rounds }: Amount): Promise<Part> {
  const [commands, conditions] = await timed(cli, { areLimited: false }, (service) =>
    measureCommands(service, cli, { sizes: commandSizes, rounds }),
  );
  return {
    name: "commands",
    data: { commands: { ...commands, conditions } },
    conditions: `${shown(conditions)}, ${rounds} rounds, state in files with a passphrase, no limits in the way.`,
    picture: { file: "docs/images/bench-commands.svg", ...chartOfCommands(commands) },
    tables: [
      targetTable(judgeCommands(commands)),
      commandTable(commands),
      commandGrowth(commands),
      formTable(commands),
      costTable(commands),
      requestTable(commands),
    ],
  };
}

async function limitsPart(cli: PulumiCli, { fleetSizes, startUpPairs }: Amount): Promise<Part> {
  const [measured, conditions] = await timed(cli, { areLimited: true }, async (service) => {
    const startUp = await measureStartUp(service, startUpPairs);
    const plain = await baseline();
    const fleets: Measurement[] = [];
    for (const size of fleetSizes) {
      fleets.push(...(await measureFleet(service, OURS, size)));
      if (size <= LARGEST_BASELINE) fleets.push(...(await measureFleet(service, plain, size)));
    }
    return { startUp, fleets };
  });
  const window = { seconds: WINDOW_SECONDS, factor: WINDOW_FACTOR };
  const limits = { window, parallel: PARALLEL, ...measured };
  return {
    name: "limits",
    data: { limits: { ...limits, conditions } },
    conditions: `${shown(conditions)}, ${PARALLEL} resources at once, windows of ${WINDOW_SECONDS} s.`,
    picture: { file: "docs/images/bench.svg", ...chartOfLimits(limits) },
    tables: [targetTable(judgeLimits(limits)), fleetTable(limits), growthTable(limits)],
  };
}

async function stacksPart(cli: PulumiCli, { stackCounts, stackSize }: Amount): Promise<Part> {
  const limited = { areLimited: true, windowSeconds: STACKS_WINDOW_SECONDS };
  const [measurements, conditions] = await timed(cli, limited, async (service) => {
    const measured: StackMeasurement[] = [];
    for (const stacks of stackCounts)
      measured.push(...(await measureStacks(service, { stacks, instances: stackSize })));
    return measured;
  });
  const stacks = { instances: stackSize, measurements };
  return {
    name: "stacks",
    data: { stacks: { ...stacks, conditions } },
    conditions: `${shown(conditions)}, ${PARALLEL} resources of each stack at once, windows of ${STACKS_WINDOW_SECONDS} s.`,
    tables: [targetTable(judgeStacks(stacks)), stackTable(stacks)],
  };
}

/** Measures beside a service of its own. */
async function timed<T>(
  cli: PulumiCli,
  service: Parameters<typeof Service.start>[0],
  measure: (service: Service) => Promise<T>,
): Promise<[T, Conditions]> {
  const start = performance.now();
  const started = await Service.start(service);
  try {
    const measured = await measure(started);
    const conditions = {
      cores: availableParallelism(),
      node: process.version,
      pulumi: sdkVersion(),
      cli: cli.version,
      tookSeconds: Math.round((performance.now() - start) / 1_000),
    };
    return [measured, conditions];
  } finally {
    started.stop();
  }
}

function shown({ cores, node, pulumi, cli, tookSeconds }: Conditions): string {
  return (
    `Measured in ${Math.round(tookSeconds / 60)} minutes on ${cores} cores with Node.js ${node}, @pulumi/pulumi ${pulumi} and the ` +
    `Pulumi CLI ${cli}`
  );
}

function sdkVersion(): string {
  const manifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
