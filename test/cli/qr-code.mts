import type { IBufferCell } from "@xterm/headless";
import jsqrModule from "jsqr";

import type { CommandInTerminal } from "./terminal.mts";

const jsQR = jsqrModule as unknown as typeof jsqrModule.default;

/** How the terminal shows text without a colour of its own. */
export type Theme = "dark" | "light";

/** Pixels per half of a cell, so that the reader has something to measure. */
const SCALE = 4;

/** The content of the QR code on the screen, as a phone's camera would read it; undefined where it finds none. */
export function qrCodeOn(terminal: CommandInTerminal, theme: Theme): string | undefined {
  const rows = terminal.lines.length;
  const [width, height] = [terminal.columns * SCALE, rows * 2 * SCALE];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const line = terminal.buffer.getLine(terminal.buffer.baseY + Math.floor(y / (2 * SCALE)));
    const half = Math.floor(y / SCALE) % 2 === 0 ? "upper" : "lower";
    for (let x = 0; x < width; x += 1) {
      const cell = line?.getCell(Math.floor(x / SCALE));
      const shade = cell !== undefined && isBright(cell, half, theme) ? 255 : 0;
      pixels.set([shade, shade, shade, 255], (y * width + x) * 4);
    }
  }
  return jsQR(pixels, width, height, { inversionAttempts: "dontInvert" })?.data;
}

const WITH_UPPER_HALF = "█▀";
const WITH_LOWER_HALF = "█▄";

function isBright(cell: IBufferCell, half: "upper" | "lower", theme: Theme): boolean {
  const text = cell.getChars() || " ";
  const isDrawn = (half === "upper" ? WITH_UPPER_HALF : WITH_LOWER_HALF).includes(text);
  if (isDrawn) return cell.isFgDefault() ? theme === "dark" : cell.getFgColor() === BRIGHT_WHITE;
  return cell.isBgDefault() ? theme === "light" : cell.getBgColor() !== BLACK;
}

/** Of the terminal's palette. */
const BLACK = 0;
const BRIGHT_WHITE = 15;
