import { expect, test } from "vitest";

import { PAGES, read } from "./pages.mts";

test("what packs a clone installs its dependencies before, since packing compiles", () => {
  const packing = PAGES.flatMap((page) =>
    [...read(page).matchAll(/.{0,10}\bnpm pack\b/g)].map(([text]) => text),
  );
  expect(packing).not.toEqual([]);
  expect(packing.filter((text) => !text.endsWith("npm ci && npm pack"))).toEqual([]);
});
