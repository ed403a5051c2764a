import { expect } from "vitest";

import type { Readings } from "../../emulator/emulator.mts";
import type { AccountName, Accounts } from "./accounts.mts";
import type { Holding } from "./holdings.mts";
import type { Program } from "./program.mts";
import { protects, type Course } from "./safety.mts";
import { isPaired, wasPaired, type Seen } from "./service.mts";

/** What may go wrong, beside what the course of a command shows. */
export interface Circumstances {
  readonly accounts: Accounts;
  readonly readings: Readings;
  /** Tokens that the provider may have asked with: configured now, or when Pulumi last recorded the configuration. */
  readonly configuredTokens: readonly (string | undefined)[];
  /** The service refuses a block. */
  readonly isRefusing: boolean;
  /** Two resources of the program declare one instance. */
  readonly isDeclaredTwice: boolean;
}

const UNPROVED = /nothing that RyzeAPI tells proves/;

export function isUnproved(message: string): boolean {
  return message.includes("nothing that RyzeAPI tells proves");
}

/**
 * Whether listings tell nothing that an instance has for itself, but its name: the time of its creation is compared with
 * the one that its own token shows.
 */
export function isSilent({ listId, listToken, listTimes }: Readings, isTokenKnown = true): boolean {
  return !listId && listToken !== true && !(listTimes && isTokenKnown);
}

interface Reason {
  readonly says: RegExp;
  readonly comesWhere: (course: Course, circumstances: Circumstances) => boolean;
}

/** The errors that the documentation promises, and where each of them has a place. */
const REASONS: readonly Reason[] = [
  {
    says: /exists already in this account/,
    comesWhere: (course) => programs(course).some((program) => strangers(course, program).length > 0),
  },
  {
    says: /exists with another token than the declared one/,
    comesWhere: (course) =>
      programs(course).some(
        (program) =>
          program["token"] !== undefined &&
          namesakes(course, program).some(({ view }) => view.token !== program["token"]),
      ),
  },
  {
    says: /its `token` is used by another instance/,
    comesWhere: (course) =>
      programs(course).some((program) =>
        [...course.before.values(), ...course.after.values()].some(
          (seen) =>
            (seen.view.name !== program.name || !course.reaches(seen)) &&
            seen.view.token === program["token"],
        ),
      ),
  },
  {
    says: /it is not in the RyzeAPI account that is configured now/,
    comesWhere: (course, circumstances) =>
      course.heldBefore.some(
        (holding) => holding.id !== undefined && isMissed(course, holding, circumstances),
      ),
  },
  {
    says: /refuses its own token, so the instance that this resource manages is gone/,
    comesWhere: (course) =>
      course.heldBefore.some((holding) => isGone(holding) || !isTokenAccepted(course, holding)),
  },
  {
    says: UNPROVED,
    comesWhere: (course, circumstances) =>
      course.heldBefore.some(
        (holding) =>
          holding.isUnconfirmed ||
          (holding.isToldById
            ? !holding.isToldByToken && isMissed(course, holding, circumstances)
            : !isTokenAccepted(course, holding) || isSilent(circumstances.readings)),
      ),
  },
  {
    says: /is the own token of the instance/,
    comesWhere: ({ before, after }, { configuredTokens }) =>
      [...before.values(), ...after.values()].some(({ view }) => configuredTokens.includes(view.token)),
  },
  {
    says: /`ryzeapi:token <TokenAccount>`|RYZEAPI_TOKEN|Check the account's token|refuses the account's token/,
    comesWhere: (_course, { accounts, configuredTokens }) =>
      configuredTokens.some((token) => accounts.holder(token) === undefined),
  },
  {
    says: /`ryzeapi:protectPaired` keeps paired instances/,
    comesWhere: (course) =>
      course.heldBefore.some(
        ({ resource, protectPaired, isKnownPaired, id }) =>
          (isKnownPaired || isPairedNow(course, id)) &&
          [
            protectPaired,
            (course.written.resources.get(resource)?.["account"] as Program | undefined)?.["protectPaired"],
            course.configured.protectPaired,
          ].some(protects),
      ),
  },
  {
    says: /after Pulumi had looked at it last/,
    comesWhere: (course) =>
      course.heldBefore.some(({ isKnownPaired, id }) => !isKnownPaired && isPairedNow(course, id)),
  },
  {
    says: /tells no id, so it may be another one of that name/,
    comesWhere: (course) =>
      course.heldBefore.some(({ isToldById, id }) => !isToldById && isPairedNow(course, id)),
  },
  {
    says: /It is not known whether the instance|the account's quota is used up/,
    comesWhere: ({ isUnanswered }) => isUnanswered,
  },
  {
    says: /which another resource of this program declares as well/,
    comesWhere: (_course, { isDeclaredTwice }) => isDeclaredTwice,
  },
  {
    // The CLI lists the reasons alone.
    says: /is not as declared: |errors? occurred:\s+\* \w+: No \w+ today/,
    comesWhere: (_course, { isRefusing }) => isRefusing,
  },
];

/** Every error is one that the documentation names, and has its cause. */
export function expectReason(message: string, course: Course, circumstances: Circumstances): void {
  const named = REASONS.filter(({ says }) => says.test(message));
  expect(named.length, `undocumented: ${message}`).toBeGreaterThan(0);
  expect(
    named.some(({ comesWhere }) => comesWhere(course, circumstances)),
    `without cause: ${message}`,
  ).toBe(true);
}

function programs({ command, written }: Course): Program[] {
  return command === "up" ? [...written.resources.values()] : [];
}

function within({ before, after, reaches }: Course): Seen[] {
  return [...before.values(), ...after.values()].filter(reaches);
}

function namesakes(course: Course, { name }: Program): Seen[] {
  return within(course).filter(({ view }) => view.name === name);
}

/** Those that the resource does not manage, and that it must not adopt. */
function strangers(course: Course, program: Program): Seen[] {
  const main = course.heldBefore.filter(({ isCondemned }) => !isCondemned);
  return namesakes(course, program).filter(
    (seen) =>
      program["adopt"] !== true &&
      !(course.configured.adopt === "unpaired" && !wasPaired(seen)) &&
      !main.some(
        ({ resource, id }) => id === seen.view.id && course.written.resources.get(resource) === program,
      ),
  );
}

/** The accounts that the provider may have asked about a resource. */
function asked(
  { written }: Course,
  { resource, accountToken }: Holding,
  { accounts, configuredTokens }: Circumstances,
): AccountName[] {
  const declared = (written.resources.get(resource)?.["account"] as Program | undefined)?.["token"];
  const tokens = [accountToken, declared as string | undefined, ...configuredTokens];
  return tokens.map((token) => accounts.holder(token)).filter((name) => name !== undefined);
}

function isGone({ id, isUnconfirmed }: Holding): boolean {
  return id === undefined && !isUnconfirmed;
}

/** Whether it is gone, or an account that may be asked is not the one that has it. */
function isMissed(course: Course, holding: Holding, circumstances: Circumstances): boolean {
  return isGone(holding) || asked(course, holding, circumstances).some((name) => name !== holding.account);
}

/** One that somebody made again by hand has another token. */
function isTokenAccepted({ before }: Course, { name, hasToken }: Holding): boolean {
  return [...before.values()].some(({ view }) => view.name === name && hasToken(view.token));
}

function isPairedNow({ before }: Course, id: string | undefined): boolean {
  const seen = id === undefined ? undefined : before.get(id);
  return seen !== undefined && isPaired(seen);
}
