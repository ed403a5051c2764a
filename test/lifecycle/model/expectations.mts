import { expect } from "vitest";

import { omit, type Values } from "../../../provider/values.ts";
import type { InstanceView } from "../../emulator/emulator.mts";
import { defaultSettings, eventTypes } from "../../emulator/model.mts";
import { BLOCK_NAMES, type BlockName, type Program } from "./program.mts";

/** What was declared at some time since it was last seen to be off: `webhook`, `settings.ignoreStatus`. */
export type Managed = ReadonlySet<string>;

/**
 * Compares what runs with what is declared, written from the documentation alone. What was never declared must be what
 * it was `before`; what was declared and is no more must be off.
 */
export function expectRuns(
  program: Program,
  runs: InstanceView,
  before: InstanceView | undefined,
  managed: Managed,
): void {
  expect(runs.name).toBe(program.name);
  for (const block of BLOCK_NAMES) {
    const declared = program[block] as Values | undefined;
    if (block === "settings") expectSettings(declared ?? {}, runs, before, managed);
    else if (declared !== undefined && declared["enabled"] !== false)
      expect({ [block]: stored(runs, block) }).toMatchObject({ [block]: spelled(block, declared) });
    else if (declared !== undefined || managed.has(block))
      expect([block, isOn(runs, block)]).toEqual([block, false]);
    else expect([block, isOn(runs, block)]).toEqual([block, before !== undefined && isOn(before, block)]);
  }
}

function expectSettings(
  declared: Values,
  runs: InstanceView,
  before: InstanceView | undefined,
  managed: Managed,
): void {
  for (const [field, byDefault] of Object.entries<unknown>({ ...defaultSettings })) {
    const untouched = managed.has(`settings.${field}`)
      ? byDefault
      : ((before?.settings as Values | undefined)?.[field] ?? byDefault);
    expect([field, (runs.settings as unknown as Values)[field]]).toEqual([
      field,
      declared[field] ?? untouched,
    ]);
  }
}

export function isOn(runs: InstanceView, block: Exclude<BlockName, "settings">): boolean {
  const found = stored(runs, block);
  return block === "chatwoot" ? found !== undefined : found?.["enabled"] === true;
}

/** The block as the service has it, lists of events spelled out. */
function stored(runs: InstanceView, block: BlockName): Values | undefined {
  const found = (block === "webhook" ? runs.webhooks["default"] : runs[block]) as Values | undefined;
  return found && withEvents(found);
}

/** The declaration in the words of the service. */
function spelled(block: BlockName, declared: Values): Values {
  const { enabled = true, ...fields } = omit(declared, ["reconnect"]);
  if (block === "proxy") return { enabled, ...fields, port: String(fields["port"]) };
  if (block !== "chatwoot") return withEvents({ enabled, ...fields });
  return { status: "active", ...fields, baseUrl: String(fields["baseUrl"]).replace(/\/$/, "") };
}

function withEvents(block: Values): Values {
  const events = block["events"] as string[] | undefined;
  if (events === undefined) return block;
  return { ...block, events: events.length === 0 ? [...eventTypes].sort() : [...events].sort() };
}
