import { CREATE, isRefused, isOverLimit, limitTold, type Exchange } from "../../wire/exchange.ts";
import { notObservable, reading, type Finding } from "../finding.ts";
import type { Question } from "./question.ts";

export const LIMIT_QUESTIONS: readonly Question[] = [
  {
    key: "createSharesGlobalBucket",
    asks: "Does a creation also count against the limit of all other calls?",
    values: [false, true],
    needs: "write",
    answer({ journal, write: { main } }) {
      if (main === undefined) return undefined;
      const costs = costsBetween(journal, (between) => {
        const [only, ...others] = between;
        return only?.call === CREATE && others.length === 0 && !isRefused(only);
      });
      return countsFinding(costs);
    },
  },
  {
    key: "failedCallsCount",
    asks: "Do calls count against the limit that are answered with 4xx?",
    values: [true, false],
    needs: "read",
    answer({ journal, readOnly: { missing } }) {
      if (missing === undefined) return undefined;
      // Of Chatwoot's routes a 503 may be hidden behind a 200, which is no 4xx.
      const costs = costsBetween(journal, (between) => {
        const [only, ...others] = between;
        return only !== undefined && others.length === 0 && isFailedCall(only);
      });
      return countsFinding(costs);
    },
  },
  {
    key: "retryAfter",
    asks: "Does a 429 carry Retry-After?",
    values: [false, true],
    needs: "nothing",
    answer({ journal }) {
      const tooMany = journal.filter(isOverLimit);
      if (tooMany.length === 0) {
        return notObservable("the probe stays below the limits, and met none that others had used up");
      }
      return reading(tooMany.some(({ headers }) => headers["retry-after"] !== undefined));
    },
  },
  {
    key: "windowKind",
    asks: "When does a window of a limit begin: with the token's first request, or with the minute of the clock?",
    values: ["fixed", "aligned"],
    needs: "read",
    answer({ journal }) {
      if (journal.length === 0) return undefined;
      const resets = resetsByBucket(journal);
      if (resets.size === 0) return notObservable("answers carry no limits");
      if ([...resets.values()].flat().some((reset) => reset % 60 !== 0)) return reading("fixed");
      // A single window may have begun with a minute by chance.
      return resets.size > 1 ? reading("aligned") : notObservable("too few windows were seen");
    },
  },
];

/** Whether every window that was seen so far ends with a minute, which needs a second look. */
export function mayBeAligned(journal: readonly Exchange[]): boolean {
  const resets = [...resetsByBucket(journal).values()].flat();
  return resets.length > 0 && resets.every((reset) => reset % 60 === 0);
}

function resetsByBucket(journal: readonly Exchange[]): Map<string, number[]> {
  const resets = new Map<string, number[]>();
  for (const exchange of journal) {
    const told = limitTold(exchange);
    const bucket = bucketOf(exchange);
    if (told) resets.set(bucket, [...(resets.get(bucket) ?? []), told.reset]);
  }
  return resets;
}

function bucketOf({ call, sentWith }: Exchange): string {
  return call === CREATE ? "creations" : sentWith;
}

function isFailedCall(exchange: Exchange): boolean {
  const { call } = exchange;
  return call !== CREATE && !call.includes("/chatwoot/") && exchange.status < 429 && isRefused(exchange);
}

/** What the calls between two good ones took from what was left, besides the second one itself. */
function costsBetween(
  journal: readonly Exchange[],
  isMeant: (between: readonly Exchange[]) => boolean,
): number[] {
  const own = journal.filter(({ sentWith }) => sentWith === "account");
  const good = own.flatMap((exchange, index) =>
    exchange.call !== CREATE && !isRefused(exchange) && limitTold(exchange) ? [index] : [],
  );
  return good.flatMap((start, position) => {
    const end = good[position + 1] ?? start;
    const [before, after] = [start, end].map((index) => own[index] && limitTold(own[index]));
    if (before === undefined || before.reset !== after?.reset) return [];
    return isMeant(own.slice(start + 1, end)) ? [before.remaining - after.remaining - 1] : [];
  });
}

/** Others who use the same token only ever add to a cost, so that the lowest is the true one. */
function countsFinding(costs: readonly number[]): Finding {
  if (costs.length === 0) return notObservable("no two answers of one window could be compared");
  const lowest = Math.min(...costs);
  if (lowest > 1) return notObservable("others used the account's token at the same time");
  return reading(lowest === 1);
}
