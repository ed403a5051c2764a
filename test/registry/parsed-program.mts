import { createRequire } from "node:module";

import treeSitter from "@vscode/tree-sitter-wasm";

import type { Said } from "./yaml-program.mts";

type Node = treeSitter.Node;

const require = createRequire(import.meta.url);

await treeSitter.Parser.init();

/** The syntax tree of a program whose compiler is not to be had everywhere. Fails where it is no program. */
export async function parsed(language: "c-sharp" | "java", text: string): Promise<Node> {
  const grammar = require.resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${language}.wasm`);
  const parser = new treeSitter.Parser();
  parser.setLanguage(await treeSitter.Language.load(grammar));
  const root = parser.parse(text)?.rootNode;
  if (root === undefined || root.hasError)
    throw new Error(`This is no ${language}: ${root === undefined ? text : firstError(root)}`);
  return root;
}

/** What a program in Java says: `InstanceArgs.builder().webhook(…).build()`. */
export function saidInJava(root: Node, { outputs }: Said): Said {
  const calls = all(root, "method_invocation");
  const builds = calls.filter((call) => nameIn(call) === "build").map((call) => chain(call));
  return {
    args: Object.fromEntries(
      builds.flatMap(([type = "", ...names]) => (type.endsWith("Args") ? [[type, names.toSorted()]] : [])),
    ),
    events: all(root, "field_access").flatMap(({ text }) => /^Event\.(\w+)$/.exec(text)?.[1] ?? []),
    outputs: outputs.filter((output) => calls.some((call) => nameIn(call) === output)),
  };
}

/** The type that is built, and the names of what it is given. */
function chain(build: Node): string[] {
  const names: string[] = [];
  let call = build.childForFieldName("object");
  while (call?.type === "method_invocation" && nameIn(call) !== "builder") {
    names.unshift(nameIn(call));
    call = call.childForFieldName("object");
  }
  return [call?.childForFieldName("object")?.text ?? "", ...names];
}

/** What a program in C# says: `new("orion", new() { Webhook = new RyzeApi.Inputs.DefaultWebhookArgs { … } })`. */
export function saidInCsharp(root: Node, { outputs }: Said): Said {
  const created = all(root, "object_creation_expression", "implicit_object_creation_expression")
    .map((node) => [argsType(node), assigned(node)] as const)
    .filter(([type, names]) => type.endsWith("Args") && names.length > 0);
  const members = all(root, "member_access_expression").map((node) => node.text);
  return {
    args: Object.fromEntries(created),
    events: members.flatMap((text) => /^RyzeApi\.Event\.(\w+)$/.exec(text)?.[1] ?? []),
    outputs: outputs.filter((output) => members.some((text) => text.endsWith(`.${pascal(output)}`))),
  };
}

/** Of `new()` the type follows from what it is given to. */
function argsType(node: Node): string {
  const type = node.childForFieldName("type")?.text.split(".").pop();
  if (type !== undefined) return type;
  const receiver = node.parent?.parent?.parent;
  const created = receiver?.childForFieldName("type")?.text.split(".").pop();
  const called = receiver?.childForFieldName("function")?.text.split(".").at(-2);
  return `${created ?? called ?? ""}Args`;
}

function assigned(node: Node): string[] {
  const initializer = node.namedChildren.find((child) => child?.type === "initializer_expression");
  const names = initializer?.namedChildren.map((child) => child?.childForFieldName("left")?.text) ?? [];
  return names
    .filter((name) => name !== undefined)
    .map((name) => name.charAt(0).toLowerCase() + name.slice(1))
    .toSorted();
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function nameIn(call: Node): string {
  return call.childForFieldName("name")?.text ?? "";
}

function all(root: Node, ...types: string[]): Node[] {
  return root.descendantsOfType(types).filter((node) => node !== null);
}

function firstError(node: Node): string {
  const wrong = all(node, "ERROR")[0];
  return wrong === undefined
    ? "something is missing"
    : `line ${wrong.startPosition.row + 1}: ${wrong.text.slice(0, 80)}`;
}
