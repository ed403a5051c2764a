import ts from "typescript";

import { EVENTS } from "../../provider/definitions/events.ts";
import type { FieldType } from "../../provider/definitions/field.ts";

/** The type of an argument or output, free of TypeScript. RyzeAPI's numbers are all whole. */
export type ValueType =
  | { readonly kind: "string" | "boolean" | "integer" | "integer-or-digits" }
  | { readonly kind: "list"; readonly of: ValueType }
  | { readonly kind: "enum"; readonly of: EnumType }
  | { readonly kind: "object"; readonly name: string };

export interface EnumType {
  readonly name: string;
  readonly values: readonly string[];
}

/** Reads the types that stand in the SDK's source, and collects the enums among them. */
export class TypeReader {
  readonly #enums = new Map<string, EnumType>();

  get enums(): EnumType[] {
    return [...this.#enums.values()];
  }

  /** The type of a field of a definition. */
  ofField(type: FieldType, enumName: string): ValueType {
    if (type.kind === "enum") return this.enum(enumName, type.values);
    if (type.kind === "events") return { kind: "list", of: this.enum("Event", EVENTS) };
    return { kind: type.kind };
  }

  enum(name: string, values: readonly string[]): { readonly kind: "enum"; readonly of: EnumType } {
    const known = this.#enums.get(name) ?? { name, values };
    this.#enums.set(name, known);
    return { kind: "enum", of: known };
  }

  read(node: ts.TypeNode): ValueType {
    if (node.kind === ts.SyntaxKind.StringKeyword) return { kind: "string" };
    if (node.kind === ts.SyntaxKind.BooleanKeyword) return { kind: "boolean" };
    if (node.kind === ts.SyntaxKind.NumberKeyword) return { kind: "integer" };
    if (ts.isTypeOperatorNode(node)) return this.read(node.type);
    if (ts.isArrayTypeNode(node)) return { kind: "list", of: this.read(node.elementType) };
    if (ts.isUnionTypeNode(node)) return this.#readUnion(node);
    if (ts.isTypeReferenceNode(node)) return this.#readReference(node);
    if (ts.isIndexedAccessTypeNode(node)) return { kind: "object", name: observedName(node) };
    throw new Error(`The type ${node.getText()} is none that the reference can show.`);
  }

  #readUnion(node: ts.UnionTypeNode): ValueType {
    const parts = node.types.filter((part) => part.kind !== ts.SyntaxKind.UndefinedKeyword);
    const [only, ...others] = parts;
    if (only !== undefined && others.length === 0) return this.read(only);
    throw new Error(`The union ${node.getText()} is none that the reference can show.`);
  }

  #readReference(node: ts.TypeReferenceNode): ValueType {
    const name = ts.isQualifiedName(node.typeName) ? node.typeName.right.text : node.typeName.text;
    const [argument] = node.typeArguments ?? [];
    if (argument !== undefined && ["Input", "Output", "NonNullable"].includes(name))
      return this.read(argument);
    if (argument !== undefined)
      throw new Error(`The type ${node.getText()} is none that the reference can show.`);
    const known = this.enums.find((each) => `Ryze${each.name}` === name);
    return known
      ? { kind: "enum", of: known }
      : { kind: "object", name: name.replace(/(?<=.)(Args|Settings|Blocks)$/, "") };
  }
}

/** Whether an output of the type may be missing. */
export function canBeMissing(node: ts.TypeNode): boolean {
  if (node.kind === ts.SyntaxKind.UndefinedKeyword) return true;
  if (ts.isUnionTypeNode(node)) return node.types.some(canBeMissing);
  return ts.isTypeReferenceNode(node) && (node.typeArguments ?? []).some(canBeMissing);
}

export function pascalCase(text: string): string {
  return text
    .split(".")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function literalOf(node: ts.TypeNode): string | undefined {
  return ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal) ? node.literal.text : undefined;
}

/** `ObservedBlocks["webhook"]` */
function observedName(node: ts.IndexedAccessTypeNode): string {
  const block = literalOf(node.indexType);
  if (block === undefined) throw new Error(`The type ${node.getText()} is none that the reference can show.`);
  return `Observed${pascalCase(block)}`;
}
