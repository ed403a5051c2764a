import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { fingerprint } from "../../provider/lifecycle/identity.ts";
import { startEmulator, type Emulator } from "../emulator/emulator.mts";
import { create, send } from "../emulator/helpers.mts";
import { defaultReadings } from "../emulator/readings.mts";
import { RYZE_INSTANCE } from "../support/stack.mts";
import { environmentFor, ryzeapi } from "./command.mts";
import { instanceInState, projectWith, type Project } from "./project.mts";
import { CommandInTerminal } from "./terminal.mts";

const NATIVE = "ryzeapi:index:Instance";

const OTHER_ACCOUNT = "acc_other";

let emulator: Emulator;
let project: Project;
let tokens: string[];

beforeAll(async () => {
  emulator = await startEmulator({
    accounts: [{ token: "acc_demo" }, { token: OTHER_ACCOUNT }],
    readings: defaultReadings(),
  });
  const orion = await create(emulator, "orion", {
    webhookEnabled: true,
    webhookURL: "https://app.example.com",
  });
  const tokyo = await create(emulator, "営業-東京");
  const others = ["vega", "read by the program", "replaced", "from before"];
  for (const name of others) await create(emulator, name);
  await send(emulator, "POST /api/instance/new", { name: "orion" }, { token: OTHER_ACCOUNT });
  await send(emulator, "POST /api/instance/new", { name: "営業-東京" }, { token: OTHER_ACCOUNT });
  const all = [...emulator.instanceNames(), "orion", "営業-東京"];
  tokens = [emulator.accountToken, OTHER_ACCOUNT, ...all.map((name) => emulator.instance(name)?.token ?? "")];
  emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  emulator.patchInstance("vega", { state: "loggedout" });
  const idOf = (name: string) => ({ outputs: { identity: { id: emulator.instance(name)?.id } } });
  project = await projectWith(
    [
      instanceInState("orion", RYZE_INSTANCE, idOf("orion")),
      instanceInState("営業-東京", NATIVE, { outputs: { identity: { token: fingerprint(tokyo) } } }),
      instanceInState("read by the program", RYZE_INSTANCE, { external: true }),
      instanceInState("replaced", RYZE_INSTANCE, { delete: true }),
      instanceInState("from before", RYZE_INSTANCE),
    ],
    { token: orion, stranger: "tok_of_nobody" },
  );
}, 60_000);

afterAll(() => emulator.close());

/** The account comes from the environment, and only from there. */
function settings(more: Record<string, string> = {}) {
  return { cwd: project.folder, env: { ...environmentFor(emulator), ...project.env, ...account(), ...more } };
}

function account(): Record<string, string> {
  return { RYZEAPI_TOKEN: emulator.accountToken, RYZEAPI_ENDPOINT: emulator.url };
}

function expectNoToken(text: string): void {
  for (const token of tokens) expect(text).not.toContain(token);
}

describe("`ryzeapi list`", () => {
  const table = [
    "NAME                 STATE         NUMBER         IN STACK  BLOCKS",
    "orion                connected     5511999999999  yes       webhook",
    "営業-東京            disconnected  -              yes       -",
    "vega                 loggedout     -              no        -",
    "read by the program  disconnected  -              no        -",
    "replaced             disconnected  -              no        -",
    "from before          disconnected  -              ?         -",
    "",
    "To take over what is not in the stack:",
    "  npx ryzeapi import vega 'read by the program' replaced",
  ];

  test("is a table with colours in a terminal", async () => {
    const terminal = new CommandInTerminal(["list"], settings());
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.lines).toEqual(table);
    expect(terminal.output).toMatch(/\u001b\[32mconnected\u001b\[39m/);
    expect(terminal.output).toMatch(/\u001b\[31mloggedout\u001b\[39m/);
    expectNoToken(terminal.output);
  });

  test("is the same in a pipe, without colours", async () => {
    const outcome = await ryzeapi(["list"], settings());
    expect(outcome).toEqual({ code: 0, stdout: `${table.join("\n")}\n`, stderr: "" });
  });

  test("is one JSON array with --json, and holds no token", async () => {
    const { stdout } = await ryzeapi(["list", "--json"], settings());
    expect(JSON.parse(stdout)).toMatchObject([
      {
        name: "orion",
        status: "connected",
        numberJid: "5511999999999@s.whatsapp.net",
        managed: true,
        blocks: ["webhook"],
      },
      { name: "営業-東京", numberJid: null, managed: true },
      { name: "vega", managed: false },
      { name: "read by the program", managed: false },
      { name: "replaced", managed: false },
      { name: "from before", managed: null },
    ]);
    expectNoToken(stdout);
  });

  test("does not take an instance of another account for the one of its name", async () => {
    const { stdout } = await ryzeapi(["list", "--json"], settings({ RYZEAPI_TOKEN: OTHER_ACCOUNT }));
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "orion", managed: false },
      { name: "営業-東京", managed: false },
    ]);
    expectNoToken(stdout);
  });

  test("says that it cannot tell where RyzeAPI lists neither ids nor tokens", async () => {
    Object.assign(emulator.readings, { listId: false, listToken: "masked" });
    const { stdout } = await ryzeapi(["list", "--json"], settings());
    Object.assign(emulator.readings, { listId: true, listToken: true });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "orion", managed: null },
      { name: "営業-東京", managed: null },
      { name: "vega", managed: false },
      { name: "read by the program", managed: false },
      { name: "replaced", managed: false },
      { name: "from before", managed: null },
    ]);
  });

  test("outside of a project it cannot tell, and says so", async () => {
    const { code, stdout, stderr } = await ryzeapi(["list"], { ...settings(), cwd: "/" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^vega +loggedout +- +\? +-$/m);
    expect(stdout).not.toContain("import");
    expect(stderr).toContain("No stack to compare with");
  });

  test("a stack that was named has to be there", async () => {
    const { code, stdout, stderr } = await ryzeapi(["list", "--stack", "prod"], settings());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/pulumi stack export --stack prod.*no stack named/s);
  });
});

test("npm's package `pulumi`, which npx puts first on PATH, is the last resort", async () => {
  const bin = join(project.folder, "node_modules", ".bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "pulumi"), "#!/bin/sh\necho fetch failed >&2\nexit 1\n", { mode: 0o755 });
  const found = settings({ PATH: `${bin}${delimiter}${project.env["PATH"] ?? ""}` });
  const { stdout } = await ryzeapi(["list"], found);
  expect(stdout).toMatch(/^orion .* yes /m);
  const alone = await ryzeapi(["list"], settings({ PATH: bin }));
  expect(alone.stderr).toContain("fetch failed");
});

describe("what the stack tells", () => {
  test("its output is the token that pairs an instance", async () => {
    emulator.clearRequests();
    const args = ["connect", "営業-東京", "--token-output", "token"];
    const other = await ryzeapi(args, settings({ RYZEAPI_TOKEN: "" }));
    expect(other.code).toBe(1);
    expect(other.stderr).toContain("the token is that of another instance");

    emulator.patchInstance("orion", { state: "disconnected" });
    const paired = await ryzeapi(
      ["connect", "orion", "--token-output", "token", "--json"],
      settings({ RYZEAPI_TOKEN: "" }),
      () => {
        emulator.patchInstance("orion", { state: "connected" });
      },
    );
    expect(paired).toMatchObject({ code: 0, stderr: "" });
    expect(new Set(emulator.requests().map(({ token }) => token))).toEqual(new Set(["instance"]));
  });

  test("an output that is no token of the service is named, and not shown", async () => {
    const { code, stderr } = await ryzeapi(["connect", "orion", "--token-output", "account"], settings());
    expect(code).toBe(1);
    expect(stderr).toContain("does not have output property 'account'");
    const refused = await ryzeapi(["connect", "orion", "--token-output", "stranger"], settings());
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('RyzeAPI refused the token in the stack output "stranger"');
    expect(refused.stderr).not.toContain("tok_of_nobody");
  });

  test("its configuration names the account and the endpoint where the environment does not", async () => {
    const unset = settings({ RYZEAPI_TOKEN: "", RYZEAPI_ENDPOINT: "" });
    const without = await ryzeapi(["list"], unset);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain("the stack's configuration has no ryzeapi:token");
    await project.pulumi("config", "set", "--secret", "ryzeapi:token", emulator.accountToken);
    await project.pulumi("config", "set", "ryzeapi:endpoint", emulator.url);
    const { code, stdout } = await ryzeapi(["list"], unset);
    expect(code).toBe(0);
    expect(stdout).toContain("orion");
    await project.pulumi("config", "set", "ryzeapi:limitShare", "0");
    const refused = await ryzeapi(["list"], unset);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("`ryzeapi:limitShare` must be a whole number from 1 to 100");
  });
});
