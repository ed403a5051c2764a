import { expect, test } from "vitest";

import { normal, sourceMessages } from "./messages.mts";
import { codeBlocks } from "./pages.mts";

const PAGE = "docs/troubleshooting.md";

/** A message begins a line of a `text` block; its further lines are indented. */
function listedMessages(): string[] {
  return codeBlocks(PAGE, "text").flatMap((block) => block.split(/\n(?! )/).map(normal));
}

test("every message of the source is listed", () => {
  const listed = new Set(listedMessages());
  const missing = sourceMessages().filter(({ text }) => !listed.has(text));
  expect(missing.map(({ text, place }) => `${place}: ${text}`)).toEqual([]);
});

test("every listed message is one of the source", () => {
  const known = new Set(sourceMessages().map(({ text }) => text));
  expect(listedMessages().filter((message) => !known.has(message))).toEqual([]);
});

test("no message is listed twice", () => {
  const listed = listedMessages();
  expect(listed.filter((message, index) => listed.indexOf(message) !== index)).toEqual([]);
});
