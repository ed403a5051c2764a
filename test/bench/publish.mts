import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { format, resolveConfig } from "prettier";

import type { Part } from "./parts.mts";
import { drawn } from "./picture.mts";
import { say } from "./progress.mts";
import type { Report } from "./report.mts";
import { asMarkdown, foldedMarkdown } from "./tables.mts";

const DATA = "docs/bench.json";
const PAGE = "docs/scale.md";

/** Puts what was measured where people read it; the parts that were not run stay as they are. */
export async function publish(parts: readonly Part[]): Promise<void> {
  const former = JSON.parse(await readFile(inRepository(DATA), "utf8")) as Report;
  const report = Object.assign({}, former, ...parts.map(({ data }) => data)) as Report;
  await write(DATA, await formatted(DATA, JSON.stringify(report)));
  let page = await readFile(inRepository(PAGE), "utf8");
  for (const part of parts) {
    if (part.picture !== undefined) await write(part.picture.file, drawn(part.picture));
    page = withFigures(page, part);
  }
  await write(PAGE, await formatted(PAGE, page));
}

/** The page with the part's figures between its two marks. */
function withFigures(page: string, { name, conditions, picture, tables }: Part): string {
  const [start, end] = ["start", "end"].map(
    (mark) => `<!-- figures of \`npm run bench -- --only ${name}\`: ${mark} -->`,
  );
  const [before, rest] = page.split(start ?? "");
  const after = rest?.split(end ?? "")[1];
  if (before === undefined || after === undefined)
    throw new Error(`${PAGE} lacks the lines ${start} and ${end}.`);
  const [first, ...details] = tables;
  const image = picture && `![${picture.description}](${relative(dirname(PAGE), picture.file)})`;
  const shown = [conditions, image, asMarkdown(first), ...details.map(foldedMarkdown)];
  const figures = shown.filter((each) => each !== undefined).join("\n\n");
  return `${before}${start}\n\n${figures}\n\n${end}${after}`;
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
