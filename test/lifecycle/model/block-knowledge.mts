import { omit, type Values } from "../../../provider/values.ts";
import type { Emulator, InstanceView } from "../../emulator/emulator.mts";
import { isOn, type Managed } from "./expectations.mts";
import { BLOCK_NAMES, type BlockName, type Program } from "./program.mts";

/** Where a block is written to. */
const ROUTES: Record<BlockName, RegExp> = {
  proxy: /\/instance\/(proxy|reconnect)\//,
  webhook: /\/events\/webhook\//,
  websocket: /\/events\/websocket\//,
  chatwoot: /\/chatwoot\//,
  settings: /\/instance\/settings\//,
  s3: /\/instance\/s3\//,
};

/** What was done to the blocks of the instance, and what can be known of them. */
export class BlockKnowledge {
  readonly refused = new Set<BlockName>();
  readonly #emulator: Emulator;
  readonly #managed = new Set<string>();
  /** Blocks that somebody switched on by hand: what the service does not tell of them, nobody can know. */
  readonly #switchedOnByHand = new Set<BlockName>();

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** What was declared since an `up` went through. */
  get managed(): Managed {
    return this.#managed;
  }

  manage(program: Program): void {
    for (const block of BLOCK_NAMES) {
      const declared = program[block] as Values | undefined;
      if (declared === undefined) continue;
      this.#managed.add(block);
      if (block === "settings")
        for (const field of Object.keys(declared)) this.#managed.add(`settings.${field}`);
    }
  }

  /** An `up` went through: what it declared is all that is managed. */
  begin(program: Program | undefined): void {
    this.#managed.clear();
    if (program !== undefined) this.manage(program);
  }

  isRefused(call: string): boolean {
    return [...this.refused].some((block) => ROUTES[block].test(call));
  }

  /** Somebody is about to change a block. */
  noteChange(block: BlockName, runs: InstanceView | undefined): void {
    if (runs !== undefined && block !== "settings" && !isOn(runs, block)) this.#switchedOnByHand.add(block);
  }

  /** Of a block that Pulumi wrote after somebody had switched it on, everything is known again. */
  noteWritten(writes: readonly string[]): void {
    for (const call of writes)
      for (const block of BLOCK_NAMES)
        if (call.endsWith("/instance/new") || ROUTES[block].test(call)) this.#switchedOnByHand.delete(block);
  }

  /** There is another instance now. */
  forgetHands(): void {
    this.#switchedOnByHand.clear();
  }

  /** What is declared, as far as a difference from it can be seen. */
  observable(program: Program): Program {
    const blocks = [...this.#switchedOnByHand].filter((block) => program[block] !== undefined);
    const seen = blocks.map((block) => [block, this.readable(block, program[block] as Values)]);
    return { ...program, ...Object.fromEntries(seen) } as Program;
  }

  /** The fields without those that the service does not tell, which cannot be put back either. */
  readable<Fields extends Values | null>(block: BlockName, fields: Fields): Fields {
    if (fields === null) return fields;
    const hidden = Object.keys(fields).filter((field) => !this.#isReadable(block, field));
    return omit(fields, hidden) as Fields;
  }

  #isReadable(block: BlockName, field: string): boolean {
    const { list, chatwootSummary, chatwootGeneration } = this.#emulator.readings;
    if (block !== "chatwoot") return !["password", "secretKey"].includes(field);
    if (field === "enabled") return true;
    const isInListing = list !== "minimal" && chatwootSummary !== "status";
    const isOwnRead = !isInListing && chatwootGeneration === "newer";
    if (field === "apiToken") return isOwnRead;
    return isInListing || isOwnRead || ["baseUrl", "accountId", "inboxName"].includes(field);
  }
}
