import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { startEmulator } from "../emulator/emulator.mts";
import type { Answer } from "./shell.mts";
import { answersFor, newMachine, walk } from "./walker.mts";

test(
  "getting started, from an empty folder to an instance with a paired phone",
  { timeout: 300_000 },
  async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const machine = await newMachine();
    const scan: Answer = {
      to: /Linked devices/,
      with: () => {
        emulator.patchInstance("orion", { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
        return "";
      },
    };
    const walked = await walk("docs/getting-started.md", machine, [...answersFor(emulator), scan]);
    for (const { command, output, status, missing } of walked) console.log(command, status, missing, output);
    expect(walked.map(({ command, status }) => `${command} ${status}`)).toEqual(
      walked.map(({ command }) => `${command} 0`),
    );
    expect(await readFile(join(machine.folder, "Pulumi.dev.yaml"), "utf8")).not.toContain(
      emulator.accountToken,
    );
  },
);
