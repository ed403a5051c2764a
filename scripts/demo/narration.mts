import { styleText } from "node:util";

/** styleText leaves colours out where the terminal, or NO_COLOR, says so. */
const styled = (style: Parameters<typeof styleText>[0], text: string) =>
  styleText(style, text, { stream: process.stdout });

export function heading(text: string): void {
  say(`\n${styled(["bold", "cyan"], `── ${text} ──`)}`);
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A command as a user would type it. */
export function showCommand(command: string): void {
  say(`\n${styled("bold", `$ ${command}`)}`);
}

/** What a step promised to show: said where it holds, else the end of the demo. */
export function confirm(claim: string, holds: boolean): void {
  if (!holds) throw new Error(`this did not come true: ${claim}`);
  say(styled("green", `✓ ${claim}`));
}
