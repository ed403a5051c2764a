import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import Slugger from "github-slugger";
import { lexer, walkTokens, type Token, type Tokens } from "marked";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** What people read, by its path in the repository. */
export const PAGES: readonly string[] = globSync(
  ["*.md", "docs/**/*.md", "{examples,templates}/**/README.md", ".github/**/*.md"],
  { cwd: repository, exclude: (path) => path.includes("node_modules") },
).sort();

export function read(path: string, encoding: BufferEncoding = "utf8"): string {
  return readFileSync(join(repository, path), encoding);
}

/** Every token of a page, however deep it lies; the front matter of Pulumi's Registry is no part of the page. */
export function tokensOf(page: string): Token[] {
  const tokens: Token[] = [];
  const text = read(page).replace(/^---\n[^]*?\n---\n/, "");
  void walkTokens(lexer(text), (token) => void tokens.push(token));
  return tokens;
}

/** The blocks of code in the given languages. */
export function codeBlocks(page: string, ...languages: readonly string[]): string[] {
  return tokensOf(page)
    .filter((token): token is Tokens.Code => token.type === "code")
    .filter(({ lang }) => languages.includes(lang ?? ""))
    .map(({ text }) => text);
}

/** Where the links and pictures of a page lead, those in HTML included. */
export function linksOf(page: string): string[] {
  return tokensOf(page).flatMap((token) => {
    if (token.type === "link" || token.type === "image") return [(token as Tokens.Link).href];
    if (token.type !== "html") return [];
    return [...token.raw.matchAll(/\b(?:href|src)="([^"]*)"/g)].map(([, target = ""]) => target);
  });
}

/** What a link can name after a `#`, as GitHub makes it out of the headings. */
export function anchorsOf(page: string): string[] {
  const slugger = new Slugger();
  return tokensOf(page).flatMap((token) => {
    if (token.type === "heading") return [slugger.slug(plainText((token as Tokens.Heading).tokens))];
    if (token.type !== "html") return [];
    return [...token.raw.matchAll(/\b(?:id|name)="([^"]*)"/g)].map(([, name = ""]) => name);
  });
}

/** The path in the repository that a relative link of a page leads to. */
export function targetOf(page: string, link: string): string {
  return join(dirname(page), decodeURIComponent(link));
}

function plainText(tokens: readonly Token[]): string {
  return (tokens as readonly Tokens.Text[])
    .map(({ tokens: inner, text }) => (inner === undefined ? text : plainText(inner)))
    .join("");
}
