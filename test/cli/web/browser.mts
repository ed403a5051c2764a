import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import axe from "axe-core";
import jsqrModule from "jsqr";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";

import { pixelsOf } from "./png.mts";

const jsQR = jsqrModule as unknown as typeof jsqrModule.default;

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The Chromium of this machine; undefined where there is none. */
export const CHROMIUM = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launch(): Promise<Browser> {
  // Its sandbox does not run as root, as CI in containers does; it only sees pages of this machine.
  return chromium.launch({ executablePath: CHROMIUM ?? "", args: ["--no-sandbox"] });
}

/** The content of a QR code as a camera would read it off the screen; undefined where it finds none. */
export async function qrCodeIn(element: Locator): Promise<string | undefined> {
  const { data, width, height } = pixelsOf(await element.screenshot({ type: "png" }));
  return jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
}

/** What axe-core finds wrong with a page for those who do not see, hear or point. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`);
}
