import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

import { pulumiCli } from "../../scripts/pulumi-cli/find.mts";
import { PARTS, type Part, type PartName } from "./parts.mts";
import { say } from "./progress.mts";
import { publish } from "./publish.mts";
import { asText } from "./tables.mts";

const usage = `Usage: npm run bench -- [--only PART]… [--sizes N,N,…] [--fleets N,N,…] [--stacks N,N,…] [--rounds N] [--quick]

Measures on the RyzeAPI emulator, and writes docs/bench.json, the pictures in docs/images and the figures in docs/scale.md.

  --only PART     commands: what a user of the real CLI waits for, beside the engine's floor
                  limits: what RyzeAPI's limits make of a fleet, beside a plain provider
                  stacks: what the limits make of several stacks of one account that are deployed at once
                  (default: all of these, one after the other)
  --sizes N,N,…   sizes of the stacks of "commands" (default: 1,2,20,100,300)
  --fleets N,N,…  sizes of the fleets of "limits" (default: 1,20,100,500,2000; the plain provider runs up to 100)
  --stacks N,N,…  numbers of stacks of "stacks", of 100 instances each (default: 1,4,8)
  --rounds N      how often each command is run (default: 3)
  --quick         few repetitions, and nothing is written
  --help          this text
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: Object.keys(PARTS) },
    sizes: { type: "string", default: "1,2,20,100,300" },
    fleets: { type: "string", default: "1,20,100,500,2000" },
    stacks: { type: "string", default: "1,4,8" },
    rounds: { type: "string", default: "3" },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  process.stdout.write(usage);
} else {
  await run();
}

async function run(): Promise<void> {
  const names = options.only.map(partNamed);
  const provider = builtProvider();
  const cli = await pulumiCli({ report: say });
  const amount = {
    commandSizes: numbersIn("--sizes", options.sizes),
    rounds: options.quick ? 1 : (numbersIn("--rounds", options.rounds)[0] ?? 1),
    fleetSizes: numbersIn("--fleets", options.fleets),
    startUpPairs: options.quick ? 5 : 15,
    stackCounts: numbersIn("--stacks", options.stacks),
    stackSize: options.quick ? 20 : 100,
  };
  const parts: Part[] = [];
  for (const name of names) {
    const part = await PARTS[name](cli, amount);
    process.stdout.write(`${part.tables.map(asText).join("\n")}\n${part.conditions}\n`);
    parts.push(part);
  }
  if (builtProvider() !== provider) {
    say("The provider was built anew meanwhile, so these figures are of no one version; nothing is written.");
    process.exitCode = 1;
  } else if (!options.quick) await publish(parts);
}

function partNamed(name: string): PartName {
  if (Object.hasOwn(PARTS, name)) return name as PartName;
  throw new Error(`--only takes ${Object.keys(PARTS).join(" or ")}, not "${name}".`);
}

function numbersIn(option: string, text: string): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number > 0)) return numbers;
  throw new Error(`${option} takes whole numbers above 0, such as 1,20,100, not "${text}".`);
}

function builtProvider(): string {
  return readFileSync(createRequire(import.meta.url).resolve("pulumi-ryzeapi/provider"), "utf8");
}
