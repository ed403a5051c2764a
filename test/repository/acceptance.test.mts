import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { assert, describe, expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";

import { read } from "../docs/pages.mts";
import { repository, run } from "../package/packed.mts";

const TOKEN = "acc_acceptance";

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
  >;
}

describe("acceptance of a RyzeAPI that is only named", { timeout: 180_000 }, () => {
  test("asks that one, says what it leaves out, and leaves nothing behind", async () => {
    const service = await startRyzeApi();
    const file = join(service.folder, "report.json");
    // Of the instance's life only what takes a Chatwoot, and none is named.
    const chosen = ["-t", "import|adopt|neither|left out"];
    await run(
      "npx",
      [...ACCEPTANCE, ...chosen, "--reporter=json", `--outputFile=${file}`],
      repository,
      service.environment,
    );
    const { testResults } = JSON.parse(await readFile(file, "utf8")) as Report;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const named = (status: string) => results.filter((each) => each.status === status);
    expect(named("passed")).toHaveLength(3);
    expect(named("failed")).toEqual([]);
    const leftOut = named("skipped").filter(({ fullName }) =>
      fullName.endsWith("(left out: RYZEAPI_ACCEPTANCE_CHATWOOT_URL is not set)"),
    );
    expect(leftOut).toHaveLength(6);
    expect(await service.creations()).toBe(2);
    expect(await service.instances()).toEqual([]);
    expect(await service.ledgers()).toEqual([]);
  });

  test("that is killed leaves what `ryzeapi probe --sweep` finds", async () => {
    const service = await startRyzeApi();
    const killed = spawn("npx", [...ACCEPTANCE, "test/acceptance/existing.test.mts"], {
      ...{ cwd: repository, env: { ...process.env, ...service.environment } },
      ...{ detached: true, stdio: "ignore" as const },
    });
    const ended = once(killed, "exit");
    await vi.waitFor(async () => {
      expect(await service.instances()).toHaveLength(2);
    }, 60_000);
    process.kill(-(killed.pid ?? 0), "SIGKILL");
    await ended;
    expect(await service.ledgers()).toHaveLength(1);

    expect(await workflowStep("service", "Delete what is left", service.environment)).toContain(
      "Swept up what 1 run(s) have left.",
    );
    expect(await service.instances()).toEqual([]);
    expect(await service.ledgers()).toEqual([]);
  });
});

test("the workflow says so where there is no account to ask with", async () => {
  const folder = await temporaryFolder();
  const [GITHUB_OUTPUT, GITHUB_STEP_SUMMARY] = [join(folder, "output"), join(folder, "summary")];
  const look = async (TOKEN: string) => {
    for (const file of [GITHUB_OUTPUT, GITHUB_STEP_SUMMARY]) await writeFile(file, "");
    await workflowStep("account", "Look for the secret", { TOKEN, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY });
    return {
      output: await readFile(GITHUB_OUTPUT, "utf8"),
      summary: await readFile(GITHUB_STEP_SUMMARY, "utf8"),
    };
  };
  expect(await look("")).toEqual({
    output: "",
    summary: expect.stringMatching(/^Nothing was asked: /) as string,
  });
  expect(await look(TOKEN)).toEqual({ output: "found=true\n", summary: "" });
});

const ACCEPTANCE = ["vitest", "run", "--project", "acceptance-native"];

/** One in another process, of which its documented routes and its log of requests are asked. */
async function startRyzeApi() {
  const emulator = spawn(
    process.execPath,
    ["test/emulator/main.mts", "--port", "0", "--account-token", TOKEN, "--window", "1"],
    { cwd: repository, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void emulator.kill());
  const folder = await temporaryFolder();
  const url = await addressIn(emulator.stdout);
  const json = async <T,>(path: string) =>
    (await (await fetch(url + path, { headers: { token: TOKEN } })).json()) as T;
  return {
    folder,
    environment: {
      ...{ RYZEAPI_ACCEPTANCE_TOKEN: TOKEN, RYZEAPI_ACCEPTANCE_ENDPOINT: url },
      ...{ RYZEAPI_TOKEN: TOKEN, RYZEAPI_ENDPOINT: url, RYZEAPI_ACCEPTANCE_CHATWOOT_URL: "" },
      // What is killed leaves its folders.
      ...{ XDG_STATE_HOME: folder, TMPDIR: folder },
    },
    instances: async () => (await json<{ instances?: unknown[] }>("/api/instance/list")).instances ?? [],
    creations: async () =>
      (await json<{ route: string }[]>("/__emulator/requests")).filter(
        ({ route }) => route === "POST /api/instance/new",
      ).length,
    ledgers: () => readdir(join(folder, "pulumi-ryzeapi", "probe")),
  };
}

/** Runs a step as GitHub does, with the variables that it would have, and gives what it printed. */
async function workflowStep(job: string, name: string, environment: Record<string, string>): Promise<string> {
  const { jobs } = parse(read(".github/workflows/acceptance.yml")) as Workflow;
  const script = jobs[job]?.steps.find((step) => step.name === name)?.run;
  assert(script);
  return await run(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
    repository,
    environment,
  );
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [, url] = /^RyzeAPI emulator: (\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("The emulator ended without an address.");
}
