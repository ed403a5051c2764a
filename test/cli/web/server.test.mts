import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { describe, expect, test, vi, type TestContext } from "vitest";

import { LIST } from "../../support/service.mts";
import type { Emulator } from "../../emulator/emulator.mts";
import { environmentFor } from "../command.mts";
import { CONNECT, qrCode } from "../scene.mts";
import { ask, PageClient, type Watched } from "./client.mts";
import { codesAsked, fleet, nextCodes, serve, Serving, until } from "./serving.mts";

vi.setConfig({ testTimeout: 60_000 });

interface Scene {
  readonly emulator: Emulator;
  readonly serving: Serving;
}

async function sceneFor({ onTestFinished }: TestContext, args: readonly string[]): Promise<Scene> {
  const emulator = await fleet(["orion", "vega"]);
  const serving = serve(emulator, args);
  onTestFinished(async () => {
    serving.kill();
    await emulator.close();
  });
  return { emulator, serving };
}

async function watchedFor(context: TestContext, args: readonly string[]) {
  const scene = await sceneFor(context, args);
  const client = await PageClient.enter(await scene.serving.link());
  return { ...scene, client, watched: await client.watch() };
}

/** Until the command has seen that the code which it shows is waited with. */
function isLookedAt(emulator: Emulator): Promise<void> {
  return until(() => {
    expect(emulator.requests().at(-1)).toMatchObject({ route: LIST, status: 200 });
  });
}

function problemOf(watched: Watched, name: string): unknown {
  return watched.cards.get(name)?.problem;
}

describe.concurrent("the server of `ryzeapi connect --web`", () => {
  test("answers nobody but the browser that opened its link", async (context) => {
    const { serving } = await sceneFor(context, ["orion"]);
    const link = await serving.link();
    const { origin, port } = new URL(link);
    for (const host of [`localhost:${port}`, `evil.example:${port}`, "127.0.0.1"])
      expect(await ask(link, { headers: { host } }), host).toMatchObject({ status: 403, text: "" });
    expect(await ask(link, { headers: { origin: "https://evil.example" } })).toMatchObject({ status: 403 });
    expect(await ask(link, { method: "HEAD" })).toMatchObject({ status: 403 });
    expect(await ask(`${origin}/open/guess`)).toMatchObject({ status: 403 });

    const client = await PageClient.enter(link);
    expect(await ask(link), "a second time").toMatchObject({
      status: 403,
      text: expect.stringContaining("has been used") as string,
    });
    const again = await ask(link, { headers: { cookie: client.cookie } });
    expect(again, "in the same browser").toMatchObject({ status: 303, headers: { location: client.path } });
    for (const file of ["", "page.js", "events"]) {
      const url = `${origin}${client.path}${file}`;
      expect(await ask(url), file).toMatchObject({ status: 403 });
      expect(await ask(url, { headers: { cookie: "ryzeapi=guess" } }), file).toMatchObject({ status: 403 });
      expect(await client.get(file, { host: `evil.example:${port}` }), file).toMatchObject({ status: 403 });
    }
    expect(await client.get("nothing")).toMatchObject({ status: 404 });
    expect(await ask(`${origin}/`, { headers: { cookie: client.cookie } })).toMatchObject({ status: 404 });
  });

  test("does nothing for another site, nor what the page does not ask for", async (context) => {
    const { serving, emulator } = await sceneFor(context, ["orion"]);
    const client = await PageClient.enter(await serving.link());
    const asked = { name: "orion" };
    const foreign = await client.post("open", asked, { origin: "https://evil.example" });
    expect(foreign).toMatchObject({ status: 403 });
    const { origin, path, cookie } = client;
    const body = JSON.stringify(asked);
    const withoutOrigin = { method: "POST", headers: { cookie }, body };
    expect(await ask(`${origin}${path}open`, withoutOrigin)).toMatchObject({ status: 403 });
    for (const wrong of ["{", "{}", '{"name": 1}', '{"name": "orion", "token": "x"}'])
      expect(await client.post("open", wrong), wrong).toMatchObject({ status: 400 });
    expect(await client.post("open", { name: "orion", number: "my phone" })).toMatchObject({ status: 400 });
    expect(await client.post("open", { name: "vega" }), "not on the page").toMatchObject({ status: 404 });
    expect(await client.post("nothing", asked)).toMatchObject({ status: 404 });
    expect(await client.post("open", { name: "x".repeat(10_000) }), "too large").toMatchObject({
      status: 400,
    });
    expect(emulator.requests().filter(({ route }) => route === CONNECT)).toEqual([]);
  });

  test("lets nothing be loaded from elsewhere, kept, framed or guessed", async (context) => {
    const { serving } = await sceneFor(context, ["orion"]);
    const client = await PageClient.enter(await serving.link());
    for (const [file, type] of [
      ["", "text/html"],
      ["page.js", "text/javascript"],
      ["page.css", "text/css"],
      ["icon.svg", "image/svg+xml"],
    ] as const) {
      const { status, headers, text } = await client.get(file);
      expect({ status, type: headers["content-type"] }).toEqual({
        status: 200,
        type: `${type}; charset=utf-8`,
      });
      expect(headers["content-security-policy"]).toMatch(
        /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
      );
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      });
      expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
    }
  });

  test("listens on this machine alone", async (context) => {
    const { serving } = await sceneFor(context, ["orion"]);
    const port = Number(new URL(await serving.link()).port);
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const outer = addresses.filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outer) {
      const outcome = await new Promise((resolve) => {
        connect(port, address, () => {
          resolve("connected");
        }).on("error", ({ code }: NodeJS.ErrnoException) => {
          resolve(code);
        });
      });
      expect(outcome, address).toBe("ECONNREFUSED");
    }
  });

  test("renews no code that nobody sees, and goes on when the page is back", async (context) => {
    const { emulator, client, watched } = await watchedFor(context, ["orion"]);
    const [first, second] = [qrCode(), qrCode()];
    nextCodes(emulator, "orion", { qrCode: first }, { qrCode: second });
    await client.post("open", { name: "orion" });
    await until(() => {
      expect(watched.cards.get("orion")?.pairing?.code).toMatchObject({ is: "drawing" });
    });
    const shown = watched.cards.get("orion")?.pairing?.code;
    await isLookedAt(emulator);
    watched.leave();
    emulator.patchInstance("orion", { state: "disconnected" });
    emulator.clearRequests();
    await until(() => {
      expect(emulator.requests().filter(({ route }) => route === LIST).length).toBeGreaterThan(1);
    });
    expect(codesAsked(emulator, "orion")).toBe(0);
    const back = await client.watch();
    await until(() => {
      const code = back.cards.get("orion")?.pairing?.code;
      expect(code).toMatchObject({ is: "drawing" });
      expect(code).not.toMatchObject({ path: (shown as { path?: string } | undefined)?.path });
    });
    expect(codesAsked(emulator, "orion")).toBe(1);
  });

  test("hides a code that no phone used in the time that it has", async (context) => {
    const { client, watched, serving } = await watchedFor(context, ["orion", "--timeout", "1"]);
    await client.post("open", { name: "orion" });
    await until(() => {
      expect(problemOf(watched, "orion")).toEqual({ is: "timedOut" });
    });
    expect(watched.cards.get("orion")).toMatchObject({ pairing: null, state: "notConnected" });
    expect(serving.events.at(-1)).toMatchObject({ event: "failed", name: "orion" });
  });

  test("says of a number that is banned, one that is logged out, and an instance that is gone what it is", async (context) => {
    const { emulator, client, watched } = await watchedFor(context, ["orion", "vega"]);
    await client.post("open", { name: "orion" });
    await until(() => {
      expect(watched.cards.get("orion")?.pairing?.code).toBeTruthy();
    });
    await isLookedAt(emulator);
    emulator.patchInstance("orion", { state: "loggedout" });
    emulator.patchInstance("vega", { deleted: true });
    await until(() => {
      expect(watched.cards.get("orion")).toMatchObject({ state: "loggedOut", problem: { is: "loggedOut" } });
      expect(watched.cards.get("vega")).toMatchObject({ state: "gone" });
    });
    emulator.pair("orion");
    await until(() => {
      expect(watched.isOver, "those that are there are connected").toBe(true);
    });
  });

  test("shows a code that comes as a picture alone", async (context) => {
    const { emulator, client, watched } = await watchedFor(context, ["orion"]);
    emulator.readings.connectAnswer = "image-only";
    await client.post("open", { name: "orion" });
    await until(() => {
      expect(watched.cards.get("orion")?.pairing?.code).toMatchObject({
        is: "picture",
        address: expect.stringMatching(/^data:image\/png;base64,iVBOR/) as string,
      });
    });
  });

  test("ends when all are connected, and with --keep does not", async (context) => {
    const [ending, kept] = await Promise.all([
      watchedFor(context, ["orion", "vega"]),
      watchedFor(context, ["orion", "--keep"]),
    ]);
    ending.emulator.pair("orion", "5511999999999:7@s.whatsapp.net");
    await until(() => {
      expect(ending.watched.cards.get("orion")).toMatchObject({
        state: "connected",
        number: "5511999999999",
      });
    });
    expect(ending.watched.isOver).toBe(false);
    ending.emulator.pair("vega");
    expect(await ending.serving.exitCode).toBe(0);
    expect(ending.watched.isOver).toBe(true);
    expect(ending.serving.events.slice(1)).toEqual([
      { event: "connected", name: "orion", numberJid: "5511999999999:7@s.whatsapp.net" },
      { event: "connected", name: "vega", numberJid: "5511999999999@s.whatsapp.net" },
    ]);

    kept.emulator.pair("orion");
    await until(() => {
      expect(kept.watched.cards.get("orion")?.state).toBe("connected");
    });
    kept.emulator.patchInstance("orion", { state: "disconnected" });
    await until(() => {
      expect(kept.watched.cards.get("orion")?.state).toBe("notConnected");
    });
  });

  test("is not started where all are connected already", async (context) => {
    const { emulator } = await sceneFor(context, ["orion"]);
    emulator.pair("vega");
    const serving = new Serving(["vega"], environmentFor(emulator));
    expect(await serving.exitCode).toBe(0);
    expect(serving.output).toBe("The instance is connected.\n");
  });

  test("opens the browser of the desktop, and tells people the link and what happens", async (context) => {
    const { emulator } = await sceneFor(context, ["orion"]);
    const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
    const opener = join(folder, "xdg-open");
    await writeFile(
      opener,
      `#!/bin/sh\necho "$1" > "${folder}/opened.new"; mv "${folder}/opened.new" "${folder}/opened"\n`,
    );
    await chmod(opener, 0o755);
    const PATH = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
    const serving = new Serving(["orion"], { ...environmentFor(emulator), PATH, DISPLAY: ":0" });
    context.onTestFinished(async () => {
      serving.kill();
      await rm(folder, { recursive: true });
    });
    const link = await serving.link();
    const opened = await until(() => readFile(join(folder, "opened"), "utf8"));
    expect(opened.trim()).toBe(link);
    emulator.pair("orion");
    expect(await serving.exitCode).toBe(0);
    expect(serving.output).toMatch(
      /works once.*\n"orion" is connected as 5511999999999\. \(1 of 1\)\nThe instance is connected\.\n$/,
    );
  });

  test.for([
    [["orion", "nobody"], 1, 'no instance named "nobody"'],
    [[], 1, "Name the instances"],
    [["orion", "--number", "5511999999999"], 2, "--number does not go with --web"],
    [["orion", "--token-output", "token"], 2, "--token-output does not go with --web"],
  ] as const)("%j is refused", async ([args, code, message], context) => {
    const { serving } = await sceneFor(context, args);
    expect(await serving.exitCode).toBe(code);
    expect(serving.output).toBe("");
    expect(serving.errors).toContain(message);
  });
});
