import { renderUnicodeCompact } from "uqr";
import { cleanMessage } from "../provider/ryzeapi/errors.ts";
import { numberOf } from "./connection.ts";
import { shown, terminalWidth, wrapped, type Line, type Width } from "./lines.ts";
import { printCode, printConnected } from "./pairing-events.ts";
import type { Code } from "./pairing.ts";
import { canMoveCursor } from "./progress.ts";
import { SecondScreen } from "./second-screen.ts";
import { styled } from "./style.ts";

/** What a terminal can show. */
type ShownCode = Exclude<Code, { readonly qrPicture: string }>;

/** Where codes are shown to whoever holds the phone. */
export interface Screen {
  show(code: ShownCode, renewedAt: Date): void;
  /** Gives the terminal back as it was. */
  close?(): void;
  connected(numberJid: string | undefined): void;
}

/** The screen for where the output goes: a terminal, one that cannot move its cursor, or a script. */
export async function screenFor(name: string, json: boolean): Promise<Screen> {
  if (json) return new JsonLines(name);
  const shown = cleanMessage(name, []);
  return canMoveCursor(process.stdout) ? new FullScreen(shown, await terminalWidth()) : new PlainText(shown);
}

class FullScreen implements Screen {
  readonly #name: string;
  readonly #width: Width;
  readonly #screen = new SecondScreen(() => this.#lines());
  #shown: { readonly code: ShownCode; readonly renewedAt: Date } | undefined;

  constructor(name: string, width: Width) {
    this.#name = name;
    this.#width = width;
  }

  show(code: ShownCode, renewedAt: Date): void {
    this.#shown = { code, renewedAt };
    this.#screen.draw();
  }

  close(): void {
    this.#screen.close();
  }

  connected(numberJid: string | undefined): void {
    console.log(connectedLine(this.#name, numberJid));
  }

  #lines(): readonly string[] {
    if (this.#shown === undefined) return [];
    const { code, renewedAt } = this.#shown;
    const seconds = Math.ceil((renewedAt.getTime() - Date.now()) / 1_000);
    const when = seconds > 0 ? `The next code comes in ${seconds} s.` : "Getting the next code…";
    const end: Line = { text: `${when} Ctrl-C ends.`, style: "dim" };
    return arranged(described(this.#name, code), qrLines(code), end, process.stdout, this.#width).map(shown);
  }
}

/** Between a QR code and the words beside it. */
const GAP = 2;
/** Of the words beside a QR code. */
const NARROWEST = 16;

/** The words above and below the QR code, or beside it where the window is too low; or what to do where it is too small. */
function arranged(
  words: readonly Line[],
  qrCode: readonly Line[],
  end: Line,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  width: Width,
): readonly Line[] {
  const around = (across: number) => [
    ...wrapped(words, across, width),
    ...qrCode,
    ...wrapped([end], across, width),
  ];
  const qrWidth = qrCode[0]?.text.length ?? 0;
  if (qrCode.length === 0 || (columns >= qrWidth && rows >= around(columns).length)) return around(columns);
  const left = columns - qrWidth - GAP;
  const beside = left < NARROWEST ? [] : wrapped([...words, end], left, width);
  if (beside.length > 0 && rows >= qrCode.length)
    return qrCode.map((line, row) => ({
      text: `${shown(line)}${" ".repeat(GAP)}${shown(beside[row] ?? { text: "" })}`,
    }));
  const needed =
    beside.length > 0
      ? `${qrWidth + GAP + NARROWEST} columns and ${qrCode.length} rows`
      : `${qrWidth} columns and ${around(qrWidth).length} rows`;
  return wrapped(
    [
      { text: "This window is too small for the QR code.", style: "yellow" },
      { text: `It needs ${needed}, and has ${columns} and ${rows}.` },
      { text: "Enlarge it, choose a smaller font, or start again with --number DIGITS." },
      { text: "" },
      end,
    ],
    columns,
    width,
  );
}

/** For files, pipes and terminals that cannot move their cursor: one code below the other. */
class PlainText implements Screen {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  show(code: ShownCode): void {
    console.log([...described(this.#name, code), ...qrLines(code), { text: "" }].map(shown).join("\n"));
  }

  connected(numberJid: string | undefined): void {
    console.log(connectedLine(this.#name, numberJid));
  }
}

class JsonLines implements Screen {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  show(code: ShownCode, renewedAt: Date): void {
    printCode(this.#name, code, renewedAt);
  }

  connected(numberJid: string | undefined): void {
    printConnected(this.#name, numberJid);
  }
}

/** What to do with the code. */
function described(name: string, code: ShownCode): Line[] {
  const title: Line = { text: `Pair "${name}" with WhatsApp`, style: "bold" };
  if ("qrCode" in code) return [title, { text: "In WhatsApp: Linked devices > Link a device" }];
  return [
    title,
    { text: "In WhatsApp: Linked devices > Link a device > Link with phone number. Then type:" },
    { text: code.pairingCode, style: "bold" },
  ];
}

function qrLines(code: ShownCode): Line[] {
  if (!("qrCode" in code)) return [];
  const lines = renderUnicodeCompact(code.qrCode, { border: 2 }).split("\n");
  // White on black whatever the terminal's own colours are; without colours, for light text on a dark background.
  return lines.map((text) => ({ text, style: ["whiteBright", "bgBlack"] }));
}

export function connectedLine(name: string, numberJid: string | undefined): string {
  const as = numberJid === undefined ? "" : ` as ${numberOf(numberJid)}`;
  return styled("green", `"${name}" is connected${as}.`);
}
