import fc from "fast-check";

import type { Values } from "../../../provider/values.ts";
import { readingTable, type Readings } from "../../emulator/readings.mts";
import { ACCOUNT_NAMES, LIVE_TOKEN, NEXT_TOKEN, OWN_TOKEN, type AccountName } from "./accounts.mts";
import type { Face, Manner } from "./engine.mts";
import { BLOCK_NAMES, declaration, outOfBand, type BlockName } from "./program.mts";

/** Whose instance a step is about: the program's, or the one of a name in an account. */
export type Whose = "ours" | { readonly account: AccountName; readonly name: string };

export type Step =
  /** The program is edited: a block, or another argument; undefined takes it out. */
  | { readonly do: "declare"; readonly argument: string; readonly value: unknown }
  /** The program declares the instance no more, until something of it is declared again. */
  | { readonly do: "remove" }
  /** A second resource of the program declares the same instance, or does no more. */
  | { readonly do: "twin"; readonly isThere: boolean }
  /** The stack's configuration is edited. */
  | { readonly do: "configure"; readonly key: "token" | "protectPaired" | "adopt"; readonly value: string }
  | { readonly do: "preview" }
  | { readonly do: "up"; readonly manner?: Manner }
  | { readonly do: "refresh" }
  | { readonly do: "destroy" }
  /** The state is edited: the instance is given up, or stands in it once more under another resource name. */
  | { readonly do: "forget" }
  | { readonly do: "copy" }
  /** Somebody changes a block of the instance, its connection, or the whole of it. */
  | { readonly do: "change"; readonly block: BlockName; readonly change: Values | null }
  | { readonly do: "connection"; readonly state: "connected" | "disconnected" | "loggedout" }
  | { readonly do: "pair"; readonly whose: Whose }
  | { readonly do: "delete" }
  /** Somebody makes an instance, in the place of the one that there may be; of the program's name if none is given. */
  | { readonly do: "make"; readonly webhook: boolean; readonly whose?: Whose }
  /** An account's token is renewed at the service. */
  | { readonly do: "renew"; readonly account: AccountName }
  /** The service refuses a block from now on, or nothing any more. */
  | { readonly do: "refuse"; readonly block: BlockName }
  | { readonly do: "accept" }
  /** The next creation is answered as a failure and lands after so many more answers; then come others. */
  | {
      readonly do: "land late";
      readonly answer: "html" | "error" | "drop";
      readonly requests: number;
      readonly before: number;
      readonly then: "502" | "quota" | "nothing";
    }
  /** Everything beside the declaration is put back, and has to come right. */
  | { readonly do: "settle" };

const block = fc.constantFrom(...BLOCK_NAMES);

const declareBlock = block.chain((argument) =>
  fc
    .option(declaration(argument), { nil: undefined, freq: 4 })
    .map((value): Step => ({ do: "declare", argument, value })),
);

const ACCOUNT_ARGUMENTS = [
  undefined,
  { token: LIVE_TOKEN.A },
  { token: LIVE_TOKEN.B },
  { token: NEXT_TOKEN },
  { protectPaired: true },
  { protectPaired: false },
  { token: LIVE_TOKEN.A, protectPaired: true },
];

const NAMES = ["orion", "vega"];

const declareOther = fc
  .oneof(
    fc.record({ argument: fc.constant("adopt"), value: fc.boolean() }),
    fc.record({ argument: fc.constant("onBlockFailure"), value: fc.constantFrom("warn", "fail") }),
    fc.record({ argument: fc.constant("name"), value: fc.constantFrom(...NAMES) }),
    fc.record({
      argument: fc.constant("token"),
      value: fc.constantFrom(undefined, "token-a", "token-b", OWN_TOKEN),
    }),
    fc.record({ argument: fc.constant("account"), value: fc.constantFrom(...ACCOUNT_ARGUMENTS) }),
  )
  .map((edit): Step => ({ do: "declare", ...edit }));

const change = block.chain((name) =>
  outOfBand(name).map((value): Step => ({ do: "change", block: name, change: value })),
);

const connection = fc
  .constantFrom("connected" as const, "disconnected" as const, "loggedout" as const)
  .map((state): Step => ({ do: "connection", state }));

/** Most often the account's own token, so that sequences get somewhere. */
const configure = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        key: fc.constant("token" as const),
        value: fc.constantFrom(LIVE_TOKEN.A, LIVE_TOKEN.A, LIVE_TOKEN.B, NEXT_TOKEN, OWN_TOKEN),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        key: fc.constant("protectPaired" as const),
        value: fc.constantFrom("true", "false"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        key: fc.constant("adopt" as const),
        value: fc.constantFrom("unpaired", "never"),
      }),
    },
  )
  .map((edit): Step => ({ do: "configure", ...edit }));

/** Beside those of the program's names there is one that it never declares. */
const whose: fc.Arbitrary<Whose> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Whose>("ours") },
  {
    weight: 3,
    arbitrary: fc.record({
      account: fc.constantFrom(...ACCOUNT_NAMES),
      name: fc.constantFrom(...NAMES, "lyra"),
    }),
  },
);

const make = fc
  .record({ webhook: fc.boolean(), whose })
  .map((instance): Step => ({ do: "make", ...instance }));

const landLate = fc
  .record({
    answer: fc.constantFrom("html" as const, "error" as const, "drop" as const),
    requests: fc.nat(6),
    before: fc.nat(2),
    then: fc.constantFrom("502" as const, "quota" as const, "nothing" as const),
  })
  .map((fault): Step => ({ do: "land late", ...fault }));

const up = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: "up" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "up", manner: "refresh" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "up", manner: "skip-preview" }) },
);

function plain(...steps: Step[]) {
  return fc.constantFrom(...steps);
}

/** Weighted so that most sequences get somewhere. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: declareBlock },
  { weight: 4, arbitrary: declareOther },
  { weight: 12, arbitrary: up },
  { weight: 5, arbitrary: plain({ do: "refresh" }) },
  { weight: 1, arbitrary: plain({ do: "preview" }) },
  { weight: 1, arbitrary: plain({ do: "destroy" }) },
  { weight: 1, arbitrary: plain({ do: "remove" }) },
  { weight: 1, arbitrary: fc.boolean().map((isThere): Step => ({ do: "twin", isThere })) },
  { weight: 1, arbitrary: plain({ do: "forget" }, { do: "copy" }, { do: "copy" }) },
  { weight: 5, arbitrary: change },
  { weight: 1, arbitrary: connection },
  { weight: 3, arbitrary: whose.map((each): Step => ({ do: "pair", whose: each })) },
  { weight: 1, arbitrary: plain({ do: "delete" }) },
  { weight: 3, arbitrary: make },
  { weight: 4, arbitrary: configure },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...ACCOUNT_NAMES).map((account): Step => ({ do: "renew", account })),
  },
  { weight: 2, arbitrary: landLate },
  { weight: 1, arbitrary: block.map((name): Step => ({ do: "refuse", block: name })) },
  { weight: 1, arbitrary: plain({ do: "accept" }) },
);

/** Half of the sequences begin with an instance that runs, which is where most things can go wrong. */
const beginning: fc.Arbitrary<Step[]> = fc.oneof(
  fc.constant<Step[]>([]),
  fc.array(declareBlock, { minLength: 1, maxLength: 4 }).map((steps): Step[] => [...steps, { do: "up" }]),
);

/** Namesakes in the other account, with which most mistakes about accounts begin. */
const others: fc.Arbitrary<Step[]> = fc.oneof(
  fc.constant<Step[]>([]),
  fc
    .uniqueArray(fc.constantFrom(...NAMES, "lyra"), { minLength: 1 })
    .map((names) =>
      names.map((name): Step => ({ do: "make", webhook: false, whose: { account: "B", name } })),
    ),
);

export const sequences: fc.Arbitrary<Step[]> = fc
  .tuple(others, beginning, fc.array(step, { minLength: 2, maxLength: 10, size: "max" }))
  .map((parts): Step[] => [...parts.flat(), { do: "settle" }]);

export const faces = fc.constantFrom<Face>("dynamic", "native");

/** The readings that a lifecycle can tell apart. */
const KEYS = [
  "refusals",
  "language",
  "createStatus",
  "createEcho",
  "tokenPlace",
  "createId",
  "inlineFailure",
  "duplicateName",
  "duplicateToken",
  "neverSet",
  "absentWebsocket",
  "emptyList",
  "listAbsence",
  "listAuthorization",
  "listAccessKey",
  "partialBlocks",
  "disabledWebhook",
  "webhookLimitStatus",
  "failedSet",
  "secondSet",
  "inboxKnown",
  "accountIdType",
  "healthyError",
  "repairedError",
  "absentBlocks",
  "blockFailureShape",
  "list",
  "listId",
  "listTimes",
  "listCap",
  "listToken",
  "chatwootSummary",
  "connectionStatus",
  "proxyPostBody",
  "disabledProxy",
  "disabledS3",
  "awsEndpoint",
  "eventsStored",
  "absentAuthorization",
  "chatwootGeneration",
  "chatwootErrors",
  "failedChatwoot",
] as const satisfies readonly (keyof Readings)[];

/** Whether two instances were created within one second is no matter of the model. */
function valuesOf(key: (typeof KEYS)[number]): readonly unknown[] {
  return key === "listTimes" ? [true, false] : readingTable[key].values;
}

/** Whether a refusal tells by its status or its form what it means. */
export function isTold({ refusals, chatwootErrors }: Partial<Readings>): boolean {
  return refusals !== "ok-false" && chatwootErrors !== "flat";
}

/** Where a refusal's words are all that there is, they are English: not all of another language are known. */
function spokenIn(readings: Partial<Readings>): Partial<Readings> {
  return isTold(readings) ? readings : { ...readings, language: "en" };
}

export const readings = fc
  .record(Object.fromEntries(KEYS.map((key) => [key, fc.constantFrom<unknown>(...valuesOf(key))])))
  .map((drawn) => spokenIn(drawn as Partial<Readings>));
