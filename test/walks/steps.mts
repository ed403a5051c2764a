import type { Tokens } from "marked";

import { tokensOf } from "../docs/pages.mts";

/** What a reader of a page does, in the order of the page. */
export type Step =
  | {
      readonly does: "type";
      readonly command: string;
      /** Lines that the page shows of the output. */ shown: string[];
    }
  | { readonly does: "write"; readonly file: string; readonly text: string }
  | { readonly does: "change"; readonly diff: string };

/** `<!-- not walked: reason -->` before a block. */
const NOT_WALKED = /^<!-- not walked: (\S.*) -->\s*$/;
const FILE = /`([\w.-]+\.\w+)`[^`]*:$/;
/** Where a reader puts a program. */
export const PROGRAM = "index.ts";
const SHELLS: ReadonlySet<string | undefined> = new Set([undefined, "", "bash"]);
const OUTPUTS: ReadonlySet<string | undefined> = new Set(["console", "text"]);

export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  const tokens = tokensOf(page).filter(({ type }) => ["code", "html", "paragraph", "heading"].includes(type));
  let isLeftOut = false;
  let named: string | undefined;
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "code") {
      isLeftOut = token.type === "html" && NOT_WALKED.test(token.raw);
      named = token.type === "paragraph" ? FILE.exec(token.raw.trim())?.[1] : undefined;
      continue;
    }
    const { lang, text } = token as Tokens.Code;
    if (isLeftOut) continue;
    const follows = tokens[index - 1]?.type === "code" || steps.at(-1)?.does === "type";
    if (SHELLS.has(lang)) steps.push(...commandsOf(text));
    else if (lang === "diff" && !isOutput(text)) steps.push({ does: "change", diff: text });
    else if (named !== undefined) steps.push({ does: "write", file: named, text });
    else if (lang === "ts") steps.push({ does: "write", file: PROGRAM, text });
    else if ((OUTPUTS.has(lang) || lang === "diff") && follows) showOf(steps.at(-1), text);
    named = undefined;
  }
  return steps;
}

/** What Pulumi prints of a difference. */
function isOutput(diff: string): boolean {
  return /^\s*~ /m.test(diff);
}

/** A command goes on in the next line behind a backslash. */
function commandsOf(text: string): Step[] {
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/\s+# .*$/, ""))
    .map((command) => ({ does: "type", command, shown: [] }));
}

function showOf(step: Step | undefined, text: string): void {
  if (step?.does === "type") step.shown.push(...text.split("\n").filter((line) => line.trim() !== ""));
}
