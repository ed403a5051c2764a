import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { ARGUMENT_NAMES } from "../../provider/arguments.ts";
import { BLOCKS } from "../../provider/blocks/index.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("README.md", () => {
  const readme = read("README.md");

  test("shows the quickstart's program as it is", () => {
    const [program] = codeBlocks(section("A program"), "ts");
    expect(program).toBe(read("examples/quickstart/index.ts"));
  });

  test("shows the quickstart's compiler options as they are", () => {
    const [options] = codeBlocks(section("In a project of your own"), "json");
    expect(options).toBe(read("examples/quickstart/tsconfig.json"));
  });

  test("sets every key of the configuration that the quickstart requires and Pulumi.yaml does not", () => {
    const required = [...read("examples/quickstart/index.ts").matchAll(/config\.require\w*\("(\w+)"\)/g)];
    const withDefault = [...read("Pulumi.yaml").matchAll(/^ {2}(\w+):\n {4}type:/gm)].map(([, key]) => key);
    const set = [...section("A stack of your own, here").matchAll(/config set (?:--secret )?(\w+) /g)];
    const keys = required.map(([, key]) => key).filter((key) => !withDefault.includes(key));
    expect(set.map(([, key]) => key).sort()).toEqual(keys.sort());
  });

  test("lists every argument of an instance, and no other", () => {
    expect(rows(section("Arguments of RyzeInstance")).map(([name]) => name)).toEqual(
      expect.arrayContaining([...ARGUMENT_NAMES]),
    );
    expect(rows(section("Arguments of RyzeInstance"))).toHaveLength(ARGUMENT_NAMES.length);
  });

  test.each(BLOCKS.map((block) => [block.name, block] as const))(
    "lists every field of the block %s with its secrets",
    (name, block) => {
      const fields = rows(section(name, "###"));
      expect(fields.map(([field]) => field)).toEqual(block.fields);
      const secrets = fields.filter(([, , , secret]) => secret === "yes").map(([field]) => field);
      expect(secrets).toEqual(block.secrets);
    },
  );

  test("links only to sections and files that exist", () => {
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => anchorOf(text));
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
    for (const target of targets.filter((each) => !each.startsWith("https://"))) {
      if (target.startsWith("#")) expect(headings).toContain(target.slice(1));
      else expect(() => read(target)).not.toThrow();
    }
  });

  /** The text under a heading, up to the next heading of any level. */
  function section(heading: string, level = "##"): string {
    const start = readme.indexOf(`\n${level} ${heading}\n`);
    expect(start, `a section "${heading}"`).toBeGreaterThan(-1);
    const text = readme.slice(start + 1 + level.length + heading.length + 2);
    return text.slice(0, /^#/m.exec(withoutCode(text))?.index);
  }
});

function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(
    ([, code = ""]) => code,
  );
}

/** A line of code may begin like a heading. */
function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```$/gm, (code) => " ".repeat(code.length));
}

/** The cells of a table's rows, without its head; code marks are left out. */
function rows(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}
