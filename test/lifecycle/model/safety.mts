import { isDeepStrictEqual } from "node:util";

import { expect } from "vitest";

import type { Configuration } from "../../../provider/lifecycle/configuration.ts";
import type { Written } from "./engine.mts";
import type { Holding } from "./holdings.mts";
import type { Program } from "./program.mts";
import { isPaired, wasPaired, type Everything, type Seen } from "./service.mts";

/** One command of Pulumi's: what there was before it, and what after. */
export interface Course {
  readonly command: "preview" | "up" | "refresh" | "destroy";
  /** Whether people saw the present state of everything before they confirmed. */
  readonly isPreviewFresh: boolean;
  readonly written: Written;
  /** The configuration that the provider was given: during `refresh` and `destroy` it may be a former one. */
  readonly configured: Configuration;
  /** Whether the token that the program, or else the configuration, names lets anybody see the instance. */
  readonly reaches: (seen: Seen) => boolean;
  readonly before: Everything;
  readonly after: Everything;
  readonly heldBefore: readonly Holding[];
  readonly heldAfter: readonly Holding[];
  readonly warnings: readonly string[];
  /** Whether a creation was sent that was answered as a failure. */
  readonly isUnanswered: boolean;
  /** Instances that a program has created, at whatever time. */
  readonly created: ReadonlySet<string>;
}

/** What must hold after every command, whatever went wrong. */
export function expectSafe(course: Course): void {
  for (const holding of course.heldAfter) expectOurs(course, holding);
  for (const [id, seen] of course.before) {
    const now = course.after.get(id);
    if (now === undefined) expectDeletable(course, id, seen);
    else if (!isDeepStrictEqual(now, seen)) expectTouchable(course, id, seen);
    if (now !== undefined) expectRemembered(course, id, seen);
  }
}

/** Nothing becomes ours that was not created, adopted, or awaited after a creation that was never answered. */
function expectOurs(course: Course, { resource, name, id }: Holding): void {
  const { before, heldBefore } = course;
  const seen = id === undefined ? undefined : before.get(id);
  if (id === undefined || seen === undefined || heldBefore.some((each) => each.id === id)) return;
  const former = heldBefore.find((each) => each.resource === resource && each.name === name);
  const isOurs =
    (former !== undefined && isBlind(former)) || isAwaited(course, id, seen) || isAdoptable(course, seen);
  expect(
    isOurs,
    `"${name}" in ${seen.account}, which the state has taken for its own, is somebody else's`,
  ).toBe(true);
}

function expectTouchable(course: Course, id: string, seen: Seen): void {
  const isOurs =
    isHeld(course, id) ||
    isAwaited(course, id, seen) ||
    isAdoptable(course, seen) ||
    isAnybodys(course, seen);
  expect(isOurs, `"${seen.view.name}" in ${seen.account}, which was changed, is somebody else's`).toBe(true);
}

function expectDeletable(course: Course, id: string, seen: Seen): void {
  const { command, isPreviewFresh, written, heldBefore, warnings } = course;
  const which = `"${seen.view.name}" in ${seen.account}, which was deleted,`;
  const holders = heldBefore.filter((holding) => holding.id === id);
  expect(
    holders.length > 0 || isAwaited(course, id, seen) || isAnybodys(course, seen),
    `${which} is somebody else's`,
  ).toBe(true);
  expect(["up", "destroy"], `${which} by a ${command}`).toContain(command);
  const keeping = holders.filter((holding) => {
    const declared = written.resources.get(holding.resource);
    // A refresh learns that it has another token than the one which is declared from now on.
    const isSeenToLeave =
      isPreviewFresh &&
      isMadeAgain(holding, seen) &&
      !holding.isTokenDeclared &&
      hasOtherToken(seen, declared);
    return command === "up" && !isLeaving(holding, declared) && !isSeenToLeave;
  });
  expect(keeping, `${which} is declared`).toEqual([]);
  if (!isPaired(seen)) return;
  for (const holding of holders) {
    const declared = written.resources.get(holding.resource)?.["account"] as Configuration | undefined;
    const isReplaced = command === "up" && declaresAnew(holding, written);
    const words = [holding.protectPaired, ...(isReplaced ? [declared?.protectPaired] : [])];
    for (const word of words) {
      expect(protects(word ?? course.configured.protectPaired), `${which} is paired and protected`).toBe(
        false,
      );
    }
    if (isReplaced && !holding.isCondemned)
      expect(warnings.join("\n"), `${which} was paired, and nobody was warned`).toContain(
        `"${seen.view.name}" (because`,
      );
    else if (!holding.isKnownPaired && !course.isPreviewFresh)
      expect(warnings.join("\n"), `${which} was paired, and nobody was told`).toContain(
        "although it was paired",
      );
  }
}

/** As long as its own token works, and nobody has given it up, the state knows it. */
function expectRemembered(course: Course, id: string, seen: Seen): void {
  const holders = course.heldBefore.filter((holding) => holding.id === id);
  if (holders.every((holding) => isMadeAgain(holding, seen))) return;
  expect(
    course.heldAfter.some((holding) => holding.id === id),
    `"${seen.view.name}" in ${seen.account} is forgotten`,
  ).toBe(true);
}

/** As it stands in a program, or in a configuration. */
export function protects(word: unknown): boolean {
  return word === true || word === "true";
}

/** What a program has created is in the state, or awaited there, unless somebody gave it up. */
export function expectNoOrphan(
  everything: Everything,
  holdings: readonly Holding[],
  created: ReadonlySet<string>,
  givenUp: ReadonlySet<string>,
): void {
  for (const [id, { account, view }] of everything) {
    if (!created.has(id) || givenUp.has(id)) continue;
    const isKnown = holdings.some(
      (holding) => holding.id === id || (holding.isUnconfirmed && holding.name === view.name),
    );
    expect(isKnown, `"${view.name}" in ${account} is an orphan`).toBe(true);
  }
}

function isHeld({ heldBefore }: Course, id: string): boolean {
  return heldBefore.some((holding) => holding.id === id);
}

/** What was never answered is found by its name, unless a phone is paired with what is there. */
function isAwaited(course: Course, id: string, seen: Seen): boolean {
  const { heldBefore, written, reaches, created, isUnanswered } = course;
  const awaited = heldBefore.filter(({ isUnconfirmed }) => isUnconfirmed).map(({ name }) => name);
  if (isUnanswered) awaited.push(...[...written.resources.values()].map(({ name }) => name));
  return awaited.includes(seen.view.name) && (created.has(id) || (reaches(seen) && !wasPaired(seen)));
}

function isAdoptable({ command, written, configured, reaches }: Course, seen: Seen): boolean {
  if (command !== "up" || !reaches(seen)) return false;
  const isWanted = ({ name, adopt }: Program) =>
    name === seen.view.name && (adopt === true || (configured.adopt === "unpaired" && !wasPaired(seen)));
  return [...written.resources.values()].some(isWanted);
}

/** Of what the service tells neither id nor token, the name is all that can be known. */
function isAnybodys({ heldBefore }: Course, seen: Seen): boolean {
  return heldBefore.some((holding) => isBlind(holding) && holding.name === seen.view.name);
}

function isBlind({ isToldById, isToldByToken, isUnconfirmed }: Holding): boolean {
  return !isToldById && !isToldByToken && !isUnconfirmed;
}

function isLeaving(holding: Holding, declared: Program | undefined): boolean {
  if (holding.isCondemned || declared === undefined) return true;
  const hasNewToken = declared["token"] !== undefined && !holding.hasToken(declared["token"]);
  return declared.name !== holding.name || hasNewToken;
}

/** Made again by hand: what the state knows of it is its former token. */
function isMadeAgain({ isToldById, isToldByToken, hasToken }: Holding, { view }: Seen): boolean {
  return !isToldById && isToldByToken && !hasToken(view.token);
}

function hasOtherToken({ view }: Seen, declared: Program | undefined): boolean {
  return declared?.["token"] !== undefined && declared["token"] !== view.token;
}

function declaresAnew({ resource, isCondemned }: Holding, { resources }: Written): boolean {
  return !isCondemned && resources.has(resource);
}
