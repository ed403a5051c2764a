import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";

import { commentOf, type Comment } from "./comment.mts";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Where doc comments stand that the reference is made of. */
const FOLDERS = ["sdk", "provider/definitions"];

/** Whether a field has to be given, or (of an output) is always there. */
export type Presence = "optional" | "required" | "required while enabled";

/** A member of a type or class of the SDK, as it is written down. */
export interface Member {
  readonly name: string;
  readonly presence: Presence;
  readonly type: ts.TypeNode;
  readonly comment: Comment;
}

export type Declaration =
  ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration | ts.FunctionDeclaration;

/** The files of the SDK that declare what a program can say and read. */
export class Sources {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  constructor() {
    const config = ts.getParsedCommandLineOfConfigFile(join(repository, "tsconfig.json"), undefined, {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
      },
    });
    const files = globSync(FOLDERS.map((folder) => join(repository, folder, "*.ts")));
    this.#program = ts.createProgram(files, config?.options ?? {});
    this.#checker = this.#program.getTypeChecker();
  }

  /** What a file declares under a name. */
  declaration(file: string, name: string): Declaration {
    const source = this.#program.getSourceFile(join(repository, file));
    const found = source?.statements
      .filter((statement) => isDeclaration(statement))
      .find((declaration) => declaration.name?.text === name);
    if (found === undefined) throw new Error(`${file} declares no ${name}.`);
    return found;
  }

  /** The comments of the fields that a file of provider/definitions/ declares, by their names. */
  fieldComments(file: string): ReadonlyMap<string, Comment> {
    const source = this.#program.getSourceFile(join(repository, "provider/definitions", file));
    const comments = new Map<string, Comment>();
    const collect = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name))
        comments.set(node.name.text, commentOf(node));
      else ts.forEachChild(node, collect);
    };
    source?.statements.filter((statement) => ts.isVariableStatement(statement)).forEach(collect);
    return comments;
  }

  /** The members of a type, in the order of the source. */
  members(node: ts.TypeNode | Declaration): Member[] {
    if (ts.isTypeAliasDeclaration(node)) return this.members(node.type);
    if (ts.isIntersectionTypeNode(node)) return node.types.flatMap((part) => this.members(part));
    const alias = ts.isTypeReferenceNode(node) ? this.#aliasOf(node) : undefined;
    if (alias !== undefined) return this.members(alias);
    return this.#checker
      .getTypeAtLocation(node)
      .getProperties()
      .flatMap((property) => this.#member(property))
      .sort((left, right) => left.type.pos - right.type.pos);
  }

  /** The alias that a name stands for; one with parameters is left to the type checker. */
  #aliasOf(node: ts.TypeReferenceNode): ts.TypeAliasDeclaration | undefined {
    const declaration = this.#checker.getSymbolAtLocation(node.typeName)?.declarations?.[0];
    const isPlain = declaration && ts.isTypeAliasDeclaration(declaration) && !declaration.typeParameters;
    return isPlain ? declaration : undefined;
  }

  /** What a class inherits from Pulumi is no member here. */
  #member(property: ts.Symbol): Member[] {
    const declaration = property.declarations?.find(
      (each) => ts.isPropertySignature(each) || ts.isPropertyDeclaration(each),
    );
    if (declaration?.type === undefined || !isInSdk(declaration)) return [];
    return [
      {
        name: property.name,
        presence: property.flags & ts.SymbolFlags.Optional ? "optional" : "required",
        type: declaration.type,
        comment: commentOf(declaration),
      },
    ];
  }
}

function isDeclaration(node: ts.Statement): node is Declaration {
  return (
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node)
  );
}

function isInSdk(node: ts.Node): boolean {
  return !relative(join(repository, "sdk"), node.getSourceFile().fileName).startsWith("..");
}
