import { globSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, test } from "vitest";

import { read, repository } from "./pages.mts";

const FILES = globSync(["sdk/*.ts", "provider/definitions/*.ts"], { cwd: repository }).sort();

/** What a program declares; the other types of the SDK are what it gets. */
const ARGUMENTS = /(Args|Lookup)$/;
/** The file whose types are all such, or parts of such that have no name outside. */
const FILE_OF_ARGUMENTS = "sdk/arguments.ts";
/** Where the fields of blocks and resources are declared. */
const DEFINITIONS = "provider/definitions/";

const PAGE = /https:\/\/ryzeapi\.cloud\/en\/[a-z0-9/-]+$/;

describe("the editor's help", () => {
  test("says something of every declaration and member that a program can see", () => {
    expect(FILES).toContain(FILE_OF_ARGUMENTS);
    const missing = FILES.flatMap((file) =>
      visibleNodes(sourceOf(file))
        .filter((node) => helpOf(node) === "")
        .map(nameOf),
    );
    expect(missing).toEqual([]);
  });

  test("names the source of every type of arguments", () => {
    const types = FILES.flatMap((file) => visibleNodes(sourceOf(file))).filter(isArguments);
    const without = types.filter((node) => !PAGE.test(helpOf(node).split("Source: ")[1] ?? ""));
    expect(types.map(nameOf)).toContain("sdk/arguments.ts: ChatwootArgs");
    expect(without.map(nameOf)).toEqual([]);
  });

  test("names default and source of every argument", () => {
    const fields = FILES.flatMap((file) => visibleNodes(sourceOf(file))).filter(isArgument);
    const incomplete = fields.filter((field) => {
      const isComplete = isRequired(field) || /default: .+\.$/i.test(helpOf(field));
      return !isComplete || !PAGE.test(sourcePageOf(field));
    });
    expect(fields.length).toBeGreaterThan(40);
    expect(incomplete.map(nameOf)).toEqual([]);
  });

  test("stands where an argument is written, in a program that imports the package", () => {
    const help = hover(`
      import { RyzeInstance } from "pulumi-ryzeapi";
      new RyzeInstance("orion", { chatw|oot: { enabled: false }, webhook: { url: "https://x", eve|nts: [] } });
    `);
    expect(help).toEqual([
      {
        text: expect.stringMatching(/^The bridge to a Chatwoot inbox/) as string,
        source: "https://ryzeapi.cloud/en/api/chatwoot/activate",
      },
      {
        text: expect.stringMatching(/^The events to deliver[^]*Default: RyzeAPI's own, all\.$/) as string,
        source: "https://ryzeapi.cloud/en/api/events/catalog",
      },
    ]);
  }, 60_000);
});

type Argument = ts.PropertySignature | ts.PropertyAssignment;
type Visible = ts.DeclarationStatement | ts.ClassElement | ts.TypeElement | ts.PropertyAssignment;

function sourceOf(file: string): ts.SourceFile {
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
}

/** What a program can see: of a definition its fields, of the SDK everything that is exported. */
function visibleNodes(source: ts.SourceFile): Visible[] {
  return source.fileName.startsWith(DEFINITIONS) ? fieldsIn(source) : exportedNodes(source);
}

function fieldsIn(node: ts.Node): ts.PropertyAssignment[] {
  if (isField(node)) return [node];
  const found: ts.PropertyAssignment[] = [];
  ts.forEachChild(node, (child) => {
    found.push(...fieldsIn(child));
  });
  return found;
}

/** Exported declarations, the interfaces that these are made of, and the members of all. */
function exportedNodes(source: ts.SourceFile): Visible[] {
  const found: Visible[] = [];
  const visit = (node: ts.Node): void => {
    const isDeclaration =
      ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || isExportedCode(node);
    if (isDeclaration && isExported(node)) found.push(node);
    if (ts.isTypeElement(node) || ts.isPropertyDeclaration(node)) found.push(node);
    if (!ts.isBlock(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isExportedCode(node: ts.Node): node is ts.ClassDeclaration | ts.FunctionDeclaration {
  return ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node);
}

function isExported(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && ts.getModifiers(node)?.[0]?.kind === ts.SyntaxKind.ExportKeyword;
}

function isArguments(node: Visible): boolean {
  return ts.isDeclarationStatement(node) && ARGUMENTS.test(node.name?.getText() ?? "");
}

/** A field of a definition: a member of a constant such as `proxyFields`. */
function isField(node: ts.Node): node is ts.PropertyAssignment {
  return (
    ts.isPropertyAssignment(node) &&
    ts.isVariableDeclaration(node.parent.parent) &&
    node.parent.parent.name.getText().endsWith("Fields")
  );
}

function isRequired(node: Argument): boolean {
  return ts.isPropertyAssignment(node)
    ? node.initializer.getText().includes(".required()")
    : node.questionToken === undefined;
}

function isArgument(node: Visible): node is Argument {
  const { parent } = node;
  if (isField(node)) return true;
  if (!ts.isPropertySignature(node)) return false;
  if (node.getSourceFile().fileName === FILE_OF_ARGUMENTS) return true;
  return ts.isInterfaceDeclaration(parent) && ARGUMENTS.test(parent.name.text);
}

function helpOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return ts.getTextOfJSDocComment(comments.at(-1)?.comment)?.trim() ?? "";
}

function sourcePageOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const [, page = ""] = /@see (\S+)/.exec(comments.at(-1)?.getText() ?? "") ?? [];
  return page;
}

function nameOf(node: Visible): string {
  const owner = ts.isSourceFile(node.parent)
    ? ""
    : `${(node.parent as ts.DeclarationStatement).name?.getText() ?? "?"}.`;
  return `${node.getSourceFile().fileName}: ${owner}${node.name?.getText() ?? node.getText()}`;
}

/** What an editor shows at the places of the bars. */
function hover(marked: string): { text: string; source: string }[] {
  const path = join(repository, "examples/quickstart/hovered.ts");
  const parts = marked.split("|");
  const textOf = (name: string) => (name === path ? parts.join("") : ts.sys.readFile(name));
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => ({
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
    }),
    getScriptFileNames: () => [path],
    getScriptVersion: () => "1",
    getCurrentDirectory: () => repository,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === path || ts.sys.fileExists(name),
    readFile: textOf,
    getScriptSnapshot: (name) => {
      const text = textOf(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
  });
  return parts.slice(1).map((_part, index) => {
    const place = parts.slice(0, index + 1).join("").length;
    const { documentation, tags } = service.getQuickInfoAtPosition(path, place) ?? {};
    const see = tags?.find(({ name }) => name === "see");
    return { text: ts.displayPartsToString(documentation), source: ts.displayPartsToString(see?.text) };
  });
}
