import { describe, expect, test, vi, type TestContext } from "vitest";

import { create } from "../emulator/helpers.mts";
import { LIST } from "../support/service.mts";
import { sceneFor as oneInstance } from "./scene.mts";

vi.setConfig({ testTimeout: 60_000 });

async function sceneFor(context: TestContext, names: readonly string[]) {
  const scene = await oneInstance(context);
  for (const name of names) await create(scene.emulator, name);
  return scene;
}

describe.concurrent("`ryzeapi list --watch`", () => {
  test("is a live table in a terminal, with how many are connected", async (context) => {
    const { emulator, inTerminal } = await sceneFor(context, ["vega"]);
    const terminal = inTerminal(["list", "--watch"]);
    await terminal.waitForText("0 of 2 connected.");
    expect(terminal.lines[0]).toMatch(/^NAME +STATE +NUMBER +IN STACK +BLOCKS$/);
    emulator.pair("vega");
    await terminal.waitForText("1 of 2 connected. Ctrl-C ends.");
    expect(terminal.lines.slice(1, 3)).toEqual([
      expect.stringMatching(/^orion +disconnected +- /),
      expect.stringMatching(/^vega +connected +5511999999999 /),
    ]);
    expect(terminal.isRestored).toBe(false);
    terminal.type("\u0003");
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.isRestored).toBe(true);
  });

  test("keeps what is not connected in a window that is too low for all", async (context) => {
    const { emulator, inTerminal } = await sceneFor(context, ["vega", "lyra", "atlas", "nova"]);
    for (const name of ["orion", "vega", "lyra"]) emulator.pair(name);
    const terminal = inTerminal(["list", "--watch"], { rows: 7 });
    await terminal.waitForText("3 of 5 connected.");
    const names = terminal.lines.map((line) => line.split(" ")[0]);
    expect(names).toEqual(["NAME", "orion", "atlas", "nova", "…", "", "3"]);
    expect(terminal.text).toContain("… and 2 more");
  });

  test("goes on when RyzeAPI does not answer, and says so", async (context) => {
    const { emulator, inTerminal } = await sceneFor(context, []);
    const terminal = inTerminal(["list", "--watch"]);
    await terminal.waitForText("0 of 1 connected.");
    emulator.fault({ kind: "status", status: 500, message: "out of order", route: LIST, times: 1 });
    await terminal.waitForText("is asked again");
    emulator.pair("orion");
    await terminal.waitForText("1 of 1 connected.");
    expect(terminal.text).not.toContain("is asked again");
  });

  test("prints the table anew in a pipe, and one array per line with --json, whenever something has changed", async (context) => {
    const { emulator, inPipes } = await sceneFor(context, []);
    const watch = (args: readonly string[], isLast: (stdout: string) => boolean) =>
      inPipes(["list", "--watch", ...args], {}, (stdout, interrupt) => {
        emulator.pair("orion");
        if (isLast(stdout)) interrupt();
      });
    const { stdout } = await watch([], (text) => text.includes("1 of 1"));
    expect(stdout).toMatch(/0 of 1 connected\.\n\nNAME[^]*orion +connected[^]*1 of 1 connected\.\n\n$/);
    emulator.patchInstance("orion", { state: "disconnected" });
    const json = await watch(["--json"], (text) => text.split("\n").length > 2);
    const lines = json.stdout.trim().split("\n");
    const states = lines.map((line) =>
      (JSON.parse(line) as { status: string }[]).map(({ status }) => status),
    );
    expect(states).toEqual([["disconnected"], ["connected"]]);
  });

  test("ends where the token is refused", async (context) => {
    const { inPipes } = await sceneFor(context, []);
    const { code, stderr } = await inPipes(["list", "--watch"], { RYZEAPI_TOKEN: "acc_of_another_service" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/answered 401/);
  });
});
