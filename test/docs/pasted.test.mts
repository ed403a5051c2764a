import ts from "typescript";
import { describe, expect, test } from "vitest";

import { codeBlocks, PAGES } from "./pages.mts";
import { FIRST_PAGE } from "./program-diffs.mts";

/** What a program declares of a resource: its name, and the path of every argument. */
type Declared = ReadonlyMap<string, readonly string[]>;

describe("a program of the documentation, pasted over an earlier one, takes nothing off an instance that is there", () => {
  const programs = PAGES.flatMap((page) => codeBlocks(page, "ts").map((text) => ({ page, text })));
  const first = programs.filter(({ page }) => page === FIRST_PAGE);

  test.each(PAGES)("%s", (page) => {
    const own = page === FIRST_PAGE ? first : [...first, ...programs.filter((other) => other.page === page)];
    const declared = own.map(({ text }) => declaredIn(text));
    const lost = declared.flatMap((later, index) =>
      declared.slice(0, index).flatMap((earlier) => missingIn(later, earlier)),
    );
    expect(first).not.toEqual([]);
    expect([...new Set(lost)]).toEqual([]);
  });

  test("one that lacks a field would be found", () => {
    const later = declaredIn(
      `new RyzeInstance("orion", { webhook: { url: "https://x" } }, { protect: true });`,
    );
    const [earlier] = first.map(({ text }) => declaredIn(text));
    expect(missingIn(later, earlier ?? new Map())).toContain("orion.webhook.events");
    expect(missingIn(later, earlier ?? new Map())).toContain("orion.settings");
  });
});

function missingIn(later: Declared, earlier: Declared): string[] {
  return [...earlier].flatMap(([name, paths]) => {
    const kept = later.get(name);
    return kept === undefined ? [] : paths.filter((path) => !kept.includes(path));
  });
}

function declaredIn(program: string): Declared {
  const declared = new Map<string, string[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) {
      const [name, args] = node.arguments ?? [];
      if (name !== undefined && ts.isStringLiteral(name)) declared.set(name.text, pathsIn(args, name.text));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("program.ts", program, ts.ScriptTarget.Latest, true));
  return declared;
}

function pathsIn(node: ts.Node | undefined, place: string): string[] {
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return [];
  return node.properties.flatMap((property) => {
    const path = `${place}.${property.name?.getText() ?? property.getText()}`;
    return [path, ...(ts.isPropertyAssignment(property) ? pathsIn(property.initializer, path) : [])];
  });
}
