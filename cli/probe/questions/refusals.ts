import { isDisguised, isRefused, wordsOf } from "../../wire/exchange.ts";
import { neither, notObservable, reading } from "../finding.ts";
import type { Question } from "./question.ts";

export const REFUSAL_QUESTIONS: readonly Question[] = [
  {
    key: "refusals",
    asks: "Does a refusal have a status of its own, or is it a 200 with success: false?",
    values: ["status", "ok-false"],
    needs: "read",
    answer({ readOnly: { missing } }) {
      if (missing === undefined) return undefined;
      if (isDisguised(missing)) return reading("ok-false");
      return missing.status === 404 ? reading("status") : neither(missing);
    },
  },
  {
    key: "language",
    asks: "In which language, and in which words, does it refuse?",
    values: ["en", "en-other", "pt", "es"],
    needs: "read",
    answer({ readOnly: { missing } }) {
      if (missing === undefined) return undefined;
      const words = wordsOf(missing);
      const language = words === undefined || !isRefused(missing) ? undefined : languageOf(words);
      return language === undefined ? neither(missing) : reading(language);
    },
  },
  {
    key: "listAbsence",
    asks: "How is a list answered that is filtered by one name which no instance has?",
    values: [404, "404-other-words", "empty"],
    needs: "read",
    answer({ readOnly: { unlisted, missing } }) {
      if (unlisted === undefined) return undefined;
      if (!isRefused(unlisted)) return reading("empty");
      if (!isDisguised(unlisted) && unlisted.status !== 404) return neither(unlisted);
      if (missing === undefined) return notObservable("there is no other refusal to compare its words with");
      return reading(wordsOf(unlisted) === wordsOf(missing) ? 404 : "404-other-words");
    },
  },
];

/** The language of a text that says that an instance was not found. */
function languageOf(words: string): string | undefined {
  if (words === "Instance not found") return "en";
  if (/\bn(?:ã|a\u0303)o\b|instância|inexistente/iu.test(words)) return "pt";
  if (/\binstancia\b|encontrad[ao]|existe/iu.test(words)) return "es";
  return /\b(?:no|not|found|instance|unknown|exist|exists|missing|such)\b/i.test(words)
    ? "en-other"
    : undefined;
}
