import fc from "fast-check";

import type { Values } from "../../../provider/values.ts";
import { readingTable, type Readings } from "../../emulator/readings.mts";
import { BLOCK_NAMES, declaration, outOfBand, type BlockName } from "./program.mts";

export type Step =
  /** The program is edited: a block, or another argument; undefined takes it out. */
  | { readonly do: "declare"; readonly argument: string; readonly value: unknown }
  | { readonly do: "preview" }
  | { readonly do: "up" }
  | { readonly do: "refresh" }
  /** Somebody changes a block of the instance, its connection, or the whole of it. */
  | { readonly do: "change"; readonly block: BlockName; readonly change: Values | null }
  | { readonly do: "connection"; readonly state: "connected" | "disconnected" | "loggedout" }
  | { readonly do: "delete" }
  /** Somebody makes an instance of the program's name, in the place of the one that there may be. */
  | { readonly do: "make"; readonly webhook: boolean }
  /** The service refuses a block from now on, or nothing any more. */
  | { readonly do: "refuse"; readonly block: BlockName }
  | { readonly do: "accept" };

const block = fc.constantFrom(...BLOCK_NAMES);

const declareBlock = block.chain((argument) =>
  fc
    .option(declaration(argument), { nil: undefined, freq: 4 })
    .map((value): Step => ({ do: "declare", argument, value })),
);

const declareOther = fc
  .oneof(
    fc.record({ argument: fc.constant("adopt"), value: fc.boolean() }),
    fc.record({ argument: fc.constant("onBlockFailure"), value: fc.constantFrom("warn", "fail") }),
    fc.record({ argument: fc.constant("name"), value: fc.constantFrom("orion", "vega") }),
    fc.record({ argument: fc.constant("token"), value: fc.constantFrom(undefined, "token-a", "token-b") }),
  )
  .map((edit): Step => ({ do: "declare", ...edit }));

const change = block.chain((name) =>
  outOfBand(name).map((value): Step => ({ do: "change", block: name, change: value })),
);

const connection = fc
  .constantFrom("connected" as const, "disconnected" as const, "loggedout" as const)
  .map((state): Step => ({ do: "connection", state }));

function plain(step: Step) {
  return fc.constant(step);
}

/** Weighted so that most sequences get somewhere. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: declareBlock },
  { weight: 2, arbitrary: declareOther },
  { weight: 8, arbitrary: plain({ do: "up" }) },
  { weight: 4, arbitrary: plain({ do: "refresh" }) },
  { weight: 1, arbitrary: plain({ do: "preview" }) },
  { weight: 5, arbitrary: change },
  { weight: 1, arbitrary: connection },
  { weight: 1, arbitrary: plain({ do: "delete" }) },
  { weight: 1, arbitrary: fc.boolean().map((webhook): Step => ({ do: "make", webhook })) },
  { weight: 1, arbitrary: block.map((name): Step => ({ do: "refuse", block: name })) },
  { weight: 1, arbitrary: plain({ do: "accept" }) },
);

/** Half of the sequences begin with an instance that runs, which is where most things can go wrong. */
const beginning: fc.Arbitrary<Step[]> = fc.oneof(
  fc.constant<Step[]>([]),
  fc.array(declareBlock, { minLength: 1, maxLength: 4 }).map((steps): Step[] => [...steps, { do: "up" }]),
);

/** Whatever happened, a refresh and an `up` put everything right. */
const end: readonly Step[] = [{ do: "accept" }, { do: "refresh" }, { do: "up" }];

export const sequences: fc.Arbitrary<Step[]> = fc
  .tuple(beginning, fc.array(step, { minLength: 2, maxLength: 10, size: "max" }))
  .map(([first, then]) => [...first, ...then, ...end]);

/** The readings that a lifecycle can tell apart. */
const KEYS = [
  "createStatus",
  "createEcho",
  "absentBlocks",
  "blockFailureShape",
  "list",
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

export const readings: fc.Arbitrary<Partial<Readings>> = fc.record(
  Object.fromEntries(KEYS.map((key) => [key, fc.constantFrom<unknown>(...readingTable[key].values)])),
) as fc.Arbitrary<Partial<Readings>>;
