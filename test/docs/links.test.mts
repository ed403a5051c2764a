import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import manifest from "../../package.json" with { type: "json" };
import { namesOf } from "../../scripts/reference/names.mts";
import { anchorsOf, linksOf, PAGES, repository, targetOf } from "./pages.mts";

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const broken = linksOf(page).flatMap((link) => {
    const problem = problemOf(page, link);
    return problem === undefined ? [] : [`${link}: ${problem}`];
  });
  expect(broken).toEqual([]);
});

test("docs/README.md is a way to every page of docs", () => {
  const reached = linksOf("docs/README.md").map((link) => targetOf("docs/README.md", link));
  const pages = PAGES.filter((page) => /^docs\/[^/]+\.md$/.test(page) && !/(_index|README)\.md$/.test(page));
  expect(pages).toContain("docs/scale.md");
  expect(pages.filter((page) => !reached.includes(page))).toEqual([]);
});

/** Where the pages that Pulumi's Registry shows have to send a reader: the Registry has no other of our pages. */
const OWN = `${namesOf(manifest).repository}/blob/main/`;

/** Other sites are not asked; an address has to be one. */
function problemOf(page: string, link: string): string | undefined {
  if (link.startsWith(OWN)) return problemOf("README.md", link.slice(OWN.length));
  if (link.startsWith("https://")) return URL.canParse(link) ? undefined : "is no address";
  if (/^[a-z]+:/i.test(link)) return "is neither https:// nor a path";
  if (link.startsWith("/")) return "is a path from the root, which GitHub does not follow";
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : targetOf(page, path);
  if (!existsSync(join(repository, target))) return `there is no ${target}`;
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return `${target} has no headings`;
  return anchorsOf(target).includes(anchor) ? undefined : `${target} has no heading of that name`;
}
