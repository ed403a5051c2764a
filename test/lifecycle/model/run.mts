import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import { expect } from "vitest";

import type { Emulator, InstancePatch } from "../../emulator/emulator.mts";
import { blockPatch } from "../scenario.mts";
import { Accounts, type AccountName } from "./accounts.mts";
import { BlockKnowledge } from "./block-knowledge.mts";
import type { Engine, Manner, Recorded } from "./engine.mts";
import { expectRuns } from "./expectations.mts";
import { holdingsOf, type Holding } from "./holdings.mts";
import { expectReason, isSilent, isUnproved } from "./reasons.mts";
import { expectNoOrphan, expectSafe, type Course } from "./safety.mts";
import { everythingIn, named, type Everything, type Seen } from "./service.mts";
import { isTold, type Step, type Whose } from "./steps.mts";
import { RESOURCE, Writing } from "./writing.mts";

type LandLate = Extract<Step, { do: "land late" }>;

const NEW = "POST /api/instance/new";
const LIST = "GET /api/instance/list";

/** The most answers that a creation which lands late waits for. */
const LATEST = 8;

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
  readonly #engine: Engine;
  readonly #accounts: Accounts;
  readonly #writing: Writing;
  readonly #blocks: BlockKnowledge;
  #recorded: readonly Recorded[] = [];
  #holdings: readonly Holding[] = [];
  /** Instances that the program has created, at whatever time. */
  readonly #created = new Set<string>();
  /** Those among them that somebody has taken out of the state, or that a message says to be left there. */
  readonly #givenUp = new Set<string>();
  /** What the next creation meets. */
  #late: LandLate | undefined;
  /** Whether something was changed that Pulumi has not seen yet. */
  #isUnseen = false;

  constructor(emulator: Emulator, chatwootUrl: string, engine: Engine) {
    this.#emulator = emulator;
    this.#engine = engine;
    this.#accounts = new Accounts(emulator);
    this.#writing = new Writing(this.#accounts, chatwootUrl, emulator.url);
    this.#blocks = new BlockKnowledge(emulator);
  }

  async carryOut(step: Step): Promise<void> {
    switch (step.do) {
      case "declare":
        this.#writing.declare(step.argument, step.value, this.#patched()?.view.token);
        return;
      case "remove":
        this.#writing.isRemoved = true;
        return;
      case "twin":
        this.#writing.isTwin = step.isThere;
        return;
      case "configure":
        this.#writing.configure(step.key, step.value, this.#patched()?.view.token);
        return;
      case "preview":
        await this.#preview();
        return;
      case "up":
        await this.#up(step.manner);
        return;
      case "refresh":
        await this.#refresh();
        return;
      case "destroy":
        await this.#destroy();
        return;
      case "forget":
        await this.#forget(RESOURCE);
        return;
      case "copy":
        await this.#copy();
        return;
      case "change":
        this.#change(step);
        return;
      case "connection":
        this.#patch(this.#patched(), { state: step.state, numberJid: "5511999999999@s.whatsapp.net" });
        return;
      case "pair":
        this.#pair(step.whose);
        return;
      case "delete":
        this.#patch(this.#patched(), { deleted: true });
        this.#blocks.forgetHands();
        return;
      case "make":
        await this.#make(step.webhook, step.whose ?? "ours");
        return;
      case "renew":
        this.#accounts.renew(step.account);
        return;
      case "refuse":
        this.#blocks.refused.add(step.block);
        this.#order();
        return;
      case "accept":
        this.#accept();
        return;
      case "land late":
        this.#late = step;
        return;
      case "settle":
        await this.#settle();
    }
  }

  async #preview(): Promise<void> {
    const { requests } = await this.#command("preview", (written) => this.#engine.preview(written));
    expect(requests).toEqual([]);
  }

  async #up(manner?: Manner): Promise<string[]> {
    const { program, isRemoved } = this.#writing;
    const up = (written: Course["written"]) => this.#engine.up(written, manner);
    const { course, failures, writes } = await this.#command("up", up, manner === "refresh");
    this.#blocks.noteWritten(writes);
    if (failures.length > 0) {
      if (writes.length > 0 || course.isUnanswered) this.#blocks.manage(program);
      return failures;
    }
    if (manner === "refresh") this.#isUnseen = false;
    if (!isRemoved) {
      await this.#expectNothingLeft();
      await this.#expectAllIsWell(course);
    } else expect(this.#holdings).toEqual([]);
    this.#blocks.begin(isRemoved ? undefined : program);
    return failures;
  }

  async #refresh(withProgram = false): Promise<string[]> {
    const { failures, writes } = await this.#command("refresh", (written) =>
      this.#engine.refresh(written, withProgram),
    );
    expect(writes).toEqual([]);
    if (failures.length > 0) return failures;
    this.#isUnseen = false;
    const missing = this.#holdings.filter(({ id, isUnconfirmed }) => id === undefined && !isUnconfirmed);
    expect(missing, "instances that are gone and stay in the state").toEqual([]);
    return failures;
  }

  async #destroy(): Promise<void> {
    const { failures } = await this.#command("destroy", (written) => this.#engine.destroy(written));
    if (failures.length > 0) return;
    expect(this.#holdings).toEqual([]);
    this.#blocks.begin(undefined);
  }

  /** Runs a command, and checks what has to hold whatever it was and however it ended. */
  async #command(
    command: Course["command"],
    run: (written: Course["written"]) => Promise<string[]>,
    isPreviewFresh = false,
  ): Promise<{ course: Course; failures: string[]; requests: string[]; writes: string[] }> {
    const { written } = this.#writing;
    const configured = this.#engine.configured(written, command);
    const before = this.#everything();
    const heldBefore = this.#held(before);
    const { length } = this.#emulator.requests();
    this.#order(this.#late);
    const failures = await run(written);
    const requests = this.#emulator.requests().slice(length);
    const isUnanswered = this.#late !== undefined && requests.some(({ route }) => route === NEW);
    if (isUnanswered) this.#late = undefined;
    this.#order();
    const after = this.#everything();
    for (const id of after.keys()) if (!before.has(id)) this.#created.add(id);
    await this.#look(after, heldBefore);
    const course: Course = {
      ...{ command, isPreviewFresh, written, configured, before, after, heldBefore },
      reaches: ({ account, view }) =>
        [this.#pointed(), this.#accounts.holder(configured.token)].includes(account) ||
        this.#writing.accountToken === view.token,
      heldAfter: this.#holdings,
      warnings: this.#engine.warnings(),
      isUnanswered,
      created: this.#created,
    };
    expectSafe(course);
    for (const failure of failures) {
      expectReason(failure, course, {
        accounts: this.#accounts,
        readings: this.#emulator.readings,
        configuredTokens: [
          ...[written.configuration.token, configured.token, this.#writing.accountToken],
          ...heldBefore.map(({ accountToken }) => accountToken),
        ],
        isRefusing: this.#blocks.refused.size > 0,
        isDeclaredTwice: this.#writing.isTwin,
      });
    }
    if (isUnanswered) await this.#land();
    this.#noteLeft(course);
    expectNoOrphan(this.#everything(), this.#holdings, this.#created, this.#givenUp);
    return {
      ...{ course, failures },
      requests: requests.map(({ method, path }) => `${method} ${path}`),
      writes: requests
        .filter(({ method, status }) => method !== "GET" && status < 300)
        .map(({ method, path }) => `${method} ${path}`),
    };
  }

  /** A second `up` has nothing to do but what was refused. */
  async #expectNothingLeft(): Promise<void> {
    const again = () => this.#command("up", (written) => this.#engine.up(written));
    const isRefusing = this.#blocks.refused.size > 0;
    // The answer to a change may tell of something that nobody had seen, which the next `up` puts right.
    if (this.#isUnseen) await again();
    const { failures, requests } = await again();
    if (!isRefusing) expect(failures).toEqual([]);
    // A listing proves which instance is meant before the account's token is tried: where nobody knows its own one, and
    // where the refusal does not say whether that was what it refused.
    const isProved = (call: string) =>
      isRefusing && call === LIST && !(this.#isMainsTokenKnown() && isTold(this.#emulator.readings));
    expect(requests.filter((call) => !this.#blocks.isRefused(call) && !isProved(call))).toEqual([]);
  }

  /** What runs is what is declared, as far as an `up` that looked there can have seen to it. */
  async #expectAllIsWell({ before, heldBefore }: Course): Promise<void> {
    expect(this.#holdings.map(({ resource }) => resource)).toEqual([RESOURCE]);
    const [held] = this.#holdings;
    if (this.#blocks.refused.size > 0 || this.#isUnseen || held?.account !== this.#pointed()) return;
    const runs = held?.id === undefined ? undefined : this.#everything().get(held.id)?.view;
    if (held === undefined || runs === undefined) throw new Error("The instance does not run.");
    const { program } = this.#writing;
    const former = heldBefore.find(({ resource, name }) => resource === RESOURCE && name === held.name);
    const isSame = former !== undefined && (former.id === held.id || former.isUnconfirmed);
    const managed = isSame ? this.#blocks.managed : new Set<string>();
    expectRuns(this.#blocks.observable(program), runs, before.get(runs.id)?.view, managed);
    // One that somebody made again by hand has another token than the declared one, which never costs its session.
    if (!isSame && program["token"] !== undefined) expect(runs.token).toBe(program["token"]);
    const unseen = await this.#engine.drift(this.#writing.written);
    if (isSilent(this.#emulator.readings, this.#isMainsTokenKnown()) && unseen.some(isUnproved)) return;
    expect(unseen).toEqual([]);
  }

  /** Whatever happened: everything is put back, and a refresh and an `up` make it right. */
  async #settle(): Promise<void> {
    this.#accept();
    const home = (this.#main() ?? this.#holdings[0])?.account ?? this.#pointed() ?? "A";
    await this.#permitDeletion(home);
    this.#writing.putBack(home);
    for (const { resource, account } of this.#holdings) if (account !== home) await this.#forget(resource);
    // Where the state holds a token that is refused, an `up` brings the new one first.
    await this.#refresh(true);
    await this.#up();

    const unknown = await this.#refresh(true);
    expect(unknown.filter((failure) => !isUnproved(failure))).toEqual([]);
    if (unknown.length > 0) for (const { resource } of this.#holdings) await this.#forget(resource);
    const taken = await this.#up();
    for (const failure of taken)
      expect(failure).toMatch(
        /exists already in this account|exists with another token|is used by another instance|tells no id, so it may be/,
      );
    if (taken.length === 0) return;
    if (taken.some((failure) => failure.includes("tells no id"))) await this.#forget(RESOURCE);
    this.#writing.declare("adopt", true, undefined);
    this.#writing.declare("token", undefined, undefined);
    expect(await this.#up()).toEqual([]);
  }

  /** What `protectPaired` in the state keeps is given up in two steps: first in words, nothing else changed. */
  async #permitDeletion(home: AccountName): Promise<void> {
    const main = this.#main();
    if (main?.protectPaired !== true) return;
    const { program, isRemoved } = this.#writing;
    this.#writing.putBack(home);
    this.#writing.declare("name", main.name, undefined);
    this.#writing.declare("token", undefined, undefined);
    this.#writing.declare("account", { protectPaired: false }, undefined);
    await this.#refresh(true);
    await this.#up();
    this.#writing.program = program;
    this.#writing.isRemoved = isRemoved;
  }

  #accept(): void {
    this.#blocks.refused.clear();
    this.#late = undefined;
    this.#order();
  }

  async #copy(): Promise<void> {
    const main = this.#main();
    if (main === undefined) return;
    await this.#engine.copy(RESOURCE, "copy");
    await this.#look(this.#everything(), [...this.#holdings, { ...main, resource: "copy" }]);
  }

  /** Orders what goes wrong from now on; with `late`, creations as well. */
  #order(late?: LandLate): void {
    this.#emulator.clearFaults();
    for (const block of this.#blocks.refused)
      this.#emulator.fault({ kind: "reject-block", block, message: `No ${block} today` });
    if (late === undefined) return;
    const { answer, requests, before, then } = late;
    const failed = { kind: "html", status: 502, route: NEW } as const;
    if (before > 0) this.#emulator.fault({ ...failed, times: before });
    this.#emulator.fault({ kind: "land-late", answer, requests, times: 1 });
    if (then === "502") this.#emulator.fault({ ...failed, times: 2 });
    if (then === "quota") {
      const message = "Account instance quota exceeded";
      this.#emulator.fault({ kind: "status", status: 403, message, route: NEW, times: 1 });
    }
  }

  async #forget(resource: string): Promise<void> {
    const names = this.#holdings.filter((holding) => holding.resource === resource).map(({ name }) => name);
    for (const [id, { view }] of this.#everything()) if (names.includes(view.name)) this.#givenUp.add(id);
    await this.#engine.forget(resource);
    await this.#look();
  }

  /** What is left where it is, and said to be: whether it is ours is not known. */
  #noteLeft({ heldBefore, warnings }: Course): void {
    for (const [id, { view }] of this.#everything())
      if (
        heldBefore.some(({ isUnconfirmed, name }) => isUnconfirmed && name === view.name) &&
        warnings.some((warning) =>
          warning.startsWith(`An instance named "${view.name}" exists, and is paired`),
        )
      )
        this.#givenUp.add(id);
  }

  /** What has not landed by the end of a command does so before the next one. */
  async #land(): Promise<void> {
    const before = this.#everything();
    for (let answer = 0; answer < LATEST; answer += 1) await fetch(`${this.#emulator.url}/health`);
    let last = before;
    for (let quiet = 0; quiet < 3;) {
      await sleep(5);
      const now = this.#everything();
      quiet = isDeepStrictEqual(now, last) ? quiet + 1 : 0;
      last = now;
    }
    for (const id of last.keys()) if (!before.has(id)) this.#created.add(id);
  }

  #change({ block, change }: Extract<Step, { do: "change" }>): void {
    const patched = this.#patched();
    const readable = this.#blocks.readable(block, change);
    this.#blocks.noteChange(block, patched?.view);
    this.#patch(patched, blockPatch(block, readable && this.#writing.resolved(readable)));
  }

  #patch(seen: Seen | undefined, patch: InstancePatch): void {
    if (seen === undefined) return;
    this.#emulator.patchInstance(seen.view.name, patch, this.#accounts.token(seen.account));
    this.#isUnseen = true;
  }

  #pair(whose: Whose): void {
    const seen = whose === "ours" ? this.#patched() : named(this.#everything(), whose.account, whose.name);
    if (seen === undefined) return;
    this.#emulator.pair(seen.view.name, undefined, this.#accounts.token(seen.account));
    if (seen.view.id === this.#main()?.id) this.#isUnseen = true;
  }

  async #make(webhook: boolean, whose: Whose): Promise<void> {
    const { account, name } =
      whose === "ours"
        ? { account: this.#main()?.account ?? this.#pointed() ?? "A", name: this.#writing.program.name }
        : whose;
    const token = this.#accounts.token(account);
    const there = named(this.#everything(), account, name);
    if (there !== undefined) {
      this.#patch(there, { deleted: true });
      this.#blocks.forgetHands();
    }
    const answer = await fetch(`${this.#emulator.url}/api/instance/new`, {
      method: "POST",
      headers: { token },
      body: JSON.stringify({ name, webhookEnabled: webhook, webhookURL: "https://by-hand.example.com" }),
    });
    expect(answer.ok).toBe(true);
    this.#isUnseen = true;
  }

  #everything(): Everything {
    return everythingIn(this.#emulator, this.#accounts);
  }

  /** The account that the program names, where its token is valid. */
  #pointed(): AccountName | undefined {
    return this.#accounts.holder(this.#writing.accountToken);
  }

  /** Looks into the state, which commands and edits change. */
  async #look(everything = this.#everything(), former = this.#holdings): Promise<void> {
    this.#recorded = await this.#engine.recorded();
    this.#holdings = this.#held(everything, former);
  }

  #held(everything: Everything, former = this.#holdings): Holding[] {
    return holdingsOf(this.#recorded, former, everything, this.#pointed(), this.#emulator.readings);
  }

  #main(): Holding | undefined {
    return this.#holdings.find(({ resource, isCondemned }) => resource === RESOURCE && !isCondemned);
  }

  /** One that somebody made again by hand has another token than the state says. */
  #isMainsTokenKnown(): boolean {
    const main = this.#main();
    if (main?.id === undefined) return true;
    return main.isToldByToken && main.hasToken(this.#everything().get(main.id)?.view.token);
  }

  /** The instance that somebody changes by hand: the program's, or the one that has its name. */
  #patched(): Seen | undefined {
    const everything = this.#everything();
    const id = this.#main()?.id;
    const held = id === undefined ? undefined : everything.get(id);
    return held ?? named(everything, this.#pointed() ?? "A", this.#writing.program.name);
  }
}
