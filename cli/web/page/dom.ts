import type { Texts } from "../texts.ts";

/** The one element of a kind below another. */
export function part<Kind extends Element>(
  root: ParentNode,
  selector: string,
  kind: abstract new () => Kind,
): Kind {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(selector);
}

export const texts = JSON.parse(part(document, "#texts", HTMLScriptElement).text) as Texts;

/** A text with values in its places. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_place, key: string) => String(values[key] ?? ""));
}

/** Shows a text, or hides its element where there is none. */
export function showText(element: HTMLElement, text: string | undefined): void {
  element.hidden = text === undefined;
  // What has not changed must not be read out again.
  if (text !== undefined && element.textContent !== text) element.textContent = text;
}
