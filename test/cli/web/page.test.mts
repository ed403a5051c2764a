import { join } from "node:path";

import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test, vi } from "vitest";

import { TEXTS } from "../../../cli/web/texts.ts";
import type { Emulator } from "../../emulator/emulator.mts";
import { LIST } from "../../support/service.mts";
import { CONNECT, qrCode } from "../scene.mts";
import { CHROMIUM, launch, qrCodeIn, violationsOf } from "./browser.mts";
import { codesAsked, fleet, nextCodes, serve, until, type Serving } from "./serving.mts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const STARS = ["orion", "vega", "lyra", "atlas", "nova"];
const NAMES = [1, 2, 3, 4].flatMap((part) => STARS.map((star) => `${star}-${part}`));
/** Connected before the page is opened. */
const PAIRED = NAMES.slice(16);

/** A folder for pictures of the page: with `docs/images` the documentation's own are made anew. */
const PICTURES = process.env["RYZEAPI_SCREENSHOTS"];

if (CHROMIUM === undefined) console.warn("There is no Chromium on PATH: the page of --web is not tested.");

describe.skipIf(CHROMIUM === undefined)("the page of `ryzeapi connect --web`, in Chromium", () => {
  let emulator: Emulator;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let serving: Serving;
  /** All that came to the browser, and where from. */
  const received: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    [emulator, browser] = await Promise.all([fleet(NAMES), launch()]);
    for (const name of PAIRED) emulator.pair(name, `55119876543${NAMES.indexOf(name)}@s.whatsapp.net`);
    serving = serve(emulator, NAMES);
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    page = await open(await serving.link());
    return async () => {
      serving.kill();
      await browser.close();
      await emulator.close();
    };
  });

  async function open(link: string): Promise<Page> {
    const opened = await context.newPage();
    opened.on("response", (response) => {
      received.push(response.url(), JSON.stringify(response.headers()));
      if (!response.url().endsWith("/events"))
        void response.text().then((text) => received.push(text), ignore);
    });
    opened.on("console", (message) => complaints.push(message.text()));
    opened.on("pageerror", (error) => complaints.push(error.message));
    await opened.goto(link);
    return opened;
  }

  function card(name: string): Locator {
    return page.getByRole("listitem", { name, exact: true });
  }

  async function press(name: string, button: string): Promise<void> {
    await card(name)
      .getByRole("button", { name: `${button} ${name}`, exact: true })
      .click();
  }

  /** Until the QR code on the screen of this instance is the given one. */
  async function showsCode(name: string, code: string): Promise<void> {
    await until(async () => {
      expect(await qrCodeIn(card(name).getByRole("img"))).toBe(code);
    });
  }

  /** As large as the card allows, and each of its modules of whole pixels. */
  async function expectCrisp(name: string): Promise<void> {
    const code = card(name).getByRole("img");
    await until(async () => {
      const size = Number((await code.getAttribute("viewBox"))?.split(" ").at(-1));
      const { width = 0 } = (await code.boundingBox()) ?? {};
      expect(width).toBeGreaterThan(240);
      expect(width % size).toBe(0);
    });
  }

  async function picture(name: string): Promise<void> {
    const buffer = await page.screenshot(
      PICTURES === undefined ? {} : { path: join(PICTURES, `${name}.png`) },
    );
    expect(buffer.length).toBeGreaterThan(10_000);
  }

  test("has a card per instance, what is to be paired first, and counts", async () => {
    await until(async () => {
      expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual(NAMES);
    });
    expect(await page.locator("#count").textContent()).toBe("4 of 20 connected");
    expect(await card(PAIRED[0] ?? "").innerText()).toMatch(/Connected\s+\+5511987654316/);
    expect(await page.title()).toBe("4/20 · Pair phones");
  });

  test("shows the very code of the service, and the next one in its place", async () => {
    const [first, second] = [qrCode(), qrCode()];
    nextCodes(emulator, "orion-1", { qrCode: first }, { qrCode: second });
    await press("orion-1", "QR code");
    await showsCode("orion-1", first);
    await expectCrisp("orion-1");
    expect(await card("orion-1").innerText()).toMatch(/Link\u00a0a\u00a0device\s+New code in \d+ s/);
    await until(() => {
      expect(emulator.requests().at(-1)?.route).toBe(LIST);
    });
    emulator.patchInstance("orion-1", { state: "disconnected" });
    await showsCode("orion-1", second);
  });

  test("shows a pairing code for a number as people write it", async () => {
    await press("vega-1", "Pairing code");
    const input = card("vega-1").getByRole("textbox");
    await input.fill("my phone");
    await page.keyboard.press("Enter");
    await until(async () => {
      expect(await card("vega-1").innerText()).toContain("This is no phone number.");
    });
    nextCodes(emulator, "vega-1", { pairingCode: "ABCD1234" });
    await input.fill("+55 (11) 99999-9999");
    await page.keyboard.press("Enter");
    await card("vega-1").getByText("ABCD-1234").waitFor();
    expect(emulator.requests().find(({ path }) => path.endsWith("connect/vega-1"))?.query).toBe(
      "number=5511999999999",
    );
  });

  test("keeps what goes wrong with one instance on its card", async () => {
    const rule = { kind: "status", status: 400, route: CONNECT, instance: "atlas-1", times: 1 } as const;
    emulator.fault({ ...rule, message: "No more than 3 codes an hour" });
    await press("atlas-1", "QR code");
    await card("atlas-1").getByText("No code. RyzeAPI: No more than 3 codes an hour").waitFor();
    expect(await card("vega-1").innerText()).toContain("ABCD-1234");
    expect(await card("orion-1").getByRole("img").isVisible()).toBe(true);
    expect(serving.events).toContainEqual(expect.objectContaining({ event: "failed", name: "atlas-1" }));
    await press("atlas-1", "QR code");
    await card("atlas-1").getByRole("img").waitFor();
    await press("atlas-1", "Close");
    await card("atlas-1").getByRole("button", { name: "QR code" }).waitFor();
  });

  test("waits out RyzeAPI's limits, and says so", async () => {
    const reset = String(Math.ceil(Date.now() / 1_000) + 6);
    const headers = { "X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset };
    emulator.fault({ kind: "status", status: 429, route: LIST, headers, times: 1 });
    const soon = { ...headers, "X-RateLimit-Reset": String(Math.ceil(Date.now() / 1_000) + 1) };
    const code = qrCode();
    emulator.fault({
      kind: "status",
      status: 429,
      route: CONNECT,
      instance: "lyra-1",
      headers: soon,
      times: 1,
    });
    nextCodes(emulator, "lyra-1", { qrCode: code });
    await press("lyra-1", "QR code");
    const status = page.getByRole("status");
    await until(async () => {
      expect(await status.innerText()).toContain("Waiting for RyzeAPI");
    });
    await status.waitFor({ state: "hidden" });
    await showsCode("lyra-1", code);
    await press("lyra-1", "Close");
  });

  test("is the same after a reload, without asking for anything again", async () => {
    const code = qrCode();
    nextCodes(emulator, "nova-1", { qrCode: code });
    await press("nova-1", "QR code");
    await showsCode("nova-1", code);
    const asked = codesAsked(emulator, "nova-1");
    await page.reload();
    await showsCode("nova-1", code);
    await expectCrisp("nova-1");
    await card("vega-1").getByText("ABCD-1234").waitFor();
    expect(codesAsked(emulator, "nova-1")).toBe(asked);
  });

  test("turns a card green once the phone has scanned, and says it aloud", async () => {
    await card("nova-1").getByRole("button", { name: "Close" }).focus();
    emulator.pair("nova-1", "5521912345678:4@s.whatsapp.net");
    await until(async () => {
      expect(await card("nova-1").innerText()).toMatch(/^nova-1\s+Connected\s+\+5521912345678$/);
      expect(await page.locator("#announcements").textContent()).toContain(
        "nova-1 is connected. 5 of 20 connected",
      );
    });
    expect(await page.evaluate("document.activeElement.textContent")).toBe("nova-1");
    expect(serving.events.at(-1)).toMatchObject({ event: "connected", name: "nova-1" });
  });

  test("is no violation of accessibility and no mess, small and wide, light and dark", async () => {
    await press("lyra-1", "Pairing code");
    for (const colorScheme of ["light", "dark"] as const)
      for (const width of [1280, 360]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 860 });
        expect(await page.evaluate("document.documentElement.scrollWidth"), `${width} px`).toBe(width);
        expect(await violationsOf(page), `${colorScheme}, ${width} px`).toEqual([]);
        await expectCrisp("orion-1");
        await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
        await picture(`connect-web-${colorScheme}-${width}`);
      }
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test("is found and left with the keyboard alone", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("LYRA-1");
    await until(async () => {
      expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual(["lyra-1"]);
    });
    await card("lyra-1").getByRole("textbox").focus();
    await page.keyboard.press("Escape");
    await card("lyra-1").getByRole("button", { name: "QR code" }).focus();
    await page.keyboard.press("Enter");
    await card("lyra-1").getByRole("img").waitFor();
    await page.keyboard.press("Escape");
    await card("lyra-1").getByRole("button", { name: "QR code" }).waitFor();
    await page.getByRole("searchbox").fill("98765");
    await page.getByRole("radio", { name: "Connected" }).focus();
    await page.keyboard.press("Space");
    expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual(PAIRED);
    await page.getByRole("radio", { name: "To pair" }).check();
    expect(await page.getByText("No instance matches.").isVisible()).toBe(true);
    await page.getByRole("searchbox").fill("");
    expect(await page.getByRole("heading", { level: 2 }).count()).toBe(15);
    await page.getByRole("radio", { name: "All" }).check();
  });

  test.for(["pt", "es"] as const)("speaks the browser's language: %s", async (language) => {
    const texts = TEXTS[language];
    const headers = { "Accept-Language": `${language}-419,en;q=0.5` };
    const other = await context.newPage();
    await other.setExtraHTTPHeaders(headers);
    await other.goto(page.url());
    await other.getByRole("heading", { level: 1, name: texts.title }).waitFor();
    await other.getByText(texts.notConnected).first().waitFor();
    expect(await other.locator("html").getAttribute("lang")).toBe(language);
    await other.close();
  });

  test("survives the end of the command: the next one knows what is connected", async () => {
    serving.kill();
    await until(async () => {
      expect(await page.getByRole("status").innerText()).toContain("start it again");
    });
    const before = serving;
    serving = serve(emulator, NAMES);
    page = await open(await serving.link());
    await until(async () => {
      expect(await page.locator("#count").textContent()).toBe("5 of 20 connected");
    });
    expect(await page.evaluate("location.pathname")).not.toContain(before.events[0]?.url);
  });

  test("ends when all are connected, and the command with it", async () => {
    for (const name of NAMES) emulator.pair(name);
    expect(await serving.exitCode).toBe(0);
    await page.getByText("All instances are connected. You can close this page.").waitFor();
    expect(await page.locator("#count").textContent()).toBe("20 of 20 connected");
    expect(await violationsOf(page)).toEqual([]);
  });

  test("has shown no secret, and the browser had nothing to complain of", async () => {
    const tokens = [emulator.accountToken, ...NAMES.map((name) => emulator.instance(name)?.token ?? "")];
    const kept = await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
    const cookies = JSON.stringify(await context.cookies());
    const places = [
      ...received,
      await page.content(),
      page.url(),
      kept,
      cookies,
      serving.output,
      serving.errors,
    ];
    for (const token of tokens) expect(places.filter((place) => place.includes(token))).toEqual([]);
    expect(received.filter((text) => /^https?:/.test(text) && !text.startsWith("http://127.0.0.1:"))).toEqual(
      [],
    );
    const expected = /400 \(Bad Request\)|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/;
    expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
    expect(tokens.length).toBe(21);
  });
});

function ignore(): undefined {
  return undefined;
}
