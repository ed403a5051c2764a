import { styled, type Style } from "./style.ts";

export interface Line {
  readonly text: string;
  readonly style?: Style;
}

export function shown({ text, style }: Line): string {
  return style === undefined ? text : styled(style, text);
}

/** How many columns of a terminal a text takes: East Asian characters take two. */
export type Width = (text: string) => number;

export async function terminalWidth(): Promise<Width> {
  // An ES module, which the oldest Node.js that the package supports cannot `require`.
  return (await import("string-width")).default;
}

/** The lines, of which each goes on below where it has too many words for the columns. */
export function wrapped(lines: readonly Line[], columns: number, width: Width): Line[] {
  return lines.flatMap(({ text, ...line }) => {
    const parts: string[] = [];
    for (const word of text.split(" ")) {
      const last = parts.at(-1);
      if (last !== undefined && width(`${last} ${word}`) <= columns) parts.splice(-1, 1, `${last} ${word}`);
      else parts.push(word);
    }
    return parts.map((part) => ({ ...line, text: part }));
  });
}
