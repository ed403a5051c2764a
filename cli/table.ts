import { terminalWidth } from "./lines.ts";

export interface Cell {
  readonly text: string;
  /** The same with colours, which take no room. */
  readonly shown: string;
}

/** Columns as wide as what a terminal shows of their widest cell: East Asian characters take two places. */
export async function table(
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): Promise<readonly string[]> {
  const stringWidth = await terminalWidth();
  const lines = [header, ...rows];
  const widths = header.map((_title, column) =>
    Math.max(...lines.map((line) => stringWidth(line[column]?.text ?? ""))),
  );
  const padded = ({ text, shown }: Cell, column: number) =>
    shown + " ".repeat((widths[column] ?? 0) - stringWidth(text));
  return lines.map((line) => line.map(padded).join("  ").trimEnd());
}
