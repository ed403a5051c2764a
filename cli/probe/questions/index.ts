import type { Evidence } from "../evidence.ts";
import { notObservable, type Finding } from "../finding.ts";
import { BLOCK_QUESTIONS } from "./blocks.ts";
import { CHATWOOT_QUESTIONS } from "./chatwoot.ts";
import { CONNECTION_QUESTIONS } from "./connection.ts";
import { CREATION_QUESTIONS } from "./creation.ts";
import { LIMIT_QUESTIONS } from "./limits.ts";
import { LIST_QUESTIONS } from "./list.ts";
import type { Need, Question } from "./question.ts";
import { REFUSAL_QUESTIONS } from "./refusals.ts";

/** Everything that RyzeAPI's documentation leaves open. */
export const QUESTIONS: readonly Question[] = [
  ...REFUSAL_QUESTIONS,
  ...CREATION_QUESTIONS,
  ...LIST_QUESTIONS,
  ...CONNECTION_QUESTIONS,
  ...BLOCK_QUESTIONS,
  ...CHATWOOT_QUESTIONS,
  ...LIMIT_QUESTIONS,
];

export interface Answered {
  readonly question: Question;
  readonly finding: Finding;
}

export function answerAll(evidence: Evidence, done: ReadonlySet<Need>): Answered[] {
  return QUESTIONS.map((question) => ({
    question,
    finding: question.answer(evidence) ?? notAsked(question, done),
  }));
}

function notAsked({ needs }: Question, done: ReadonlySet<Need>): Finding {
  return notObservable(done.has(needs) ? "it could not be asked" : NEEDED[needs]);
}

const NEEDED: Readonly<Record<Need, string>> = {
  read: "it could not be asked",
  write: "it needs --write",
  chatwoot: "it needs --write and --chatwoot",
  quota: "it needs --write and --quota",
  nothing: "it cannot be asked",
};
