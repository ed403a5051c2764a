import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { emulatorFor } from "../../emulator/helpers.mts";
import { readingsOfReport } from "../../emulator/probe-report.mts";
import { environmentFor, ryzeapi, type Outcome } from "../command.mts";
import { CommandInTerminal } from "../terminal.mts";
import { OTHERS, sceneFor, type Scene } from "./probing.mts";

/** The command, in a folder of its own that also has the ledgers. */
function probeIn({ emulator, ledgers }: Scene, args: readonly string[], env = {}): Promise<Outcome> {
  const settings = { env: { ...environmentFor(emulator), XDG_STATE_HOME: ledgers, ...env }, cwd: ledgers };
  return ryzeapi(["probe", ...args], settings);
}

test("without --write it says what it sends, shows what it found, and writes a report", async () => {
  const scene = await sceneFor({ readings: { emptyList: "null", listId: false } });
  const { code, stdout, stderr } = await probeIn(scene, []);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^It is RyzeAPI; the token is the account's; its clock is 0 s ahead; \d+ of 100 calls are left\.\n/,
  );
  expect(stdout).toMatch(/^READING +ANSWER\nrefusals +status\n/m);
  expect(stdout).toMatch(/^emptyList +null$/m);
  expect(stdout).toMatch(/^listId +false$/m);
  expect(stdout).toMatch(/^ {2}it needs --write: createStatus, createEcho, /m);
  expect(stderr).toMatch(/^Read-only step: /);
  expect(stderr).toContain("Wrote ryzeapi-probe.json and ryzeapi-probe.md.");
  const report = readingsOfReport(join(scene.ledgers, "ryzeapi-probe.json"));
  expect(report).toMatchObject({ emptyList: "null", listId: false });
  const markdown = readFileSync(join(scene.ledgers, "ryzeapi-probe.md"), "utf8");
  expect(markdown).toContain("| `emptyList` | `null` | What is instances in a list of none");
});

test("with everything it finds everything, and its ledger is where states are kept", async () => {
  const readings = { createStatus: 200, secondSet: "new-inbox", urls: "with-slash" } as const;
  const scene = await sceneFor({ limits: false, readings });
  const args = ["--write", "--quota", "--chatwoot", `${scene.chatwoot.url}/`, "--report", "found.json"];
  const { code, stderr } = await probeIn(scene, args, { CHATWOOT_TOKEN: "cw_demo" });
  expect(stderr).toMatch(/\nWrite step: at most 6 creations of instances named ryze-probe-[0-9a-f]{10}-…/);
  expect(stderr).toMatch(/\nWith quota: /);
  expect(stderr).toMatch(/\nWith Chatwoot: /);
  expect(code).toBe(0);
  expect(readingsOfReport(join(scene.ledgers, "found.json"))).toMatchObject(readings);
  expect(scene.emulator.instanceNames()).toEqual(OTHERS);
  expect(existsSync(join(scene.ledgers, "pulumi-ryzeapi", "probe"))).toBe(true);
});

test("a probe that cannot go on has a report of what it found, and says so", async () => {
  const scene = await sceneFor({ limits: false });
  scene.emulator.fault({ kind: "drop-before", route: "POST /api/instance/s3/:instance" });
  const { code, stderr } = await probeIn(scene, ["--write"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /The probe ended early: no answer to POST \/api\/instance\/s3\/:instance \(\w+\)\. Check/,
  );
  expect(readingsOfReport(join(scene.ledgers, "ryzeapi-probe.json"))).toMatchObject({ createStatus: 201 });
  expect(scene.emulator.instanceNames()).toEqual(OTHERS);
});

test("what cannot be deleted is named", async () => {
  const scene = await sceneFor({ limits: false });
  scene.emulator.fault({ kind: "status", status: 500, route: "DELETE /api/instance/delete/:instance" });
  const { code, stderr } = await probeIn(scene, ["--write"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /These instances may be left: ryze-probe-\w+-Main, .*Run `npx ryzeapi probe --sweep`\./,
  );
  expect((await probeIn(scene, ["--sweep"])).code).toBe(1);

  scene.emulator.clearFaults();
  expect(await probeIn(scene, ["--sweep"])).toMatchObject({
    code: 0,
    stdout: "Swept up what 1 run(s) have left.\n",
  });
  expect(scene.emulator.instanceNames()).toEqual(OTHERS);
});

test("inboxes that Chatwoot does not delete are named, and a sweep with Chatwoot finds them", async () => {
  const scene = await sceneFor({ limits: false });
  // Told by RyzeAPI alone: from here Chatwoot is not reached with this token.
  const args = ["--write", "--chatwoot", scene.chatwoot.url, "--chatwoot-token"];
  const killed = await probeIn(scene, [...args, "wrong"]);
  expect(killed.stderr).toContain("These inboxes may be left in Chatwoot: ryze-probe-");
  expect(killed.code).toBe(1);
  const swept = await probeIn(scene, ["--sweep", ...args.slice(1), "cw_demo"]);
  expect(swept).toMatchObject({ code: 0, stdout: "Swept up what 1 run(s) have left.\n" });
});

describe("an account that cannot be probed", () => {
  test("an instance's own token is told from the account's, and nothing is sent with it", async () => {
    const scene = await sceneFor();
    const { code, stderr } = await probeIn(scene, ["--write"], { RYZEAPI_TOKEN: "token-of-orion" });
    expect(code).toBe(1);
    expect(stderr).toContain("ryzeapi: the token is an instance's own: it shows that instance alone.");
    expect(new Set(scene.emulator.requests().map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  test("a wrong token", async () => {
    const { code, stderr } = await probeIn(await sceneFor(), [], { RYZEAPI_TOKEN: "wrong" });
    expect(code).toBe(1);
    expect(stderr).toContain("ryzeapi: the service refuses the token (401). Check RYZEAPI_TOKEN");
  });

  test("another service", async () => {
    const server = createServer((_request, response) => response.end("<html>Hello</html>"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const env = { RYZEAPI_ENDPOINT: `http://127.0.0.1:${port}` };
    const { code, stderr } = await probeIn(await sceneFor(), ["--write"], env);
    expect(code).toBe(1);
    expect(stderr).toContain("ryzeapi: the service does not list the account (200), and may be no RyzeAPI.");
  });

  test("no service", async () => {
    const { code, stderr } = await probeIn(await sceneFor(), [], { RYZEAPI_ENDPOINT: "http://127.0.0.1:1" });
    expect(code).toBe(1);
    expect(stderr).toContain("ryzeapi: no answer to GET /health (ECONNREFUSED). Check the network");
  });
});

test.each([
  [["--sweep", "--write"], "--sweep asks nothing: leave out --write and --quota"],
  [["--quota"], "--quota needs --write"],
  [["--chatwoot", "https://x.test"], "--chatwoot needs --write"],
  [["--report", "found.md"], "--report takes the name of a file that ends with .json"],
  [["--write", "--chatwoot", "x.test"], "--chatwoot takes an http:// or https:// URL"],
  [
    ["--write", "--chatwoot", "https://x.test", "--chatwoot-account", "x"],
    "--chatwoot-account takes a whole number above 0",
  ],
  [
    ["--write", "--chatwoot", "https://x.test"],
    "--chatwoot needs a token: --chatwoot-token or CHATWOOT_TOKEN",
  ],
])("%j is no command", async (args, message) => {
  const env = { RYZEAPI_TOKEN: "t", RYZEAPI_ENDPOINT: "http://127.0.0.1:1", PATH: process.env["PATH"] ?? "" };
  const { code, stderr } = await ryzeapi(["probe", ...args], { env });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    new RegExp(`^ryzeapi: ${message.replaceAll(/[.?*]/g, "\\$&")}\n\nUsage: ryzeapi probe`),
  );
});

test("in a terminal Chatwoot's token is asked for, and not shown", async () => {
  const emulator = await emulatorFor({ limits: false });
  const cwd = mkdtempSync(join(tmpdir(), "ryze-probe-"));
  onTestFinished(() => {
    rmSync(cwd, { recursive: true });
  });
  const env = { ...environmentFor(emulator), XDG_STATE_HOME: cwd };
  const args = ["probe", "--sweep", "--chatwoot", "https://chatwoot.example.com"];
  const terminal = new CommandInTerminal(args, { env, cwd });
  await terminal.waitForText("API token of Chatwoot:");
  terminal.type("secret-of-chatwoot\r");
  expect(await terminal.exitCode).toBe(0);
  expect(terminal.output).not.toContain("secret-of-chatwoot");
  expect(terminal.text).toContain("Nothing is left of any probe.");
});
