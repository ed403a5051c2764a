import { dirname, join } from "node:path";

import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { inject } from "vitest";

import { pathWithPlugin } from "../support/native.mts";
import { stackEnvironment, type TestStack } from "../support/stack.mts";

/** The stack of a test in the Automation API's own terms, for the options that `TestStack` has no method for. */
export async function stackOf(test: TestStack): Promise<Stack> {
  const cli = inject("pulumiCli");
  const [backend = "", workDir = ""] = test.directories;
  return await LocalWorkspace.createOrSelectStack(
    { stackName: "test", projectName: "test", program: () => test.program() },
    {
      workDir,
      pulumiHome: join(dirname(workDir), "home"),
      pulumiCommand: await PulumiCommand.get(),
      envVars: { ...cli.env, ...stackEnvironment(backend), PATH: pathWithPlugin(cli.env.PATH) },
    },
  );
}

/** What was planned for a resource: the operation, and the paths of the properties that differ. */
export interface Plan {
  readonly op: string;
  readonly paths: string[];
}

export function plansFor(events: readonly EngineEvent[], resource: string): Plan[] {
  return events.flatMap(({ resourcePreEvent, resOutputsEvent }) => {
    // What a refresh finds is known when it is done, all else is planned before.
    const found = resOutputsEvent?.metadata.op === "refresh" ? resOutputsEvent : resourcePreEvent;
    const { op, urn = "", detailedDiff } = found?.metadata ?? {};
    if (op === undefined || op === "same" || !urn.endsWith(`::${resource}`)) return [];
    if (op === "refresh" && found !== resOutputsEvent) return [];
    return [{ op, paths: Object.keys(detailedDiff ?? {}).sort() }];
  });
}
