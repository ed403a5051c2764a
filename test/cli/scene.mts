import { tmpdir } from "node:os";

import { expect, vi, type TestContext } from "vitest";

import { startEmulator, type Emulator } from "../emulator/emulator.mts";
import { create } from "../emulator/helpers.mts";
import { LIST } from "../support/service.mts";
import { environmentFor, ryzeapi, type Outcome } from "./command.mts";
import { CommandInTerminal } from "./terminal.mts";

export const CONNECT = "GET /api/instance/connect/:instance";

/** As long as those of WhatsApp, and never the same twice. */
export function qrCode(): string {
  return `2@${crypto.randomUUID().repeat(6).slice(0, 210)},${crypto.randomUUID().slice(0, 20)}`;
}

/** A folder in which no stack is selected. */
const NO_PROJECT = tmpdir();

export interface Scene {
  readonly emulator: Emulator;
  readonly inTerminal: (
    args: readonly string[],
    settings?: { columns?: number; rows?: number; env?: Record<string, string> },
  ) => CommandInTerminal;
  readonly inPipes: (
    args: readonly string[],
    env?: Record<string, string>,
    onOutput?: (stdout: string, interrupt: () => void) => void,
  ) => Promise<Outcome>;
  /** Until the command has asked for the instance's state, after the code that it shows. */
  readonly isWaiting: () => Promise<void>;
}

/** RyzeAPI with one instance, `orion`, whose next codes are the given ones. Tests run side by side. */
export async function sceneFor(
  { onTestFinished }: TestContext,
  codes: readonly string[] = [],
): Promise<Scene> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  await create(emulator, "orion");
  for (const code of codes) {
    const text = JSON.stringify({ success: true, message: "QR code generated", qrCode: code, status: "qr" });
    emulator.fault({ kind: "raw-body", route: CONNECT, text, times: 1 });
  }
  const environment = environmentFor(emulator);
  return {
    emulator,
    inTerminal: (args, { env = {}, ...size } = {}) => {
      const terminal = new CommandInTerminal(args, {
        env: { ...environment, ...env },
        cwd: NO_PROJECT,
        ...size,
      });
      onTestFinished(() => {
        terminal.kill();
      });
      return terminal;
    },
    isWaiting: () =>
      vi.waitFor(() => {
        expect(emulator.requests().at(-1)).toMatchObject({ route: LIST, status: 200 });
      }, 10_000),
    inPipes: (args, env = {}, onOutput) =>
      ryzeapi(args, { env: { ...environment, ...env }, cwd: NO_PROJECT }, onOutput),
  };
}
