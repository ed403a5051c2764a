import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { repository } from "./packed.mts";

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly scripts: Record<string, string>;
}

async function manifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as Manifest;
}

describe("dependencies at run time", () => {
  test("are those of docs/dependencies.md, each with its reason and its alternatives", async () => {
    const page = await readFile(join(repository, "docs/dependencies.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(.*)$/gm)].map(([row]) => row.split("|").map((cell) => cell.trim()));
    const told = rows.map(([, name = "", range = ""]) =>
      [name, range].map((cell) => cell.replaceAll("`", "")),
    );
    expect(Object.fromEntries(told)).toEqual((await manifest()).dependencies);
    for (const [, , , size, own, why, instead] of rows) {
      expect(size).toMatch(/^\d+(\.\d+)? [kM]B$/);
      for (const cell of [own, why, instead]) expect(cell).not.toBe("");
    }
  });

  test("nothing is run when the package is installed, and npm has nothing to warn of", async () => {
    const { scripts } = await manifest();
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      expect(scripts).not.toHaveProperty(script);
  });
});
