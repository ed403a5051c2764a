import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { generate } from "selfsigned";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator/emulator.mts";
import { create } from "../emulator/helpers.mts";
import { environmentFor, ryzeapi, type Outcome } from "./command.mts";
import { projectWith, type Project } from "./project.mts";

interface Finding {
  readonly check: string;
  readonly result: string;
  readonly found: string;
  readonly todo?: string;
}

/** Each check's result in the order in which they are told. */
function resultsIn({ stdout }: Outcome): Record<string, string> {
  const findings = JSON.parse(stdout) as Finding[];
  return Object.fromEntries(findings.map(({ check, result }) => [check, result]));
}

function findingIn({ stdout }: Outcome, check: string): Finding {
  const found = (JSON.parse(stdout) as Finding[]).find((finding) => finding.check === check);
  if (found === undefined) throw new Error(`nothing is said of ${check}`);
  return found;
}

async function emulatorFor(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Outside of any project; the account is the emulator's. */
async function doctorAt(emulator: Emulator, env: Record<string, string> = {}): Promise<Outcome> {
  return await ryzeapi(["doctor", "--json"], { env: { ...environmentFor(emulator), ...env }, cwd: tmpdir() });
}

describe("in the folder of a project", () => {
  let project: Project;
  beforeAll(async () => {
    project = await projectWith([], {});
  });

  test("says what is there, with reads alone, and repeats no secret", async () => {
    const emulator = await emulatorFor();
    await create(emulator, "orion");
    await project.pulumi("config", "set", "--secret", "ryzeapi:token", emulator.accountToken);
    await project.pulumi("config", "set", "ryzeapi:endpoint", emulator.url);
    const env = { ...environmentFor(emulator), ...project.env, RYZEAPI_TOKEN: "", RYZEAPI_ENDPOINT: "" };
    emulator.clearRequests();
    const { code, stdout, stderr } = await ryzeapi(["doctor"], { env, cwd: project.folder });
    expect(stderr).toBe("");
    expect(stdout.split("\n").map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(/^✓ node {11}Node\.js \d+\.\d+\.\d+$/),
      expect.stringMatching(/^✓ cli {12}Pulumi CLI \d+\.\d+\.\d+$/),
      "? sdk            no package.json in this folder, so no program of Node.js",
      "✓ stack          dev",
      "✓ configuration  ryzeapi:token of dev, encrypted",
      `✓ endpoint       ${emulator.url} is RyzeAPI`,
      "✓ certificate    none: plain http, on this machine",
      "✓ clock          as RyzeAPI's",
      "✓ token          the account's",
      expect.stringMatching(/^✓ limits {9}\d+ of \d+ calls are left in this minute$/),
      "✓ bridge         Chatwoot can be used here",
      "",
    ]);
    expect(code).toBe(0);
    const requests = emulator.requests();
    expect(requests.map(({ method }) => method)).toEqual(["GET", "GET", "GET"]);
    expect(requests.every(({ userAgent }) => userAgent.includes("(doctor; "))).toBe(true);
    expect(stdout).not.toContain(emulator.accountToken);
  });

  test("a token in clear is a problem; another one in the environment is a note", async () => {
    const emulator = await emulatorFor();
    await project.pulumi("config", "set", "--plaintext", "ryzeapi:token", "acc_in_clear");
    const account = { RYZEAPI_TOKEN: emulator.accountToken, RYZEAPI_ENDPOINT: emulator.url };
    const env = { ...environmentFor(emulator), ...project.env, ...account };
    const inClear = await ryzeapi(["doctor", "--json"], { env, cwd: project.folder });
    expect(inClear.code).toBe(1);
    expect(findingIn(inClear, "configuration")).toMatchObject({
      result: "problem",
      found: "ryzeapi:token stands in clear in the stack's file",
    });
    await project.pulumi("config", "set", "--secret", "ryzeapi:token", "acc_of_another");
    const another = await ryzeapi(["doctor", "--json"], { env, cwd: project.folder });
    expect(another.code).toBe(0);
    expect(findingIn(another, "configuration")).toMatchObject({
      result: "note",
      found: "RYZEAPI_TOKEN is another token than ryzeapi:token of the stack",
    });
    expect(inClear.stdout + another.stdout).not.toMatch(/acc_/);
  });

  test("no token anywhere, and a stack that does not exist", async () => {
    const emulator = await emulatorFor();
    const env = { ...environmentFor(emulator), ...project.env, RYZEAPI_TOKEN: "" };
    await project.pulumi("config", "rm", "ryzeapi:token");
    const none = await ryzeapi(["doctor", "--json"], { env, cwd: project.folder });
    expect(none.code).toBe(1);
    expect(findingIn(none, "configuration").found).toBe(
      "dev has no ryzeapi:token, and RYZEAPI_TOKEN is not set",
    );
    expect(resultsIn(none)).toMatchObject({ endpoint: "open", token: "problem", limits: "open" });
    const named = await ryzeapi(["doctor", "--json", "--stack", "nowhere"], { env, cwd: project.folder });
    expect(findingIn(named, "stack")).toMatchObject({ result: "problem" });
    expect(emulator.requests()).toEqual([]);
  });
});

describe("the service", () => {
  test("the token of one instance", async () => {
    const emulator = await emulatorFor();
    const RYZEAPI_TOKEN = await create(emulator, "orion");
    const outcome = await doctorAt(emulator, { RYZEAPI_TOKEN });
    expect(outcome.code).toBe(1);
    expect(findingIn(outcome, "token")).toMatchObject({
      result: "problem",
      found: "the own token of one instance",
    });
    expect(resultsIn(outcome)).toMatchObject({ endpoint: "ok", limits: "open", bridge: "open" });
    expect(outcome.stdout).not.toContain(RYZEAPI_TOKEN);
  });

  test.each([{}, { refusals: "ok-false" }, { language: "pt" }] as const)(
    "a token that RyzeAPI refuses, under %o",
    async (readings) => {
      const emulator = await emulatorFor({ readings });
      const outcome = await doctorAt(emulator, { RYZEAPI_TOKEN: "acc_wrong" });
      expect(outcome.code).toBe(1);
      expect(findingIn(outcome, "token").result).toBe("problem");
      expect(outcome.stdout).not.toContain("acc_wrong");
    },
  );

  test("a bridge that is missing, and a limit that is used up", async () => {
    const emulator = await emulatorFor({ readings: { bridge: "missing" } });
    expect(findingIn(await doctorAt(emulator), "bridge").result).toBe("note");
    const busy = await emulatorFor({ limits: { global: 2 } });
    expect(findingIn(await doctorAt(busy), "limits")).toMatchObject({
      result: "note",
      found: "0 of 2 calls are left in this minute",
    });
  });

  test("a clock that is wrong, at a service that does not say what it is", async () => {
    const emulator = await emulatorFor();
    const text = JSON.stringify({ timestamp: new Date(Date.now() - 90_000).toISOString() });
    emulator.fault({ kind: "raw-body", route: "GET /health", text });
    const outcome = await doctorAt(emulator);
    expect(outcome.code).toBe(1);
    const { result, found } = findingIn(outcome, "clock");
    expect(result).toBe("problem");
    expect(found).toMatch(/^9\d s ahead of RyzeAPI's$/);
    expect(findingIn(outcome, "endpoint").result).toBe("note");
  });

  test("nobody answers, or a proxy is no URL", async () => {
    const emulator = await startEmulator();
    await emulator.close();
    const outcome = await doctorAt(emulator);
    expect(outcome.code).toBe(1);
    expect(findingIn(outcome, "endpoint").found).toBe(`${emulator.url} does not answer (ECONNREFUSED)`);
    expect(resultsIn(outcome)).toMatchObject({ certificate: "open", token: "open", bridge: "open" });
    const behind = { RYZEAPI_ENDPOINT: "https://ryzeapi.invalid", HTTPS_PROXY: "orion:p4ss@proxy:3128" };
    const { stdout } = await doctorAt(emulator, { ...behind, https_proxy: "orion:p4ss@proxy:3128" });
    expect(stdout).toContain("of the environment has no scheme");
    expect(stdout).not.toContain("p4ss");
  });

  test("a certificate that nobody vouches for", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }]);
    const server = createServer({ key, cert }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await doctorAt(await emulatorFor(), { RYZEAPI_ENDPOINT: `https://localhost:${port}` });
    expect(outcome.code).toBe(1);
    expect(findingIn(outcome, "endpoint").result).toBe("ok");
    expect(findingIn(outcome, "certificate")).toMatchObject({
      result: "problem",
      found: expect.stringMatching(/^not accepted \(\w*SELF_SIGNED\w*\)$/) as string,
    });
  });
});

describe("the machine", () => {
  test("there is no CLI", async () => {
    const outcome = await doctorAt(await emulatorFor(), { PATH: dirname(process.execPath) + "-none" });
    expect(findingIn(outcome, "cli")).toMatchObject({
      result: "problem",
      found: "`pulumi version` failed: there is no `pulumi` on PATH",
    });
  });

  test("packages: installed, missing, and twice", async () => {
    const emulator = await emulatorFor();
    const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const install = async (path: string, version: string, dependencies = {}) => {
      await mkdir(join(folder, path), { recursive: true });
      await writeFile(join(folder, path, "package.json"), JSON.stringify({ version, dependencies }));
    };
    const sdk = async () => {
      const options = { env: environmentFor(emulator), cwd: folder };
      return findingIn(await ryzeapi(["doctor", "--json"], options), "sdk");
    };
    await install(".", "1.0.0");
    expect(await sdk()).toMatchObject({
      result: "note",
      found: "pulumi-ryzeapi is not installed in this folder",
    });
    await install("node_modules/pulumi-ryzeapi", "0.1.0", { "@pulumi/pulumi": "^3.250.0" });
    expect(await sdk()).toMatchObject({ result: "problem", todo: "Run `npm install @pulumi/pulumi`" });
    await install("node_modules/@pulumi/pulumi", "3.250.0");
    expect(await sdk()).toMatchObject({
      result: "ok",
      found: "pulumi-ryzeapi 0.1.0, @pulumi/pulumi 3.250.0",
    });
    await install("node_modules/pulumi-ryzeapi/node_modules/@pulumi/pulumi", "3.280.0");
    expect(await sdk()).toMatchObject({
      result: "problem",
      found: "pulumi-ryzeapi 0.1.0, @pulumi/pulumi 3.250.0, and a second copy of it, 3.280.0",
      todo: expect.stringContaining("Run `npm dedupe`") as string,
    });
    await install("node_modules/@pulumi/pulumi", "3.249.1");
    expect(await sdk()).toMatchObject({
      result: "problem",
      found: "pulumi-ryzeapi 0.1.0, @pulumi/pulumi 3.249.1, and a second copy of it, 3.280.0",
      todo: "pulumi-ryzeapi needs @pulumi/pulumi 3.250 or later: install a newer one in this project",
    });
  });
});
