import { renderUnicodeCompact } from "uqr";
import { describe, expect, test } from "vitest";

import { LIST } from "../support/service.mts";
import { CONNECT, qrCode, sceneFor } from "./scene.mts";

const CONNECTED = { state: "connected", numberJid: "5511999999999@s.whatsapp.net" } as const;
const ESCAPE = "\u001b";

/** How long a QR code lives, by the documentation. */
const LIFETIME_MS = 20_000;

interface Event {
  readonly event: string;
  readonly qrCode?: string;
  readonly renewedAt?: string;
}

function eventsIn(stdout: string): Event[] {
  const lines = stdout.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Event);
}

describe.concurrent("`ryzeapi connect` without a terminal", () => {
  test("renews a code before it expires, one JSON object per line", { timeout: 60_000 }, async (context) => {
    const codes = [qrCode(), qrCode()];
    const { emulator, inPipes } = await sceneFor(context, codes);
    const seenAt: number[] = [];
    const { code, stdout } = await inPipes(["connect", "orion", "--json"], {}, (shown) => {
      seenAt.push(Date.now());
      if (eventsIn(shown).length === 2) emulator.patchInstance("orion", CONNECTED);
    });
    expect(code).toBe(0);
    const renewed = expect.any(String) as string;
    expect(eventsIn(stdout)).toEqual([
      { event: "qrCode", name: "orion", qrCode: codes[0], renewedAt: renewed },
      { event: "qrCode", name: "orion", qrCode: codes[1], renewedAt: renewed },
      { event: "connected", name: "orion", numberJid: CONNECTED.numberJid },
    ]);
    const renewal = Date.parse(eventsIn(stdout)[0]?.renewedAt ?? "");
    expect(renewal).toBeLessThan((seenAt[0] ?? 0) + LIFETIME_MS);
  });

  test("a pipe gets the code as text, without control sequences", async (context) => {
    const codes = [qrCode()];
    const { emulator, inPipes } = await sceneFor(context, codes);
    const outcome = await inPipes(["connect", "orion"], {}, () => {
      emulator.patchInstance("orion", CONNECTED);
    });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toContain(renderUnicodeCompact(codes[0] ?? "", { border: 2 }));
    expect(outcome.stdout).toContain('"orion" is connected as 5511999999999.');
    expect(outcome.stdout).not.toContain(ESCAPE);
  });

  test("FORCE_COLOR brings colours into a pipe, and nothing that moves a cursor", async (context) => {
    const { emulator, inPipes } = await sceneFor(context);
    const { stdout } = await inPipes(["connect", "orion"], { FORCE_COLOR: "1" }, () => {
      emulator.patchInstance("orion", CONNECTED);
    });
    expect(stdout).toContain(`${ESCAPE}[1mPair "orion" with WhatsApp`);
    expect(stdout.replaceAll(/\u001b\[\d+m/g, "")).not.toContain(ESCAPE);
  });

  test("an instance that is connected already needs no code, however its state is spelled", async (context) => {
    const { emulator, inPipes } = await sceneFor(context);
    emulator.readings.connectionStatus = "variants";
    emulator.patchInstance("orion", CONNECTED);
    emulator.clearRequests();
    expect(await inPipes(["connect", "orion"])).toMatchObject({
      code: 0,
      stdout: '"orion" is connected as 5511999999999.\n',
    });
    expect(emulator.requests()).toHaveLength(1);
  });

  test("a number that is logged out while it waits ends the command", async (context) => {
    const { emulator, inPipes, isWaiting } = await sceneFor(context);
    const { code, stderr } = await inPipes(["connect", "orion"], {}, () => {
      void isWaiting().then(() => {
        emulator.patchInstance("orion", { state: "loggedout" });
      });
    });
    expect(code).toBe(1);
    expect(stderr).toContain('"orion" was logged out while it waited');
  });

  test("a code that stands in the answer's `data` is shown", async (context) => {
    const { emulator, inPipes } = await sceneFor(context);
    emulator.readings.connectAnswer = "in-data";
    const { code, stdout } = await inPipes(["connect", "orion", "--json"], {}, () => {
      emulator.patchInstance("orion", CONNECTED);
    });
    expect(code).toBe(0);
    expect(eventsIn(stdout)[0]).toMatchObject({
      event: "qrCode",
      qrCode: expect.stringMatching(/^2@/) as string,
    });
  });

  test("a QR code that comes as a picture alone leads to the pairing code at once", async (context) => {
    const { emulator, inPipes } = await sceneFor(context);
    emulator.readings.connectAnswer = "image-only";
    const outcome = await inPipes(["connect", "orion"]);
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/picture alone.*`--number DIGITS`/);
    const paired = await inPipes(["connect", "orion", "--number", "5511999999999"], {}, () => {
      emulator.patchInstance("orion", CONNECTED);
    });
    expect(paired.code).toBe(0);
  });

  test.for(["dash", "plain"] as const)(
    "a pairing code is shown in two halves (%s)",
    async (reading, context) => {
      const { emulator, inPipes } = await sceneFor(context);
      emulator.readings.pairingAnswer = reading;
      const args = ["connect", "orion", "--number", "5511999999999", "--json"];
      const { stdout } = await inPipes(args, {}, () => {
        emulator.patchInstance("orion", CONNECTED);
      });
      const pairingCode = expect.stringMatching(/^[0-9A-F]{4}-[0-9A-F]{4}$/) as string;
      expect(eventsIn(stdout)[0]).toMatchObject({ event: "pairingCode", pairingCode });
    },
  );

  test.for(["ok-false", "status"] as const)(
    "a refusal ends it at once with its reason (%s)",
    async (reading, context) => {
      const { emulator, inPipes } = await sceneFor(context);
      const refusal = { success: false, error: { message: "No more than 3 codes an hour" } };
      emulator.fault(
        reading === "ok-false"
          ? { kind: "raw-body", route: CONNECT, text: JSON.stringify(refusal) }
          : { kind: "status", status: 400, message: refusal.error.message, route: CONNECT },
      );
      const { code, stdout, stderr } = await inPipes(["connect", "orion"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(refusal.error.message);
      expect(emulator.requests().filter(({ route }) => route === CONNECT)).toHaveLength(1);
    },
  );

  test.for(["status", "message", "refused"] as const)(
    "an instance that was connected just before the code was asked for is connected (%s)",
    async (reading, context) => {
      const { emulator, inPipes } = await sceneFor(context);
      emulator.readings.connectedAnswer = reading;
      emulator.patchInstance("orion", CONNECTED);
      const stale = [{ name: "orion", status: "disconnected", token: emulator.instance("orion")?.token }];
      const text = JSON.stringify({ success: true, message: "1 Instance found", instances: stale });
      emulator.fault({ kind: "raw-body", route: LIST, text, times: 1 });
      expect(await inPipes(["connect", "orion"])).toMatchObject({
        code: 0,
        stdout: '"orion" is connected as 5511999999999.\n',
      });
    },
  );

  test("a token that is refused, and none at all, are told apart", async (context) => {
    const { inPipes } = await sceneFor(context);
    const refused = await inPipes(["connect", "orion"], { RYZEAPI_TOKEN: "acc_of_another_service" });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/answered 401.*RYZEAPI_TOKEN/);
    expect(refused.stderr).not.toContain("acc_of_another_service");
    const none = await inPipes(["connect", "orion"], { RYZEAPI_TOKEN: "" });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("RYZEAPI_TOKEN is not set");
  });

  test("SIGINT ends it with 130", async (context) => {
    const { inPipes } = await sceneFor(context);
    const { code } = await inPipes(["connect", "orion", "--json"], {}, (_shown, interrupt) => {
      interrupt();
    });
    expect(code).toBe(130);
  });

  test.for([
    [["connect"], "name of the instance is missing"],
    [["connect", "orion", "vega"], "one instance"],
    [["connect", "orion", "--number", "my phone"], "country code"],
    [["connect", "orion", "--timeout", "soon"], "--timeout"],
    [["connct", "orion"], 'unknown command "connct"'],
  ] as const)("%j is wrong usage", async ([args, message], context) => {
    const { inPipes } = await sceneFor(context);
    const { code, stderr } = await inPipes(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain("Usage: ryzeapi");
  });
});
