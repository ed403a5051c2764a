import { renderUnicodeCompact } from "uqr";
import { numberOf } from "./connection.ts";
import type { Code } from "./pairing.ts";
import { canMoveCursor } from "./progress.ts";
import { styled } from "./style.ts";

/** Where codes are shown to whoever holds the phone. */
export interface Screen {
  show(code: Code, renewedAt: Date): void;
  /** Gives the terminal back as it was. */
  close?(): void;
  connected(name: string, numberJid: string | undefined): void;
}

/** The screen for where the output goes: a terminal, one that cannot move its cursor, or a script. */
export function screenFor(name: string, json: boolean): Screen {
  if (json) return new JsonLines();
  return canMoveCursor(process.stdout) ? new FullScreen(name) : new PlainText(name);
}

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const END_OF_LINE = "\u001b[K\r\n";
const REST_OF_SCREEN = "\u001b[J";

/**
 * The terminal's second screen, without a cursor: every code stands in the place of the one before, whatever size the
 * window is given, and none stays behind in the terminal's history.
 */
class FullScreen implements Screen {
  readonly #name: string;
  #shown: { readonly code: Code; readonly renewedAt: Date } | undefined;
  #clock: NodeJS.Timeout | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  show(code: Code, renewedAt: Date): void {
    if (this.#shown === undefined) this.#open();
    this.#shown = { code, renewedAt };
    this.#draw();
  }

  #open(): void {
    process.stdout.write(ENTER);
    process.on("exit", this.close);
    process.stdout.on("resize", this.#draw);
    this.#clock = setInterval(this.#draw, 1_000);
  }

  close = (): void => {
    if (this.#shown === undefined) return;
    this.#shown = undefined;
    clearInterval(this.#clock);
    process.stdout.off("resize", this.#draw);
    process.off("exit", this.close);
    process.stdout.write(LEAVE);
  };

  connected(name: string, numberJid: string | undefined): void {
    console.log(connectedLine(name, numberJid));
  }

  #draw = (): void => {
    if (this.#shown === undefined) return;
    const { code, renewedAt } = this.#shown;
    const seconds = Math.ceil((renewedAt.getTime() - Date.now()) / 1_000);
    const when = seconds > 0 ? `The next code comes in ${seconds} s.` : "Getting the next code…";
    const lines = [...fitting(code, described(this.#name, code)), styled("dim", `${when} Ctrl-C ends.`)];
    process.stdout.write(HOME + lines.join(END_OF_LINE) + REST_OF_SCREEN);
  };
}

/** The lines, or what to do where the window is too small for the QR code among them. */
function fitting(code: Code, lines: readonly string[]): readonly string[] {
  const { columns, rows } = process.stdout;
  const width = "qrCode" in code ? (qrLines(code.qrCode)[0]?.length ?? 0) : 0;
  // One line below them is in use.
  const height = "qrCode" in code ? lines.length + 1 : 0;
  if (columns >= width && rows >= height) return lines;
  return [
    styled("yellow", "This window is too small for the QR code."),
    `It needs ${width} columns and ${height} rows,`,
    `and has ${columns} and ${rows}.`,
    "Enlarge it, choose a smaller font,",
    "or start again with --number DIGITS.",
    "",
  ];
}

/** For files, pipes and terminals that cannot move their cursor: one code below the other. */
class PlainText implements Screen {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  show(code: Code): void {
    console.log([...described(this.#name, code), ""].join("\n"));
  }

  connected(name: string, numberJid: string | undefined): void {
    console.log(connectedLine(name, numberJid));
  }
}

/** One JSON object per line, for scripts. */
class JsonLines implements Screen {
  show(code: Code, renewedAt: Date): void {
    console.log(JSON.stringify({ event: "qrCode" in code ? "qrCode" : "pairingCode", ...code, renewedAt }));
  }

  connected(name: string, numberJid: string | undefined): void {
    console.log(JSON.stringify({ event: "connected", name, numberJid: numberJid ?? null }));
  }
}

/** The code, and what to do with it. */
function described(name: string, code: Code): string[] {
  const title = styled("bold", `Pair "${name}" with WhatsApp`);
  const onPhone = "On the phone: WhatsApp > Linked devices";
  if ("qrCode" in code) {
    // White on black whatever the terminal's own colours are; without colours, for light text on a dark background.
    const lines = qrLines(code.qrCode).map((line) => styled(["whiteBright", "bgBlack"], line));
    return [title, `${onPhone} > Link a device, then scan:`, ...lines];
  }
  return [
    title,
    onPhone,
    "> Link a device > Link with phone number,",
    `then type: ${styled("bold", code.pairingCode)}`,
  ];
}

function qrLines(qrCode: string): string[] {
  return renderUnicodeCompact(qrCode, { border: 2 }).split("\n");
}

function connectedLine(name: string, numberJid: string | undefined): string {
  const as = numberJid === undefined ? "" : ` as ${numberOf(numberJid)}`;
  return styled("green", `"${name}" is connected${as}.`);
}
