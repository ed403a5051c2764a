import { expect } from "vitest";

import { omit, type Values } from "../../../provider/values.ts";
import type { Emulator, InstancePatch, InstanceView } from "../../emulator/emulator.mts";
import { blockPatch } from "../scenario.mts";
import type { Engine } from "./engine.mts";
import { expectRuns, isOn, type Managed } from "./expectations.mts";
import { BLOCK_NAMES, CHATWOOT_URL, type BlockName, type Program } from "./program.mts";
import type { Step } from "./steps.mts";

/** Where a block is written to. */
const ROUTES: Record<BlockName, RegExp> = {
  proxy: /\/instance\/(proxy|reconnect)\//,
  webhook: /\/events\/webhook\//,
  websocket: /\/events\/websocket\//,
  chatwoot: /\/chatwoot\//,
  settings: /\/instance\/settings\//,
  s3: /\/instance\/s3\//,
};

/** Carries a sequence out, and checks after every step what can be said then. */
export async function runSequence(
  emulator: Emulator,
  chatwootUrl: string,
  engine: Engine,
  steps: readonly Step[],
): Promise<void> {
  const world = new World(emulator, chatwootUrl, engine);
  for (const step of steps) await world.carryOut(step);
}

class World {
  readonly #emulator: Emulator;
  readonly #chatwootUrl: string;
  readonly #engine: Engine;
  #program: Program = { name: "orion" };
  /** The name that the state knows the instance by. */
  #recordedName: string | undefined;
  readonly #managed = new Set<string>();
  /** Instances made by hand that nobody has adopted. */
  readonly #strangers = new Set<string>();
  readonly #refused = new Set<BlockName>();
  /** Blocks that somebody switched on by hand: what the service does not tell of them, nobody can know. */
  readonly #switchedOnByHand = new Set<BlockName>();
  /** Whether something was changed that Pulumi has not seen yet. */
  #isUnseen = false;
  #isGoneUnseen = false;
  /** The recorded instance where somebody made it again: another one, as its id tells. */
  #remade: string | undefined;

  constructor(emulator: Emulator, chatwootUrl: string, engine: Engine) {
    this.#emulator = emulator;
    this.#chatwootUrl = chatwootUrl;
    this.#engine = engine;
  }

  async carryOut(step: Step): Promise<void> {
    switch (step.do) {
      case "declare":
        this.#declare(step.argument, step.value);
        return;
      case "preview":
        expect(await this.#requestsOf(() => this.#engine.preview(this.#program))).toEqual([]);
        return;
      case "up":
        await this.#up();
        return;
      case "refresh":
        await this.#engine.refresh();
        if (this.#running(this.#recordedName) === undefined) this.#recordedName = undefined;
        this.#forgetRemade();
        this.#isUnseen = this.#isGoneUnseen = false;
        return;
      case "change":
        this.#change(step.block, step.change);
        return;
      case "connection":
        this.#patch({ state: step.state, numberJid: "5511999999999@s.whatsapp.net" });
        return;
      case "delete":
        this.#patch({ deleted: true });
        this.#switchedOnByHand.clear();
        this.#isUnseen = this.#isGoneUnseen = true;
        return;
      case "make":
        await this.#make(step.webhook);
        return;
      case "refuse":
        this.#refused.add(step.block);
        this.#emulator.fault({ kind: "reject-block", block: step.block, message: `No ${step.block} today` });
        return;
      case "accept":
        this.#refused.clear();
        this.#emulator.clearFaults();
    }
  }

  #declare(argument: string, value: unknown): void {
    // With a refusal a replacement ends halfway: two instances in the state, which is Pulumi's own business.
    if (argument === "name" && this.#refused.size > 0) return;
    const others = omit(this.#program, [argument]);
    this.#program = {
      ...others,
      ...(value === undefined ? {} : { [argument]: this.#resolved(value) }),
    } as Program;
  }

  async #up(): Promise<void> {
    const program = this.#program;
    const before = this.#running(program.name);
    const isNew = this.#recordedName !== program.name;
    const { length } = this.#emulator.requests();
    try {
      await this.#engine.up(program);
    } catch (error) {
      this.#noteWritten(length);
      if (String(error).includes("exists already")) this.#forgetRemade();
      this.#expectReason(String(error), before !== undefined && isNew);
      this.#manage(program);
      if (this.#running(program.name) !== undefined && before === undefined)
        this.#recordedName = program.name;
      return;
    }
    if (this.#remade !== program.name) this.#forgetRemade();
    this.#recordedName = program.name;
    this.#strangers.delete(program.name);
    await this.#expectNothingLeft();
    this.#noteWritten(length);
    if (this.#refused.size === 0 && !this.#isUnseen) {
      await this.#expectAllIsWell(before, isNew ? new Set() : this.#managed);
    }
    this.#managed.clear();
    this.#manage(program);
  }

  async #expectAllIsWell(before: InstanceView | undefined, managed: Managed): Promise<void> {
    const program = this.#observable(this.#program);
    const ours = this.#emulator.instanceNames().filter((name) => !this.#strangers.has(name));
    expect(ours).toEqual([program.name]);
    const runs = this.#running(program.name);
    if (runs === undefined) throw new Error(`"${program.name}" does not run`);
    const isReplaced = runs.id !== before?.id;
    expectRuns(program, runs, isReplaced ? undefined : before, isReplaced ? new Set() : managed);
    // An instance that somebody made again by hand has another token, which must never cost its session.
    if (isReplaced && program["token"] !== undefined && this.#emulator.readings.listToken === true)
      expect(runs.token).toBe(program["token"]);
    expect(await this.#engine.showsDrift()).toBe(false);
  }

  /** Only what was ordered may go wrong. */
  #expectReason(message: string, isTaken: boolean): void {
    if (this.#refused.size > 0 || this.#isGoneUnseen) return;
    // Nobody has read yet what the replacement costs.
    if (this.#isUnseen && message.includes("is not replaced: it was paired")) return;
    expect(message, message).toMatch(/exists already|exists with another token/);
    expect(isTaken).toBe(true);
  }

  /** A second `up` has nothing to do but what was refused. */
  async #expectNothingLeft(): Promise<void> {
    // The answer to a change may tell of something that nobody had seen, which the next `up` puts right.
    if (this.#isUnseen && this.#refused.size === 0) await this.#engine.up(this.#program);
    const calls = await this.#requestsOf(async () => {
      try {
        await this.#engine.up(this.#program);
      } catch (error) {
        if (this.#refused.size === 0) throw error;
      }
    });
    const refused = [...this.#refused].map((block) => ROUTES[block]);
    expect(calls.filter((call) => !refused.some((route) => route.test(call)))).toEqual([]);
  }

  /** Of a block that Pulumi wrote after somebody had switched it on, everything is known again. */
  #noteWritten(since: number): void {
    for (const { route, path, method, status } of this.#emulator.requests().slice(since)) {
      if (method === "GET" || status >= 300) continue;
      for (const block of BLOCK_NAMES)
        if (route === "POST /api/instance/new" || ROUTES[block].test(path))
          this.#switchedOnByHand.delete(block);
    }
  }

  /** What is declared, as far as a difference from it can be seen. */
  #observable(program: Program): Program {
    const blocks = [...this.#switchedOnByHand].filter((block) => program[block] !== undefined);
    const seen = blocks.map((block) => {
      const fields = Object.entries(program[block] as Values);
      return [block, Object.fromEntries(fields.filter(([field]) => this.#isReadable(block, field)))];
    });
    return { ...program, ...Object.fromEntries(seen) } as Program;
  }

  #manage(program: Program): void {
    for (const block of BLOCK_NAMES) {
      const declared = program[block] as Values | undefined;
      if (declared === undefined) continue;
      this.#managed.add(block);
      if (block === "settings")
        for (const field of Object.keys(declared)) this.#managed.add(`settings.${field}`);
    }
  }

  #change(block: BlockName, change: Values | null): void {
    const readable = change && Object.entries(change).filter(([field]) => this.#isReadable(block, field));
    const patch = readable && this.#resolved(Object.fromEntries(readable));
    const runs = this.#patched();
    if (runs !== undefined && block !== "settings" && !isOn(runs, block)) this.#switchedOnByHand.add(block);
    this.#patch(blockPatch(block, patch));
  }

  /** The value with the address of the Chatwoot that runs. */
  #resolved<T>(value: T): T {
    return JSON.parse(JSON.stringify(value).replaceAll(CHATWOOT_URL, this.#chatwootUrl)) as T;
  }

  /** What the service does not tell cannot be put back. */
  #isReadable(block: BlockName, field: string): boolean {
    const { list, chatwootSummary, chatwootGeneration } = this.#emulator.readings;
    if (block !== "chatwoot") return !["password", "secretKey"].includes(field);
    if (field === "enabled") return true;
    const isInListing = list !== "minimal" && chatwootSummary !== "status";
    const isOwnRead = !isInListing && chatwootGeneration === "newer";
    if (field === "apiToken") return isOwnRead;
    return isInListing || isOwnRead || ["baseUrl", "accountId", "inboxName"].includes(field);
  }

  #patch(patch: InstancePatch): void {
    const runs = this.#patched();
    if (runs === undefined) return;
    this.#emulator.patchInstance(runs.name, patch);
    this.#isUnseen = true;
  }

  /** The instance that somebody changes by hand. */
  #patched(): InstanceView | undefined {
    return this.#running(this.#recordedName) ?? this.#running(this.#program.name);
  }

  async #make(webhook: boolean): Promise<void> {
    const { name } = this.#program;
    if (this.#running(name) !== undefined) this.#emulator.patchInstance(name, { deleted: true });
    const answer = await fetch(`${this.#emulator.url}/api/instance/new`, {
      method: "POST",
      headers: { token: this.#emulator.accountToken },
      body: JSON.stringify({ name, webhookEnabled: webhook, webhookURL: "https://by-hand.example.com" }),
    });
    expect(answer.ok).toBe(true);
    if (name !== this.#recordedName) this.#strangers.add(name);
    else {
      this.#remade = name;
      this.#isGoneUnseen = true;
    }
    this.#switchedOnByHand.clear();
    this.#isUnseen = true;
  }

  /** Pulumi knows by now that what it managed is gone. */
  #forgetRemade(): void {
    if (this.#remade === undefined) return;
    this.#strangers.add(this.#remade);
    if (this.#recordedName === this.#remade) this.#recordedName = undefined;
    this.#remade = undefined;
  }

  #running(name: string | undefined): InstanceView | undefined {
    return name === undefined ? undefined : this.#emulator.instance(name);
  }

  async #requestsOf(operation: () => Promise<void>): Promise<string[]> {
    const { length } = this.#emulator.requests();
    await operation();
    return this.#emulator
      .requests()
      .slice(length)
      .map(({ method, path }) => `${method} ${path}`);
  }
}
