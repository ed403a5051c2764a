import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { pulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { measureFleet } from "./cases.mts";
import { measureCli } from "./cli.mts";
import { baseline, OURS } from "./contenders.mts";
import { PARALLEL } from "./engine.mts";
import type { Measurement } from "./measurement.mts";
import { say } from "./progress.mts";
import { publish } from "./publish.mts";
import type { Report } from "./report.mts";
import { Service, WINDOW_FACTOR, WINDOW_SECONDS } from "./service.mts";
import { measureStartUp } from "./start-up.mts";
import { asText, tablesOf } from "./tables.mts";
import { judge } from "./targets.mts";

/** The baseline's waits grow with its requests: beyond this they would take longer than all the rest. */
const LARGEST_BASELINE = 100;

const usage = `Usage: npm run bench -- [--sizes 1,20,100] [--quick]

Measures the provider and a plain one on the RyzeAPI emulator, and writes docs/bench.json, docs/images/bench.svg and the
figures in docs/scale.md.

  --sizes N,N,…  sizes of the fleets (default: 1,20,100,500,2000; the plain provider runs up to 100)
  --quick        few repetitions, and nothing is written
  --help         this text
`;

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "1,20,100,500,2000" },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  process.stdout.write(usage);
} else {
  const provider = builtProvider();
  const report = await measure(sizesIn(options.sizes), options.quick);
  process.stdout.write(`${tablesOf(report).map(asText).join("\n")}\n${summary(report)}\n`);
  if (builtProvider() !== provider) {
    say("The provider was built anew meanwhile, so these figures are of no one version; nothing is written.");
    process.exitCode = 1;
  } else if (!options.quick) await publish(report);
}

async function measure(sizes: readonly number[], quick: boolean): Promise<Report> {
  const start = performance.now();
  const cli = await pulumiCli({ report: say });
  const service = await Service.start();
  try {
    const startUp = await measureStartUp(service, quick ? 5 : 15);
    const cliResult = await measureCli(service, cli, quick ? 2 : 20);
    const plain = await baseline();
    const fleets: Measurement[] = [];
    for (const size of sizes) {
      fleets.push(...(await measureFleet(service, OURS, size)));
      if (size <= LARGEST_BASELINE) fleets.push(...(await measureFleet(service, plain, size)));
    }
    const measured = { startUp, cli: cliResult, fleets };
    return {
      machine: { cores: availableParallelism(), node: process.version, pulumi: pulumiVersion() },
      window: { seconds: WINDOW_SECONDS, factor: WINDOW_FACTOR },
      parallel: PARALLEL,
      tookSeconds: Math.round((performance.now() - start) / 1_000),
      ...measured,
      targets: judge(measured),
    };
  } finally {
    service.stop();
  }
}

function sizesIn(text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new Error(`--sizes takes whole numbers above 0, such as 1,20,100, not "${text}".`);
}

function summary({ machine, window, tookSeconds, parallel }: Report): string {
  return (
    `${machine.cores} cores, Node.js ${machine.node}, @pulumi/pulumi ${machine.pulumi}, ${parallel} resources at once. ` +
    `A rate-limit window is ${window.seconds} s instead of 60 s (factor ${window.factor}); work is not shortened. ` +
    `This took ${Math.floor(tookSeconds / 60)} min ${tookSeconds % 60} s.`
  );
}

function builtProvider(): string {
  return readFileSync(createRequire(import.meta.url).resolve("pulumi-ryzeapi/provider"), "utf8");
}

function pulumiVersion(): string {
  const manifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
