import { describe, expect, test } from "vitest";

import { read } from "./pages.mts";

describe("README.md", () => {
  const readme = read("README.md");

  test("shows the quickstart's program as it is", () => {
    const [program] = codeIn(section("A program"), "ts");
    expect(program).toBe(read("examples/quickstart/index.ts"));
  });

  test("shows the quickstart's compiler options as they are", () => {
    const [options] = codeIn(section("In a project of your own"), "json");
    expect(options).toBe(read("examples/quickstart/tsconfig.json"));
  });

  test("sets every key of the configuration that the quickstart requires and Pulumi.yaml does not", () => {
    const required = [...read("examples/quickstart/index.ts").matchAll(/config\.require\w*\("(\w+)"\)/g)];
    const withDefault = [...read("Pulumi.yaml").matchAll(/^ {2}(\w+):\n {4}type:/gm)].map(([, key]) => key);
    const set = [...section("A stack of your own, here").matchAll(/config set (?:--secret )?(\w+) /g)];
    const keys = required.map(([, key]) => key).filter((key) => !withDefault.includes(key));
    const first = set.map(([, key]) => key).filter((key) => !withDefault.includes(key));
    expect(first.sort()).toEqual(keys.sort());
  });

  test("says that npm's warnings on an older Node.js are harmless", () => {
    expect(section("Development")).toMatch(/`EBADENGINE`[^.]*harmless/);
  });

  test("names every folder of the sources", () => {
    const folders = ["cli", "examples", "provider", "scripts", "sdk", "test"];
    for (const folder of folders) expect(section("Development")).toContain(`| \`${folder}/\` `);
  });

  test("names every script that people start", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const shown = [...section("Development").matchAll(/`npm (?:run )?(test|(?<=run )[\w:]+)/g)].map(
      ([, script]) => script,
    );
    for (const script of shown) expect(scripts).toHaveProperty([script ?? ""]);
  });

  /** The text under a heading, up to the next heading of any level. */
  function section(heading: string): string {
    const start = readme.indexOf(`\n## ${heading}\n`);
    expect(start, `a section "${heading}"`).toBeGreaterThan(-1);
    const text = readme.slice(start + heading.length + 5);
    return text.slice(0, /^#/m.exec(withoutCode(text))?.index);
  }
});

function codeIn(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(
    ([, code = ""]) => code,
  );
}

/** A line of code may begin like a heading. */
function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```$/gm, (code) => " ".repeat(code.length));
}
