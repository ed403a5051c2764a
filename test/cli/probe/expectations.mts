import { expect } from "vitest";

import { readingTable, type Readings } from "../../emulator/readings.mts";
import type { Value } from "../../../cli/probe/finding.ts";

export type Key = keyof Readings;
export const KEYS = Object.keys(readingTable) as Key[];

/** Where a client cannot tell the values of one reading apart, because of another one. */
interface Mask {
  readonly key: Key;
  readonly by: string;
  readonly hides: (readings: Readings) => boolean;
  /** The values that are left; default: every one of the reading's. */
  readonly possible?: readonly Value[];
}

const isDisguised = ({ refusals }: Readings) => refusals === "ok-false";
const hasNoBridge = ({ bridge }: Readings) => bridge === "missing";
const always = () => true;

export const MASKS: readonly Mask[] = [
  { key: "uniqueToken", by: "one account", hides: always },
  { key: "connectedAnswer", by: "no phone", hides: always },
  { key: "retryAfter", by: "limits that are kept", hides: always },
  { key: "quotaBeforeDuplicate", by: "an account that is not full", hides: always },

  { key: "duplicateName", by: "refusals=ok-false", hides: isDisguised },
  { key: "duplicateToken", by: "refusals=ok-false", hides: isDisguised },
  { key: "webhookLimitStatus", by: "refusals=ok-false", hides: isDisguised },
  { key: "chatwootErrors", by: "refusals=ok-false", hides: isDisguised },
  { key: "chatwootUnreachable", by: "refusals=ok-false", hides: isDisguised },
  {
    key: "instanceTokenScope",
    by: "refusals=ok-false",
    hides: (readings) => isDisguised(readings) && readings.instanceTokenScope !== "full",
    possible: ["403-until-paired", "400-until-paired"],
  },

  { key: "absentBlocks", by: "createEcho=minimal", hides: ({ createEcho }) => createEcho === "minimal" },
  { key: "blockFailureShape", by: "createEcho=minimal", hides: ({ createEcho }) => createEcho === "minimal" },
  {
    key: "blockFailureShape",
    by: "validateEvents=off",
    hides: ({ validateEvents }) => validateEvents === "off",
  },
  { key: "inlineFailure", by: "validateProxy=off", hides: ({ validateProxy }) => validateProxy === "off" },
  {
    key: "names",
    by: "nameLimit=on",
    hides: ({ nameLimit, names }) => nameLimit === "on" && names !== "lower-case",
    possible: ["as-sent", "trimmed", "nfc"],
  },

  { key: "listAuthorization", by: "list=minimal", hides: ({ list }) => list === "minimal" },
  { key: "listAccessKey", by: "list other than full", hides: ({ list }) => list !== "full" },
  {
    key: "chatwootSummary",
    by: "list=minimal and createEcho=minimal",
    hides: ({ list, createEcho }) => list === "minimal" && createEcho === "minimal",
  },

  ...(
    [
      "chatwootSummary",
      "chatwootUnreachable",
      "failedChatwoot",
      "failedSet",
      "secondSet",
      "inboxKnown",
      "accountIdType",
      "healthyError",
      "repairedError",
    ] as const
  ).map((key) => ({ key, by: "bridge=missing", hides: hasNoBridge })),
  {
    key: "chatwootUnreachable",
    by: "failedSet=recorded",
    hides: ({ failedSet }) => failedSet === "recorded",
  },
  {
    key: "repairedError",
    by: "failedChatwoot=absent and failedSet=refused",
    hides: ({ failedChatwoot, failedSet }) => failedChatwoot === "absent" && failedSet === "refused",
  },
];

/** What the probe has to find of a reading: its value, or that nothing can be seen of it, and which values are left. */
export function expected(key: Key, readings: Readings): object {
  const mask = MASKS.find((each) => each.key === key && each.hides(readings));
  if (mask === undefined) return { reading: readings[key] };
  return { notObservable: expect.any(String) as string, ...(mask.possible && { possible: mask.possible }) };
}
