import ts from "typescript";

import type { Traits } from "../../provider/definitions/field.ts";

/** A doc comment of the SDK, taken apart. */
export interface Comment {
  /** Markdown without the parts below; an empty line stands between paragraphs. Empty where there is no comment. */
  readonly text: string;
  /** What follows "Default:" or "RyzeAPI's default:", without its full stop. */
  readonly default?: string;
  /** Whether the default is a value that RyzeAPI fills in, and not the provider. */
  readonly isServiceDefault: boolean;
  /** Page of RyzeAPI's documentation: "Source:" of a type, `@see` of a field. */
  readonly source?: string;
  /** Text of `@example`, a fenced block of code. */
  readonly example?: string;
  /** Text of `@throws`. */
  readonly throws?: string;
}

const SOURCE = /^Source: (\S+)$/;
const DEFAULT = /(?:^|\s)(RyzeAPI's default|Default): (.+)\.$/;

export function commentOf(node: ts.Node): Comment {
  const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  const paragraphs = paragraphsOf(ts.getTextOfJSDocComment(comment?.comment));
  const named = SOURCE.exec(paragraphs.at(-1) ?? "")?.[1];
  if (named !== undefined) paragraphs.pop();
  const source = named ?? seen(comment);
  const last = paragraphs.pop() ?? "";
  const [, whose, value] = DEFAULT.exec(last) ?? [];
  const text = [...paragraphs, last.replace(DEFAULT, "")].filter((each) => each !== "").join("\n\n");
  const example = tagOf(comment, "example");
  const throws = tagOf(comment, "throws");
  return {
    text,
    isServiceDefault: whose !== undefined && whose !== "Default",
    ...(value === undefined ? {} : { default: value }),
    ...(source === undefined ? {} : { source }),
    ...(example === undefined ? {} : { example }),
    ...(throws === undefined ? {} : { throws: paragraphsOf(throws).join(" ") }),
  };
}

/** Where a comment says something else of its field than the definition does, it is wrong for everybody who reads it. */
export function requireTrue(name: string, comment: Comment | undefined, traits: Traits): Comment {
  if (comment === undefined) throw new Error(`The field ${name} has no doc comment.`);
  const wrong = [
    ...(traits.isRequired === (comment.default === undefined) ? [] : ["disagrees about being required"]),
    ...(traits.isSecret === /\bkept as a secret\b/i.test(comment.text)
      ? []
      : ["disagrees about its secrecy"]),
    ...(traits.replaces === comment.text.includes("**replaces**") ? [] : ["disagrees about replacement"]),
    ...otherDefault(comment, traits.default, false),
    ...otherDefault(comment, traits.serviceDefault, true),
  ];
  if (wrong.length > 0) throw new Error(`The doc comment of the field ${name} ${wrong.join(", ")}.`);
  return comment;
}

function otherDefault(comment: Comment, value: unknown, isServiceDefault: boolean): string[] {
  if (value === undefined) return [];
  const words = value === "" ? "empty" : `\`${JSON.stringify(value)}\``;
  const isSame = comment.default === words && comment.isServiceDefault === isServiceDefault;
  return isSame ? [] : [`gives another default than ${words}`];
}

/** The paragraphs, each on one line, with links to other declarations as plain names. */
function paragraphsOf(text = ""): string[] {
  return text
    .replaceAll(/\{@link (\w+)\}/g, "`$1`")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll("\n", " ").trim())
    .filter((paragraph) => paragraph !== "");
}

function seen(comment: ts.JSDoc | undefined): string | undefined {
  const tag = comment?.tags?.find(({ tagName }) => tagName.text === "see");
  return /^@see (\S+)/.exec(tag?.getText() ?? "")?.[1];
}

function tagOf(comment: ts.JSDoc | undefined, name: string): string | undefined {
  const tag = comment?.tags?.find(({ tagName }) => tagName.text === name);
  return ts.getTextOfJSDocComment(tag?.comment);
}
