import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import manifest from "../../package.json" with { type: "json" };
import { EXAMPLES, LANGUAGE_FILES, SHOWN } from "../../scripts/reference/examples.mts";
import { namesOf } from "../../scripts/reference/names.mts";
import { read, repository } from "../docs/pages.mts";
import { problemsOf, programsUnder } from "./pages.mts";
import { schema } from "./schema.mts";

const INDEX = "docs/_index.md";
const CONFIGURATION = "docs/installation-configuration.md";

/** What a package of Pulumi's Registry may be. */
const CATEGORIES = ["cloud", "database", "infrastructure", "monitoring", "network", "utility", "vcs"];

describe("the package schema has what Pulumi's Registry asks for", () => {
  const { name, version, publisher, keywords, logoUrl, ...others } = schema();
  const names = namesOf(manifest);

  test("a name, as the repository has it, and the version of the tag", () => {
    expect(names.repository).toMatch(new RegExp(`/pulumi-${String(name)}$`));
    expect(version).toBe(manifest.version);
  });

  test("who publishes it, what it is, and where it is", () => {
    expect(publisher).toMatch(/\S/);
    for (const key of ["displayName", "description", "license", "homepage"])
      expect(others[key], key).toMatch(/\S/);
    expect(others["repository"]).toBe(names.repository);
    expect(others["pluginDownloadURL"]).toBe(names.pluginDownloadURL);
  });

  test("one category that exists, and its kind", () => {
    const tags = keywords as string[];
    const categories = tags.filter((tag) => tag.startsWith("category/"));
    expect(categories).toHaveLength(1);
    expect(CATEGORIES).toContain(categories[0]?.replace("category/", ""));
    expect(tags).toContain("kind/native");
  });

  test("a logo that the tag has: a PNG of 100 by 100 pixels", () => {
    const path = String(logoUrl).replace(names.fileAtTag(`v${manifest.version}`, ""), "");
    expect(existsSync(join(repository, path)), path).toBe(true);
    expect(existsSync(join(repository, path.replace(/png$/, "svg")))).toBe(true);
    const picture = read(path, "latin1");
    expect(picture.slice(1, 4)).toBe("PNG");
    const size = Buffer.from(picture.slice(16, 24), "latin1");
    expect([size.readUInt32BE(0), size.readUInt32BE(4)]).toEqual([100, 100]);
  });

  test("a name for the SDK of each language", () => {
    expect(others["language"]).toMatchObject({
      nodejs: { packageName: names.nodejs },
      python: { packageName: names.python },
      go: { importBasePath: names.go, generateResourceContainerTypes: true },
      csharp: { rootNamespace: names.csharpRoot },
      java: { basePackage: names.javaBase },
    });
  });
});

test.each([INDEX, CONFIGURATION])("%s is a page that the Registry takes", (page) => {
  expect(problemsOf(read(page))).toEqual([]);
});

test("the overview has the title of the package, and its sections in the Registry's order", () => {
  expect(read(INDEX)).toContain(`\ntitle: ${String(schema()["displayName"])}\n`);
  const headings = [...read(INDEX).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.slice(0, 3)).toEqual(["Installation", "Example Usage", "Configuration"]);
});

test("the overview says of every key of the configuration whether it is required and secret", () => {
  const { config } = schema() as unknown as {
    config: { variables: Record<string, { secret?: boolean }> };
  };
  const listed = [...read(INDEX).matchAll(/^- `(\w+)` \((?:Required|Optional)(, Secret)?\): /gm)];
  expect(listed.map(([, key, secret]) => [key, secret !== undefined])).toEqual(
    Object.entries(config.variables).map(([key, { secret }]) => [key, secret === true]),
  );
});

test.each([
  [INDEX, "## Example Usage", "Instance"],
  [CONFIGURATION, "### Several accounts", "Provider"],
])("%s shows under %j the example of %s, which is compiled", (page, heading, name) => {
  const folder = join(EXAMPLES, SHOWN[name]?.folder ?? "");
  const examples = Object.entries(LANGUAGE_FILES).map(([language, file]) => [
    language,
    read(join(folder, file)),
  ]);
  expect(programsUnder(read(page), heading)).toEqual(Object.fromEntries(examples));
});

describe("a page is refused", () => {
  const page = read(INDEX);

  test.each([
    ["without a front matter", page.replace("---\n", ""), "does not begin with a front matter"],
    ["without a description", page.replace(/^meta_desc.*\n/m, ""), "no meta_desc"],
    ["of another layout", page.replace("layout: package", "layout: page"), "layout is not package"],
    ["with a second title", page.replace("## Installation", "# Installation"), "a second title"],
    ["with a link to a page of the repository", `${page}[drift](./drift.md)\n`, "broken in the Registry"],
    ["with a picture of the repository", `${page}![logo](./images/logo.png)\n`, "broken in the Registry"],
    ["with the wrong marks", page.replace("{{< chooser", "{{ < chooser"), "no mark that Hugo knows"],
    ["with a language that has no program", page.replace(/```java\n[^]*?```\n/, ""), "a chooser offers"],
    ["with headings that leave out a level", `${page}\n#### Deep\n`, "Heading levels"],
  ])("%s", (_case, text, reason) => {
    expect(problemsOf(text).join("\n")).toContain(reason);
  });
});
