// node scripts/release-notes.mts v0.1.0
//
// Prints what CHANGELOG.md says of a version. Fails where the tag, package.json and the changelog disagree.
import { readFileSync } from "node:fs";
import { argv } from "node:process";

/** The text under the version's heading, which is `## [0.1.0] - 2030-01-31`. */
export function releaseNotes(tag: string, packageVersion: string, changelog: string): string {
  const version = tag.replace(/^v/, "");
  if (version !== packageVersion)
    throw new Error(`The tag is ${tag}, and package.json has the version ${packageVersion}: set them alike.`);
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}] - `));
  if (section === undefined)
    throw new Error(
      `CHANGELOG.md has no heading "## [${version}] - <date>": move the unreleased lines under one.`,
    );
  const notes = section.slice(section.indexOf("\n")).trim();
  if (notes === "") throw new Error(`CHANGELOG.md says nothing of ${version}.`);
  return notes;
}

if (import.meta.main) {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  console.log(releaseNotes(argv[2] ?? "", version, readFileSync("CHANGELOG.md", "utf8")));
}
