import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { startEmulator } from "./emulator.mts";
import { readingTable } from "./readings.mts";

const main = fileURLToPath(new URL("main.mts", import.meta.url));

interface Command {
  /** Resolves with the URL once it is printed. */
  started: Promise<string>;
  /** Resolves with what the first group of the pattern matches once it is printed. */
  printed(pattern: RegExp): Promise<string>;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  stop(signal: NodeJS.Signals): void;
}

function command(...args: string[]): Command {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const printed = (pattern: RegExp) =>
    vi.waitUntil(() => pattern.exec(stdout)?.[1], { timeout: 15_000, interval: 20 });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return {
    // Only where it is asked for: a command that is refused never says where it listens.
    get started() {
      return printed(/(http:\/\/127\.0\.0\.1:\d+)/);
    },
    printed,
    ended,
    stop: (signal) => {
      child.kill(signal);
    },
  };
}

function createA(url: string, token: string): Promise<Response> {
  const body = JSON.stringify({ name: "a" });
  return fetch(`${url}/api/instance/new`, { method: "POST", headers: { token }, body });
}

test.each(["SIGINT", "SIGTERM"] as const)("starts, serves, and ends on %s", async (signal) => {
  const emulator = command("--port", "0", "--quota", "0");
  const url = await emulator.started;
  expect((await createA(url, "acc_demo")).status).toBe(403);
  emulator.stop(signal);
  const { code, stdout, stderr } = await emulator.ended;
  expect(code).toBe(0);
  expect(stdout).toContain(`RYZEAPI_ENDPOINT=${url}`);
  expect(stderr).toBe("");
});

test("brings a Chatwoot along that accepts an integration", async () => {
  const emulator = command("--port", "0", "--chatwoot", "0");
  const url = await emulator.started;
  const chatwoot = await emulator.printed(/^Chatwoot: (\S+)$/m);
  const body = JSON.stringify({
    ...{ name: "a", chatwootEnabled: true, chatwootBaseUrl: chatwoot, chatwootAccountId: 1 },
    ...{ chatwootApiToken: "cw_demo", chatwootInboxName: "A" },
  });
  await fetch(`${url}/api/instance/new`, { method: "POST", headers: { token: "acc_demo" }, body });
  const inboxes = await fetch(`${chatwoot}/api/v1/accounts/1/inboxes`, {
    headers: { api_access_token: "cw_demo" },
  });
  expect(await inboxes.json()).toMatchObject({ payload: [{ name: "A" }] });
  emulator.stop("SIGTERM");
  expect(await emulator.ended).toMatchObject({ code: 0, stderr: "" });
});

test("takes accounts, readings, a window and a database that survives", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const args = ["--port", "0", "--db", join(folder, "x.db"), "--account-token", "acc_1"];
  const more = ["--account-token", "acc_2", "--reading", "createStatus=200", "--window", "7200"];
  const first = command(...args, ...more);
  const created = await createA(await first.started, "acc_2");
  expect(created.status).toBe(200);
  const inAnHour = Date.now() / 1000 + 3600;
  expect(Number(created.headers.get("x-ratelimit-reset"))).toBeGreaterThan(inAnHour);
  first.stop("SIGTERM");
  await first.ended;

  const second = command(...args, ...more);
  const url = await second.started;
  expect((await createA(url, "acc_2")).status).toBe(409);
  expect((await createA(url, "acc_1")).status).toBe(200);
});

test("answers as the report of a probe says, and as --reading says before it", async () => {
  const readings = {
    createStatus: { asks: "?", reading: 200 },
    emptyList: { asks: "?", reading: "null" },
    listMeta: { asks: "?", neither: ["200 {}"] },
    instanceTokenScope: { asks: "?", notObservable: "?", possible: ["403-until-paired", "400-until-paired"] },
    uniqueToken: { asks: "?", notObservable: "?" },
  };
  const report = reportFile({ format: "ryzeapi-probe/1", readings });
  const url = await command("--port", "0", "--readings", report, "--reading", "emptyList=absent").started;
  const list = await (await fetch(`${url}/api/instance/list`, { headers: { token: "acc_demo" } })).json();
  expect(list).toEqual({ success: true, message: "0 Instances found", meta: { total: 0 } });
  const created = await createA(url, "acc_demo");
  expect(created.status).toBe(200);
  const { instance } = (await created.json()) as { instance: { token: string } };
  const own = await fetch(`${url}/api/instance/getProxy/a`, { headers: { token: instance.token } });
  expect(own.status).toBe(403);
});

test("a test's emulator answers as the report says that RYZEAPI_READINGS names, and as the test says before it", async () => {
  const readings = { createStatus: { reading: 200 }, listMeta: { reading: false } };
  vi.stubEnv("RYZEAPI_READINGS", reportFile({ format: "ryzeapi-probe/1", readings }));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const emulator = await startEmulator({ readings: { listMeta: true } });
  onTestFinished(() => emulator.close());
  expect(emulator.readings).toMatchObject({ createStatus: 200, listMeta: true });
});

function reportFile(content: object): string {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "report.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test("a file that is no report is refused", async () => {
  const file = reportFile({ readings: {} });
  const { code, stderr } = await command("--readings", file).ended;
  expect(code).toBe(1);
  expect(stderr).toBe(`${file} is no report of \`ryzeapi probe\`.\n`);
});

test("--help explains every option and reading", async () => {
  const { code, stdout } = await command("--help").ended;
  expect(code).toBe(0);
  for (const option of ["port", "account-token", "db", "quota", "window", "reading", "readings", "help"]) {
    expect(stdout).toContain(`--${option}`);
  }
  for (const key of Object.keys(readingTable)) expect(stdout).toContain(`${key}=`);
});

test.each([
  [["--prot", "1"], "Unknown option '--prot'"],
  [["extra"], "Unexpected argument 'extra'"],
  [["--port", "x"], '--port takes a whole number from 0 to 65535, not "x".'],
  [["--port", "70000"], "--port takes a whole number"],
  [["--quota", "-1"], "--quota"],
  [["--window", "0"], '--window takes a number of seconds above 0, not "0".'],
  [["--account-token", "a", "--account-token", "a"], "Every --account-token has to be another one."],
  [["--reading", "list"], '--reading takes KEY=VALUE, not "list".'],
  [["--reading", "list=some"], "The reading list accepts full or summary or minimal"],
  [["--reading", "nothing=1"], 'There is no reading "nothing".'],
])("%j is an error that says what to do", async (args, message) => {
  const { code, stdout, stderr } = await command(...args).ended;
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ +at /m);
});

test("a port that is taken is an error that names the way out", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    other.close();
  });
  const address = other.address();
  const port = typeof address === "object" && address !== null ? String(address.port) : "";
  const { code, stderr } = await command("--port", port).ended;
  expect(code).toBe(1);
  expect(stderr).toContain("choose one with --port");
});
