import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** The rooms of docs/architecture.md, lowest first: a room knows those before it and none of those after it. */
const ROOMS = [
  "provider",
  "provider/ryzeapi",
  "provider/definitions",
  "provider/blocks",
  "provider/lifecycle",
  "provider/faces",
];
const ABOVE = ["sdk", "cli"];
const HOSTED = "provider/index.ts";

const files = globSync(["provider/**/*.ts", "sdk/**/*.ts", "cli/**/*.ts"]).sort();
const imports = new Map(
  await Promise.all(
    files.map(async (file) => [file, importsOf(file, await readFile(file, "utf8"))] as const),
  ),
);

describe("the rooms of docs/architecture.md", () => {
  test.each(files)("%s imports from no room above its own", (file) => {
    const upwards = (imports.get(file) ?? []).filter((imported) => levelOf(imported) > levelOf(file));
    expect(upwards).toEqual([]);
  });

  test("no file imports itself by way of others", () => {
    expect(files.flatMap((file) => circleFrom(file) ?? [])).toEqual([]);
  });
});

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b[^"]*?from "(\.[^"]+)";/gms)].map(([, path = ""]) =>
    normalize(join(dirname(file), path)),
  );
}

function levelOf(file: string): number {
  if (file === HOSTED) return ROOMS.length;
  const above = ABOVE.findIndex((folder) => file.startsWith(`${folder}/`));
  if (above >= 0) return ROOMS.length + 1 + above;
  return ROOMS.findLastIndex((room) => file.startsWith(`${room}/`));
}

/** The way from a file back to itself; undefined where there is none. */
function circleFrom(start: string): string | undefined {
  const seen = new Set<string>();
  const follow = (file: string, way: readonly string[]): string | undefined => {
    for (const next of imports.get(file) ?? []) {
      if (next === start) return [...way, start].join(" -> ");
      if (seen.has(next)) continue;
      seen.add(next);
      const circle = follow(next, [...way, next]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  return follow(start, [start]);
}
