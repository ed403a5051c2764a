import type { Account } from "../../provider/ryzeapi/account.ts";
import { DEFAULT_ENDPOINT } from "../../provider/lifecycle/configuration.ts";
import { isRyzeApi } from "../wire/exchange.ts";
import type { Finding, Value } from "./finding.ts";
import { fitsOf, type Fit } from "./fits.ts";
import { answerAll } from "./questions/index.ts";
import { limitsLeft } from "./read-only.ts";
import type { Outcome } from "./run.ts";
import { Redaction } from "./shape.ts";

/** Raised where a field changes its meaning. */
const FORMAT = "ryzeapi-probe/1";

/** What people pass on: no secret, number, name or address of the account is in it, whatever the service answered. */
export interface Report {
  readonly format: typeof FORMAT;
  readonly steps: readonly string[];
  readonly sent: { readonly calls: number; readonly creations: number };
  /** Whether it asked everything that it was told to ask. */
  readonly complete: boolean;
  readonly service: {
    readonly endpoint: "https://ryzeapi.cloud" | "another";
    /** Whether /health says so. */
    readonly isRyzeApi: boolean;
    readonly clockAheadSeconds: number;
    readonly limit: { readonly limit: number; readonly remaining: number } | null;
  };
  readonly readings: Readonly<Record<string, ReportedFinding>>;
  readonly fits: readonly Fit[];
  readonly answers: readonly { readonly call: string; readonly shapes: readonly string[] }[];
}

export type ReportedFinding = { readonly asks: string } & (
  | { readonly reading: Value }
  | { readonly neither: readonly string[] }
  | { readonly notObservable: string; readonly possible?: readonly Value[] }
);

export function reportOf(outcome: Outcome, account: Account): Report {
  const { evidence, done, sent, endedBy } = outcome;
  const redaction = new Redaction(evidence.journal);
  const { health, clockAhead = 0 } = evidence.readOnly;
  const readings = answerAll(evidence, done).map(
    ({ question, finding }) =>
      [question.key, { asks: question.asks, ...reported(finding, redaction) }] as const,
  );
  return {
    format: FORMAT,
    steps: [...done],
    sent,
    complete: endedBy === undefined,
    service: {
      endpoint: account.endpoint === DEFAULT_ENDPOINT ? DEFAULT_ENDPOINT : "another",
      isRyzeApi: health !== undefined && isRyzeApi(health),
      clockAheadSeconds: Math.round(clockAhead / 1_000),
      limit: limitsLeft(evidence.journal) ?? null,
    },
    readings: Object.fromEntries(readings),
    fits: fitsOf(evidence),
    answers: shapesByCall(outcome, redaction),
  };
}

function reported(
  finding: Finding,
  redaction: Redaction,
): { reading: Value } | { neither: string[] } | { notObservable: string; possible?: readonly Value[] } {
  switch (finding.kind) {
    case "reading":
      return { reading: finding.value };
    case "neither":
      return {
        neither: finding.seen.map((exchange) => `${exchange.call}: ${redaction.shapeOfAnswer(exchange)}`),
      };
    case "notObservable": {
      const { reason, possible } = finding;
      return { notObservable: reason, ...(possible && { possible }) };
    }
  }
}

function shapesByCall({ evidence }: Outcome, redaction: Redaction): Report["answers"] {
  const shapes = new Map<string, Set<string>>();
  for (const exchange of evidence.journal) {
    const known = shapes.get(exchange.call) ?? new Set<string>();
    shapes.set(exchange.call, known.add(redaction.shapeOfAnswer(exchange)));
  }
  return [...shapes]
    .map(([call, found]) => ({ call, shapes: [...found].sort() }))
    .sort((one, other) => one.call.localeCompare(other.call));
}

/** `201`, `neither`, or why it cannot be told. */
export function shortly(finding: ReportedFinding): string {
  if ("reading" in finding) return String(finding.reading);
  if ("neither" in finding) return "neither";
  const { possible = [] } = finding;
  const left = possible.length === 0 ? "" : `: ${possible.map(String).join(" or ")}`;
  return `not observable${left}`;
}
