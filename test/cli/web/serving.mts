import { spawn, type ChildProcess } from "node:child_process";

import { vi } from "vitest";

import { startEmulator, type Emulator, type FaultRule } from "../../emulator/emulator.mts";
import { create } from "../../emulator/helpers.mts";
import { COMMAND, environmentFor } from "../command.mts";
import { CONNECT } from "../scene.mts";

export interface CommandEvent {
  readonly event: "page" | "qrCode" | "pairingCode" | "connected" | "failed";
  readonly name?: string;
  readonly url?: string;
  readonly message?: string;
}

const LONGEST_WAIT_MS = 15_000;

/** What comes after a while; a failed look is the error. */
export function until<Found>(look: () => Found): Promise<Found> {
  return vi.waitFor(look, { timeout: LONGEST_WAIT_MS, interval: 25 });
}

/** `ryzeapi connect --web --json`, while it serves its page. */
export class Serving {
  output = "";
  errors = "";
  readonly exitCode: Promise<number | null>;
  readonly #process: ChildProcess;

  constructor(args: readonly string[], env: Record<string, string>, cwd = "/") {
    const child = spawn(process.execPath, [COMMAND, "connect", "--web", ...args], { env, cwd });
    child.stdout.setEncoding("utf8").on("data", (data: string) => (this.output += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => (this.errors += data));
    this.exitCode = new Promise((resolve) => child.once("close", resolve));
    this.#process = child;
  }

  get events(): CommandEvent[] {
    const lines = this.output.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as CommandEvent);
  }

  /** The link, as soon as it is printed. */
  link(): Promise<string> {
    return until(() => {
      const [link] = /http:\/\/127\.0\.0\.1:\d+\/open\/[\w-]+/.exec(this.output) ?? [];
      if (link === undefined) throw new Error(`there is no link in "${this.output}${this.errors}"`);
      return link;
    });
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/** RyzeAPI with instances that were never paired, in the order of their names. */
export async function fleet(names: readonly string[]): Promise<Emulator> {
  const emulator = await startEmulator({ limits: { create: 1_000, global: 10_000 } });
  for (const name of names) await create(emulator, name);
  return emulator;
}

export function serve(emulator: Emulator, args: readonly string[]): Serving {
  return new Serving(["--json", ...args], { ...environmentFor(emulator), DISPLAY: "", WAYLAND_DISPLAY: "" });
}

/** The codes that RyzeAPI gives out next for an instance. */
export function nextCodes(emulator: Emulator, instance: string, ...codes: readonly object[]): void {
  for (const code of codes) {
    const text = JSON.stringify({ success: true, message: "Code generated", status: "qr", ...code });
    const rule: FaultRule = { kind: "raw-body", route: CONNECT, instance, text, times: 1 };
    emulator.fault(rule);
  }
}

/** How often a code of the instance was asked for. */
export function codesAsked(emulator: Emulator, name: string): number {
  const asked = emulator.requests().filter(({ route }) => route === CONNECT);
  return asked.filter(({ path }) => path.endsWith(`/${name}`)).length;
}
