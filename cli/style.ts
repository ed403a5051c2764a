import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

/** Colours on standard output, as the terminal, NO_COLOR and FORCE_COLOR allow. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
