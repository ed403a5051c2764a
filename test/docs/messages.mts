import { globSync } from "node:fs";

import ts from "typescript";

import { read, repository } from "./pages.mts";

/** A text of the source that people may get to see, with `<>` where a value stands. */
export interface Message {
  readonly text: string;
  /** `provider/ryzeapi/account.ts:33` */
  readonly place: string;
}

/** Declarations whose texts are no messages, with what they are instead. */
const NO_MESSAGES: ReadonlyMap<string, string> = new Map([
  ["HELP", "what --help prints"],
  ["nextSteps", "what `ryzeapi import` prints when all went well"],
  ["advice", "what `ryzeapi list` prints under its table"],
  ["FullScreen", "what `ryzeapi connect` shows"],
  ["described", "what `ryzeapi connect` shows"],
  ["connectedLine", "what `ryzeapi connect` shows"],
  ["forPeople", "what `ryzeapi connect --web` prints while all is well"],
  ["TEXTS", "what the page of `ryzeapi connect --web` shows, in three languages"],
  ["pageHtml", "that page"],
  ["cardHtml", "that page"],
  ["ICON", "that page"],
  ["PROTECTION", "headers of its answers"],
  ["eventText", "the form of server-sent events"],
  ["LiveTable", "what `ryzeapi list --watch` shows"],
  ["countLine", "what `ryzeapi list --watch` shows"],
  ["fitting", "what `ryzeapi list --watch` shows"],
  ["programText", "the program that `ryzeapi import` writes"],
  ["declarationText", "the program that `ryzeapi import` writes"],
  ["RESERVED", "words of TypeScript"],
  ["asks", "what `ryzeapi probe` asks, in docs/probe.md"],
  ["announcement", "what `ryzeapi probe` says before each step"],
  ["serviceLine", "what `ryzeapi probe` found out about the service"],
  ["markdownOf", "the report that `ryzeapi probe` writes"],
  ["shortly", "an answer in that report"],
  ["shapeOfAnswer", "an answer in that report"],
  ["shapeOf", "a type in that report"],
  ["DOCUMENTED_KEYS", "keys of RyzeAPI's answers"],
  ["languageOf", "words of RyzeAPI"],
  ["#deliver", "caught where it is thrown"],
  ["RYZE_INSTANCE", "code that Pulumi stores"],
  ["RYZE_WEBHOOK", "code that Pulumi stores"],
]);

/** Every message in the source: each text of two words or more, wherever it stands. */
export function sourceMessages(): Message[] {
  const unused = new Set(NO_MESSAGES.keys());
  const messages = globSync("{provider,sdk,cli}/**/*.ts", { cwd: repository })
    .sort()
    .flatMap((path) => messagesIn(path, unused));
  if (unused.size > 0) throw new Error(`NO_MESSAGES names what is not there: ${[...unused].join(", ")}`);
  return messages;
}

function messagesIn(path: string, unused: Set<string>): Message[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const found: Message[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    const declared = declaredName(node);
    if (declared !== undefined && NO_MESSAGES.has(declared)) {
      unused.delete(declared);
      return;
    }
    const text = textOf(node);
    if (text === undefined) {
      ts.forEachChild(node, visit);
      return;
    }
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    if (isMessage(text)) found.push({ text: normal(text), place: `${path}:${line + 1}` });
    for (const value of valuesIn(node)) visit(value);
  };
  visit(source);
  return found;
}

function declaredName(node: ts.Node): string | undefined {
  if (ts.isVariableDeclaration(node) || ts.isMethodDeclaration(node) || ts.isPropertyAssignment(node))
    return node.name.getText();
  return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) ? node.name?.text : undefined;
}

/** What a literal, a template or a sum of these says; undefined for any other expression. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `<>${literal.text}`).join("");
  if (!isSum(node)) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? "<>"}${right ?? "<>"}`;
}

/** The expressions whose values stand in such a text. */
function valuesIn(node: ts.Node): ts.Node[] {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (!isSum(node)) return [];
  return [node.left, node.right].flatMap((side) => (textOf(side) === undefined ? [side] : valuesIn(side)));
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** Two words or more, of which one is a plain one: paths, names and formats have none. */
function isMessage(text: string): boolean {
  const words = normal(text).split(" ");
  return words.length > 1 && words.some((word) => /^[a-z]{2,}[.,:;]?$/.test(word));
}

/** One line, with `<>` for every value, however it is called; values side by side are one. */
export function normal(text: string): string {
  return text
    .replaceAll(/<[^<>]*>/g, "<>")
    .replaceAll(/(<>)+/g, "<>")
    .replaceAll(/\s+/g, " ")
    .trim();
}
