import { existsSync, globSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import ts from "typescript";
import { describe, expect, test } from "vitest";

import { PAGES, read, repository } from "./pages.mts";

/** The compiler that Pulumi takes where a project has none. */
const fallback = createRequire(import.meta.url)(
  "@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js",
) as typeof ts;

/** Pulumi's runner sets what a tsconfig.json leaves out to this. */
const DEFAULTS = { moduleResolution: "nodenext" };

describe("what a compiler says of a tsconfig.json", () => {
  test.each([
    [{ module: "nodenext", moduleResolution: "nodenext" }],
    [{ module: "nodenext" }],
    [{ module: "node16", moduleResolution: "node16" }],
    [{ module: "esnext", moduleResolution: "bundler" }],
    [{ module: "commonjs", moduleResolution: "bundler" }],
  ])("nothing: %j", (options) => {
    expect(errorsOf(ts, options)).toEqual([]);
    const [row = ""] = rowOf(options);
    expect(row).toMatch(/\| yes +\|/);
  });

  test.each([
    [ts, { module: "commonjs" }, 5110],
    [ts, { module: "commonjs", moduleResolution: "node" }, 5107],
    [fallback, { module: "nodenext", moduleResolution: "nodenext" }, 6046],
  ])("is in trouble-shooting (%#)", (compiler, options, code) => {
    expect(errorsOf(compiler, options)).toContain(code);
    expect(read("docs/troubleshooting.md")).toContain(`\`TS${code}: `);
    if (compiler === ts) expect(rowOf(options)[0]).toContain(`| TS${code} `);
  });
});

test("no page has `npm init` write a `main` that does not exist, and no template has one", () => {
  for (const page of PAGES) expect(read(page), page).not.toMatch(/^(?: {4})?npm init/m);
  const templates = globSync("templates/*/package.json", { cwd: repository });
  expect(templates).not.toEqual([]);
  for (const path of templates) {
    const { main } = JSON.parse(read(path)) as { main: string };
    expect(existsSync(join(repository, dirname(path), main)), path).toBe(true);
  }
});

type Options = Readonly<Record<string, string>>;

function errorsOf(compiler: typeof ts, options: Options): number[] {
  const compilerOptions = { ...(compiler === ts ? DEFAULTS : {}), ...options, target: "es2020" };
  const { options: parsed, errors } = compiler.convertCompilerOptionsFromJson(compilerOptions, repository);
  const program = compiler.createProgram([], { ...parsed, types: [] });
  return [...errors, ...program.getOptionsDiagnostics()]
    .map(({ code }) => code)
    .filter((code) => code !== 18003);
}

/** What the documentation has of a combination. */
function rowOf({ module = "", moduleResolution }: Options): string[] {
  const second =
    moduleResolution === undefined ? "(?:`\\w+` or )?none" : `\`${moduleResolution}\`(?: or none)?`;
  const row = new RegExp(`^\\| \`${module}\` +\\| ${second} +\\|.*$`, "m");
  return row.exec(read("docs/package.md")) ?? [];
}
