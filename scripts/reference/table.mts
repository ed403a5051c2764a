import type { Field } from "./model.mts";
import type { ValueType } from "./types.mts";
import { inTable } from "./wording.mts";

/** How a type is written in a table, where `links` says which page or section shows a named group of fields. */
export function typeText(type: ValueType, links: Links): string {
  switch (type.kind) {
    case "list":
      return `list of ${pluralText(type.of, links)}`;
    case "enum":
      return links(type.of.name) ?? oneOf(type.of.values.map((value) => `\`"${value}"\``));
    case "object":
      return links(type.name) ?? "object";
    case "integer":
      return "number";
    case "integer-or-digits":
      return "number or digits";
    case "string":
    case "boolean":
      return type.kind;
  }
}

/** A link to what a named type is, or undefined. */
export type Links = (name: string) => string | undefined;

/** Arguments: name, type, default, secret, and what it is. */
export function argumentTable(
  title: string,
  fields: readonly Field[],
  links: Links,
  source?: string,
): string {
  return table(
    [title, "type", "default", "secret", "what"],
    fields.map((field) => [
      `\`${field.name}\``,
      typeText(field.type, links),
      field.comment.default ?? "**required**",
      field.isSecret ? "yes" : "",
      inTable(field) + sourceText(field, source),
    ]),
  );
}

/** Outputs: name, type, and what it is. */
export function outputTable(title: string, fields: readonly Field[], links: Links): string {
  return table(
    [title, "type", "what"],
    fields.map((field) => [
      `\`${field.name}\``,
      [
        typeText(field.type, links) + (field.presence === "required" ? "" : " or undefined"),
        ...(field.isSecret ? ["secret"] : []),
      ].join(", "),
      inTable(field),
    ]),
  );
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** A field's own page, where neither the whole nor what the type links to has it. */
function sourceText({ comment, type }: Field, source: string | undefined): string {
  const isElsewhere = type.kind === "object" || comment.source === source;
  return comment.source === undefined || isElsewhere ? "" : ` ([source](${comment.source}))`;
}

function pluralText(type: ValueType, links: Links): string {
  return type.kind === "string" ? "strings" : typeText(type, links);
}

function oneOf(values: readonly string[]): string {
  const last = values.at(-1) ?? "";
  return values.length < 2 ? last : `${values.slice(0, -1).join(", ")} or ${last}`;
}
