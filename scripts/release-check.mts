// npm run release:check
//
// Says what is not true of a release yet, and fails if anything is not. In a workflow it also compares package.json with the
// repository that the workflow runs in.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { env } from "node:process";

import { namesOf, type Manifest, type Names } from "./reference/names.mts";

/** What stands where: the text of each file by its path. */
type Texts = ReadonlyMap<string, string>;

/** What has to be done before a release is what it says; nothing if all is well. */
export function problems(names: Names, texts: Texts, running: string | undefined): string[] {
  const own = names.repository.replace("https://github.com/", "");
  const named = filesThatSay(texts, [names.owner, names.csharpRoot, names.javaBase]);
  const unpublished = filesThatSay(texts, UNPUBLISHED);
  return [
    ...(names.isPlaceholder
      ? [
          `package.json has the repository ${own}, which is nobody's: write its owner there, then run ` +
            `\`npm run reference\`, which writes it in\n${list(named)}`,
        ]
      : []),
    ...(!names.isPlaceholder && running !== undefined && running.toLowerCase() !== own.toLowerCase()
      ? [
          `package.json has the repository ${own}, and this one is ${running}: write it there, then run \`npm run reference\`.`,
        ]
      : []),
    ...(unpublished.length > 0
      ? [
          `These pages say that nothing is published: say how to install what is released.\n${list(unpublished)}`,
        ]
      : []),
  ];
}

/** What pages say before the first release; a page breaks its lines anywhere. */
const UNPUBLISHED = [
  "is not in the npm registry yet",
  "is not published yet",
  "Nothing of it is published yet",
];

function filesThatSay(texts: Texts, phrases: readonly string[]): string[] {
  return [...texts].flatMap(([path, text]) => {
    const line = text.replaceAll(/\s+/g, " ");
    return phrases.some((phrase) => line.includes(phrase)) ? [path] : [];
  });
}

function list(paths: readonly string[]): string {
  return paths.map((path) => `- ${path}`).join("\n");
}

if (import.meta.main) {
  const names = namesOf(JSON.parse(readFileSync("package.json", "utf8")) as Manifest);
  const paths = execFileSync(
    "git",
    [
      "ls-files",
      "*.md",
      "docs",
      "examples",
      "templates",
      "test/languages",
      "scripts/release",
      "provider/faces",
    ],
    {
      encoding: "utf8",
    },
  );
  const texts = new Map(
    paths
      .trim()
      .split("\n")
      .map((path) => [path, readFileSync(path, "utf8")]),
  );
  const found = problems(names, texts, env["GITHUB_REPOSITORY"]);
  for (const problem of found) console.error(problem);
  if (found.length > 0) process.exitCode = 1;
  else console.log(`Nothing stands on a placeholder: the repository is ${names.repository}.`);
}
