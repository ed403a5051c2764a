import type { Field } from "./model.mts";

/** What `required` means for a field of a block that can be switched off. */
export const WHILE_ENABLED = "Required unless `enabled` is `false`.";

/** A comment as users of any language read it: the names of the package schema, and nothing of TypeScript. */
export function inAnyLanguage(text: string): string {
  return text
    .replaceAll(/\bgetRyze(?=[A-Z])/g, "get")
    .replaceAll(/\bRyze(?=(Event|Instance|Webhook)\b)/g, "")
    .replaceAll(/\bundefined where\b/g, "absent where")
    .replaceAll(/\bUndefined where\b/g, "Absent where");
}

/** The comment in a table that has a column for secrets: one line, which does not say it again. */
export function inTable({ comment, isUnreadable }: Pick<Field, "comment" | "isUnreadable">): string {
  const text = comment.text
    .replaceAll("\n\n", " ")
    .replace(/ Kept as a secret(\.|; (\w))/, (_whole, _end, next?: string) =>
      next ? ` ${next.toUpperCase()}` : "",
    )
    .replace(/; kept as a secret\./, ".");
  const isExplained = !isUnreadable || text.includes("sent last");
  return isExplained ? text : `${text} RyzeAPI may not return it, so it is compared with what was sent last.`;
}
