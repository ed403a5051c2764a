import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { examples } from "./project.mts";

export const GITHUB = ["preview", "up", "drift"] as const;
export type Workflow = (typeof GITHUB)[number];

export const githubFile = (workflow: Workflow) => `.github/workflows/${workflow}.yml`;

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}

/** The script of a step and its environment, with `values` in the place of GitHub's expressions. */
export async function githubStep(workflow: Workflow, name: string, values: Record<string, string>) {
  const { env, jobs } = parse(await text(githubFile(workflow))) as {
    env: Record<string, string>;
    jobs: Record<string, { steps: Step[] }>;
  };
  const step = jobs[workflow]?.steps.find((each) => each.name === name);
  if (step?.run === undefined)
    throw new Error(`${githubFile(workflow)} has no step "${name}" that runs something.`);
  const environment = Object.entries({ ...env, ...step.env }).map(([key, value]) => [
    key,
    value.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const known = values[expression];
      if (known === undefined) throw new Error(`Nobody says what \${{ ${expression} }} is.`);
      return known;
    }),
  ]);
  return { script: step.run, environment: Object.fromEntries(environment) as Record<string, string> };
}

/** The script of a job of .gitlab-ci.yml, and the variables of that file. */
export async function gitlabJob(job: Workflow) {
  const pipeline = parse(await text(".gitlab-ci.yml")) as Record<Workflow, { script: string[] }> & {
    variables: Record<string, string>;
  };
  return { script: pipeline[job].script.join("\n"), environment: pipeline.variables };
}

export function text(file: string): Promise<string> {
  return readFile(join(examples, "gitops", file), "utf8");
}
