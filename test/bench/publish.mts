import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { format, resolveConfig } from "prettier";

import { chart } from "./chart.mts";
import { say } from "./progress.mts";
import type { Report } from "./report.mts";
import { asMarkdown, foldedMarkdown, tablesOf } from "./tables.mts";

const DATA = "docs/bench.json";
const PICTURE = "docs/images/bench.svg";
const PAGE = "docs/scale.md";
const START = "<!-- figures of `npm run bench`: start -->";
const END = "<!-- figures of `npm run bench`: end -->";

/** Puts what was measured where people read it. */
export async function publish(report: Report): Promise<void> {
  await write(DATA, await formatted(DATA, JSON.stringify(report)));
  await write(PICTURE, chart(report));
  const page = await readFile(inRepository(PAGE), "utf8");
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${PAGE} lacks the lines ${START} and ${END}.`);
  const [targets, ...details] = tablesOf(report);
  const figures = [conditions(report), asMarkdown(targets), ...details.map(foldedMarkdown)].join("\n\n");
  await write(PAGE, await formatted(PAGE, `${before}${START}\n\n${figures}\n\n${END}${after}`));
}

function conditions({ machine, window, parallel, tookSeconds }: Report): string {
  return (
    `Measured on ${machine.cores} cores with Node.js ${machine.node} and @pulumi/pulumi ${machine.pulumi}, ${parallel} ` +
    `resources at once, windows of ${window.seconds} s, in ${Math.round(tookSeconds / 60)} minutes.`
  );
}

async function formatted(path: string, text: string): Promise<string> {
  const filepath = inRepository(path);
  return await format(text, { ...(await resolveConfig(filepath)), filepath });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(inRepository(path)), { recursive: true });
  await writeFile(inRepository(path), text);
  say(`wrote ${path}`);
}

function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
