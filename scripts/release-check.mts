// npm run release:check
//
// Says what still stands on a placeholder, and fails if anything does. In a workflow it also compares package.json with the
// repository that the workflow runs in.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { env } from "node:process";

import { namesOf, type Manifest, type Names } from "./reference/names.mts";

/** What has to be done before a release can be found where it says that it is; nothing if all is well. */
export function problems(names: Names, files: readonly string[], running: string | undefined): string[] {
  const own = names.repository.replace("https://github.com/", "");
  if (names.isPlaceholder)
    return [
      `package.json has the repository ${own}, which is nobody's: write its owner there, then run \`npm run reference\`. ` +
        `It names the owner in\n${files.map((file) => `- ${file}`).join("\n")}`,
    ];
  if (running !== undefined && running.toLowerCase() !== own.toLowerCase())
    return [
      `package.json has the repository ${own}, and this one is ${running}: write it there, then run \`npm run reference\`.`,
    ];
  return [];
}

/** The files of the repository in which a name follows from its owner. */
function filesThatName({ owner, csharpRoot, javaBase }: Names): string[] {
  const patterns = [owner, csharpRoot, javaBase].flatMap((name) => ["-e", name]);
  const found = execFileSync("git", ["grep", "--fixed-strings", "--name-only", ...patterns], {
    encoding: "utf8",
  });
  return found.trim().split("\n");
}

if (import.meta.main) {
  const names = namesOf(JSON.parse(readFileSync("package.json", "utf8")) as Manifest);
  const found = problems(names, names.isPlaceholder ? filesThatName(names) : [], env["GITHUB_REPOSITORY"]);
  for (const problem of found) console.error(problem);
  if (found.length > 0) process.exitCode = 1;
  else console.log(`Nothing stands on a placeholder: the repository is ${names.repository}.`);
}
