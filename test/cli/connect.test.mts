import { describe, expect, test } from "vitest";

import { qrCodeOn } from "./qr-code.mts";
import { qrCode, sceneFor } from "./scene.mts";

const CONNECTED = { state: "connected", numberJid: "5511999999999:7@s.whatsapp.net" } as const;
const ESCAPE = "\u001b";

describe.concurrent("`ryzeapi connect` in a terminal", () => {
  test("shows the very code of the service, puts the next one in its place, and ends when it is connected", async (context) => {
    const codes = [qrCode(), qrCode()];
    const scene = await sceneFor(context, codes);
    const terminal = scene.inTerminal(["connect", "orion"]);
    await terminal.waitFor(() => qrCodeOn(terminal, "dark") === codes[0] || undefined);
    const first = terminal.lines;
    expect(terminal.text).toContain("Linked devices");

    // The service has closed the connection that this code belongs to.
    await scene.isWaiting();
    scene.emulator.patchInstance("orion", { state: "disconnected" });
    await terminal.waitFor(() => qrCodeOn(terminal, "dark") === codes[1] || undefined);
    expect(terminal.lines).toHaveLength(first.length);
    expect(terminal.lines.slice(0, 2)).toEqual(first.slice(0, 2));
    expect(qrCodeOn(terminal, "light"), "on a light background").toBe(codes[1]);

    scene.emulator.patchInstance("orion", CONNECTED);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.lines).toEqual(['"orion" is connected as 5511999999999.']);
    expect(terminal.isRestored).toBe(true);
  });

  test("draws the code without colours where NO_COLOR is set", async (context) => {
    const codes = [qrCode()];
    const { inTerminal } = await sceneFor(context, codes);
    const terminal = inTerminal(["connect", "orion"], { env: { NO_COLOR: "1" } });
    await terminal.waitFor(() => qrCodeOn(terminal, "dark") === codes[0] || undefined);
    expect(terminal.output).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test("says how large the window has to be for the code, and draws it once it is", async (context) => {
    const codes = [qrCode()];
    const { inTerminal } = await sceneFor(context, codes);
    const terminal = inTerminal(["connect", "orion"], { columns: 50, rows: 45 });
    await terminal.waitForText("It needs 61 columns and 34 rows, and has 50 and\n45.");
    expect(terminal.text).toContain("--number");
    terminal.resize(61, 33);
    await terminal.waitForText("and has 61 and 33.");
    terminal.resize(61, 34);
    await terminal.waitFor(() => qrCodeOn(terminal, "dark") === codes[0] || undefined);
    expect(terminal.text).not.toContain("too small");
  });

  test("has the words beside the code in a window that is too low for both", async (context) => {
    const codes = [qrCode().slice(0, 120)];
    const { inTerminal } = await sceneFor(context, codes);
    const terminal = inTerminal(["connect", "orion"], { columns: 80, rows: 24 });
    await terminal.waitFor(() => qrCodeOn(terminal, "dark") === codes[0] || undefined);
    const words = terminal.lines.map((line) => line.slice(47)).join("\n");
    expect(words).toMatch(
      /^Pair "orion" with WhatsApp\nIn WhatsApp: Linked devices >\nLink a device\nThe next code comes in \d+ s\.\nCtrl-C ends\.\n/,
    );
  });

  test("needs no more rows than the code has, where there is room beside it", async (context) => {
    const codes = [qrCode()];
    const { inTerminal } = await sceneFor(context, codes);
    const terminal = inTerminal(["connect", "orion"], { columns: 80, rows: 24 });
    await terminal.waitForText("It needs 79 columns and 31 rows, and has 80 and 24.");
    terminal.resize(79, 31);
    await terminal.waitFor(() => qrCodeOn(terminal, "dark") === codes[0] || undefined);
    expect(terminal.text).toContain("Link a device");
  });

  test("says of an instance that is connected nothing else", async (context) => {
    const { inTerminal, emulator } = await sceneFor(context);
    emulator.patchInstance("orion", CONNECTED);
    const terminal = inTerminal(["connect", "orion"], { columns: 20 });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.lines.join("")).toBe('"orion" is connected as 5511999999999.');
  });

  test("gives the terminal back at Ctrl-C, with status 130", async (context) => {
    const { inTerminal } = await sceneFor(context);
    const terminal = inTerminal(["connect", "orion"]);
    await terminal.waitForText("Ctrl-C ends");
    expect(terminal.isRestored).toBe(false);
    terminal.type("\u0003");
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.isRestored).toBe(true);
  });

  test("shows a pairing code for a number as people write it", async (context) => {
    const scene = await sceneFor(context);
    const terminal = scene.inTerminal(["connect", "orion", "--number", "+55 (11) 99999-9999"], {
      columns: 40,
    });
    await terminal.waitFor(() => /^[A-Z\d]{4}-[A-Z\d]{4}$/m.exec(terminal.text)?.[0]);
    expect(terminal.lines.slice(0, 4)).toEqual([
      'Pair "orion" with WhatsApp',
      "In WhatsApp: Linked devices > Link a",
      "device > Link with phone number. Then",
      "type:",
    ]);
    expect(terminal.text).toMatch(/^The next code comes in \d+ s\. Ctrl-C\nends\.$/m);
    expect(scene.emulator.requests().map(({ query }) => query)).toContain("number=5511999999999");
    scene.emulator.patchInstance("orion", CONNECTED);
    expect(await terminal.exitCode).toBe(0);
  });

  test("shows one code below the other where the cursor cannot be moved", async (context) => {
    const scene = await sceneFor(context, [qrCode(), qrCode()]);
    const terminal = scene.inTerminal(["connect", "orion"], { env: { TERM: "dumb" }, rows: 90 });
    await terminal.waitForText("Pair");
    await scene.isWaiting();
    scene.emulator.patchInstance("orion", { state: "disconnected" });
    await terminal.waitFor(() => terminal.text.split("Pair").length === 3 || undefined);
    expect(terminal.output).not.toContain(ESCAPE);
  });

  test.for([
    ["an instance that does not exist", ["connect", "vega"], 'no instance named "vega"'],
    ["the time that it has", ["connect", "orion", "--timeout", "1"], "not connected within 1 s"],
  ] as const)("ends at %s, with the terminal as it was", async ([, args, message], context) => {
    const { inTerminal } = await sceneFor(context);
    const terminal = inTerminal(args);
    expect(await terminal.exitCode).toBe(1);
    expect(terminal.text).toContain(message);
    expect(terminal.isRestored).toBe(true);
  });
});
