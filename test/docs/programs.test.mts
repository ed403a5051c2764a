import { join } from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

import { codeBlocks, PAGES, read, repository } from "./pages.mts";
import { changedPrograms } from "./program-diffs.mts";

/** The programs stand in this project, as far as the compiler can see. */
const PROJECT = join(repository, "examples/quickstart");

test("every program in the documentation and in the editor's help compiles", () => {
  const programs = new Map([...inPages(), ...inDiffs(), ...inComments()]);
  expect([...programs.keys()]).toContain("README.md, program 1");
  expect([...programs.keys()]).toContain("docs/drift.md, diff 1");
  expect(errorsIn(programs)).toEqual([]);
}, 60_000);

function inPages(): [name: string, text: string][] {
  return PAGES.flatMap((page) =>
    codeBlocks(page, "ts").map((text, index): [string, string] => [`${page}, program ${index + 1}`, text]),
  );
}

/** What the first program becomes where a page changes it. */
function inDiffs(): [name: string, text: string][] {
  return PAGES.flatMap((page) =>
    changedPrograms(page).map((text, index): [string, string] => [`${page}, diff ${index + 1}`, text]),
  );
}

/** `@example` of what a program can import. */
function inComments(): [name: string, text: string][] {
  return ["sdk/instance.ts", "sdk/webhook.ts"].flatMap((file) =>
    [...read(file).matchAll(/ \* ```ts\n([^]*?) \* ```/g)].map(([, lines = ""], index): [string, string] => [
      `${file}, example ${index + 1}`,
      lines.replaceAll(/^ \* ?/gm, ""),
    ]),
  );
}

/** What the compiler says of them, all in one run. */
function errorsIn(programs: ReadonlyMap<string, string>): string[] {
  const files = new Map(
    [...programs].map(([name, text], index) => [join(PROJECT, `documented-${index}.ts`), { name, text }]),
  );
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(PROJECT, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    PROJECT,
  );
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram(
    [...files.keys()],
    { ...options, noEmit: true, skipLibCheck: true, moduleDetection: ts.ModuleDetectionKind.Force },
    {
      ...host,
      fileExists: (path) => files.has(path) || host.fileExists(path),
      readFile: (path) => files.get(path)?.text ?? host.readFile(path),
      getSourceFile: (path, languageVersion) => {
        const text = files.get(path)?.text;
        return text === undefined
          ? host.getSourceFile(path, languageVersion)
          : ts.createSourceFile(path, text, languageVersion, true);
      },
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    const name = files.get(file?.fileName ?? "")?.name ?? file?.fileName ?? "options";
    return `${name}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
