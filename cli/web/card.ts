import { setTimeout as sleep } from "node:timers/promises";
import type { AccountClient } from "../../provider/ryzeapi/client.ts";
import { asError } from "../../provider/ryzeapi/errors.ts";
import { connectionOf, numberOf, type InstanceStatus } from "../connection.ts";
import { pair, type Code, type Look } from "../pairing.ts";
import { PairingError, timedOut } from "../pairing-error.ts";
import { drawingOf } from "./drawing.ts";
import { reasonOf } from "./reason.ts";
import type { CardState, CardView, CodeView, ProblemView } from "./view.ts";

/** What happens to a card. */
export interface Report {
  changed(card: Card): void;
  shown(card: Card, code: Code, renewedAt: Date): void;
  connected(card: Card): void;
  failed(card: Card, error: Error): void;
}

/** What all cards share. */
export interface Surroundings {
  readonly account: AccountClient;
  /** How long a card stays open. */
  readonly seconds: number;
  readonly report: Report;
  /** Until a listing has come that was asked for after this call. */
  readonly nextListing: () => Promise<unknown>;
  /** Until the page is open somewhere. */
  readonly watched: () => Promise<unknown>;
}

/** A code that is shown, or asked for. */
interface Pairing {
  readonly number: string | undefined;
  readonly closed: PromiseWithResolvers<void>;
  readonly deadline: NodeJS.Timeout;
  shown: { readonly code: Code; readonly renewedAt: Date } | undefined;
}

/** One instance of the page. */
export class Card {
  readonly name: string;
  readonly #surroundings: Surroundings;
  /** Undefined where the instance is gone. */
  #status: InstanceStatus | undefined;
  #pairing: Pairing | undefined;
  #problem: Error | undefined;
  /** The end of what was opened last: each call for a code outdates the one before, so two must not cross. */
  #ended: Promise<void> = Promise.resolve();

  constructor(name: string, status: InstanceStatus, surroundings: Surroundings) {
    this.name = name;
    this.#status = status;
    this.#surroundings = surroundings;
  }

  get state(): CardState {
    if (this.#status === undefined) return "gone";
    const connection = connectionOf(this.#status.status);
    if (connection === "loggedout") return "loggedOut";
    return connection === "other" ? "notConnected" : connection;
  }

  get numberJid(): string | undefined {
    return this.#status?.numberJid;
  }

  get view(): CardView {
    return {
      name: this.name,
      state: this.state,
      number: this.numberJid === undefined ? null : numberOf(this.numberJid),
      pairing: this.#pairing === undefined ? null : viewOf(this.#pairing),
      problem: this.#problem === undefined ? null : problemView(this.#problem),
    };
  }

  /** Shows a QR code, or a pairing code for a number, and renews it. */
  open(number: string | undefined): void {
    if (this.state === "connected" || this.state === "gone") return;
    this.#end();
    this.#problem = undefined;
    const deadline = setTimeout(() => {
      this.#fail(pairing, timedOut(this.name, this.#surroundings.seconds));
    }, this.#surroundings.seconds * 1_000).unref();
    const pairing: Pairing = { number, closed: Promise.withResolvers(), deadline, shown: undefined };
    this.#pairing = pairing;
    this.#ended = this.#ended.then(() => this.#run(pairing));
    this.#surroundings.report.changed(this);
  }

  close(): void {
    this.#end();
    this.#problem = undefined;
    this.#surroundings.report.changed(this);
  }

  /** What the latest listing says of the instance; undefined where there is none any more. */
  observe(status: InstanceStatus | undefined): void {
    const before = { state: this.state, numberJid: this.numberJid };
    this.#status = status;
    if (this.state === before.state && this.numberJid === before.numberJid) return;
    if (this.state === "connected" || this.state === "gone") this.#end();
    if (this.state === "connected") this.#problem = undefined;
    this.#surroundings.report.changed(this);
    if (this.state === "connected" && before.state !== "connected") this.#surroundings.report.connected(this);
  }

  #end(): void {
    clearTimeout(this.#pairing?.deadline);
    this.#pairing?.closed.resolve();
    this.#pairing = undefined;
  }

  #fail(pairing: Pairing, error: Error): void {
    if (this.#pairing !== pairing) return;
    this.#end();
    this.#problem = error;
    this.#surroundings.report.changed(this);
    this.#surroundings.report.failed(this, error);
  }

  async #run(pairing: Pairing): Promise<void> {
    const { account, report } = this.#surroundings;
    if (this.#pairing !== pairing || this.#status === undefined) return;
    const candidate = { name: this.name, number: pairing.number };
    try {
      await pair(account, candidate, this.#status, this.#lookingFor(pairing), (code, renewedAt) => {
        if (this.#pairing !== pairing) return;
        pairing.shown = { code, renewedAt };
        report.changed(this);
        report.shown(this, code, renewedAt);
      });
    } catch (error) {
      this.#fail(pairing, asError(error));
    }
  }

  /** Out of the listings that the whole page shares; no code is renewed that nobody sees. */
  #lookingFor(pairing: Pairing): Look {
    const { nextListing, watched } = this.#surroundings;
    const closed = pairing.closed.promise;
    return async (until) => {
      const due = sleep(Math.max(0, until.getTime() - Date.now()), undefined, { ref: false });
      await Promise.race([nextListing(), due, closed]);
      await Promise.race([watched(), closed]);
      if (this.#pairing !== pairing || this.#status === undefined) throw new ClosedError();
      return this.#status;
    };
  }
}

/** The card was closed, or its instance is gone: nothing is left to pair. */
class ClosedError extends Error {
  override readonly name = "ClosedError";
}

function viewOf({ number, shown }: Pairing): CardView["pairing"] {
  return {
    by: number === undefined ? "qrCode" : "number",
    code: shown === undefined ? null : codeView(shown.code, shown.renewedAt),
  };
}

function codeView(code: Code, renewedAt: Date): CodeView {
  const renewsInMs = Math.max(0, renewedAt.getTime() - Date.now());
  if ("qrCode" in code) return { is: "drawing", ...drawingOf(code.qrCode), renewsInMs };
  if ("qrPicture" in code) return { is: "picture", address: code.qrPicture, renewsInMs };
  return { is: "text", text: code.pairingCode, renewsInMs };
}

function problemView(error: Error): ProblemView {
  return error instanceof PairingError ? { is: error.reason } : { is: "other", message: reasonOf(error) };
}
