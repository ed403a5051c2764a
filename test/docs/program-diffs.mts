import { codeBlocks } from "./pages.mts";

/** The program that people have when they come to any other page. */
export const FIRST_PAGE = "docs/getting-started.md";

/** What the diffs of a page make of that program; those that are Pulumi's output are left out. */
export function changedPrograms(page: string): string[] {
  const diffs = codeBlocks(page, "diff").filter((diff) => !/^\s*~ /m.test(diff));
  const [program = ""] = codeBlocks(FIRST_PAGE, "ts");
  return diffs.map((diff) => applied(diff, program));
}

export function applied(diff: string, program: string): string {
  const rest = program.split("\n");
  const changed: string[] = [];
  for (const line of diff.split("\n")) {
    const [sign, text] = [line.slice(0, 1), line.slice(2)];
    if (sign === "+") {
      changed.push(text);
      continue;
    }
    const place = rest.indexOf(text);
    if (place < 0) throw new Error(`The program has no "${text}" where a diff has it.`);
    changed.push(...rest.splice(0, place));
    rest.shift();
    if (sign !== "-") changed.push(text);
  }
  return [...changed, ...rest].join("\n");
}
