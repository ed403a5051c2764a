import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, test, vi } from "vitest";

import { FIRST_PAGE } from "../docs/program-diffs.mts";
import { codeBlocks, PAGES, read } from "../docs/pages.mts";
import { startEmulator, type Emulator } from "../emulator/emulator.mts";
import type { Answer } from "./shell.mts";
import { PROGRAM, stepsOf } from "./steps.mts";
import { answersFor, newMachine, walk, type Machine, type Walked } from "./walker.mts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const JID = "5511999999999@s.whatsapp.net";
const URN = "urn:pulumi:dev::whatsapp::pulumi-nodejs:dynamic/ryzeapi:RyzeInstance::orion";
const WALKED = ["adoption", "drift", "getting-started", "secrets", "troubleshooting"].map(
  (name) => `docs/${name}.md`,
);

describe("a reader does what a page says", () => {
  let emulator: Emulator;
  let machine: Machine;

  beforeAll(async () => {
    emulator = await startEmulator();
    machine = await newMachine();
    return () => emulator.close();
  });

  /** The program as the first page has it, and other pages go on from. */
  async function resume(): Promise<void> {
    const [program = ""] = codeBlocks(FIRST_PAGE, "ts");
    await writeFile(join(machine.folder, PROGRAM), program);
  }

  test("getting started, from an empty folder to an instance with a paired phone", async () => {
    const scan: Answer = {
      to: /Linked devices/,
      with: () => {
        emulator.patchInstance("orion", { state: "connected", numberJid: JID });
        return "";
      },
    };
    const walked = await walk(FIRST_PAGE, machine, [...answersFor(emulator), scan]);
    expectDone(walked);
    expect(walked.length).toBeLessThanOrEqual(8);
    const settings = await readFile(join(machine.folder, "Pulumi.dev.yaml"), "utf8");
    expect(settings).toContain("ryzeapi:token:\n    secure: ");
    expect(emulator.instance("orion")).toMatchObject({
      state: "connected",
      settings: { autoRejectCalls: true },
    });
  });

  test("trouble-shooting: all is well", async () => {
    const [doctor] = await walk("docs/troubleshooting.md", machine, answersFor(emulator));
    expect(doctor).toMatchObject({ command: "npx ryzeapi doctor", status: 0 });
    expect(doctor?.output).toMatch(/✓ sdk .*\n✓ stack .*\n✓ configuration .*\n✓ endpoint /);
    expect(doctor?.output).not.toMatch(/[✗!?] /);
  });

  test("secrets", async () => {
    await resume();
    const walked = await walk("docs/secrets.md", machine, answersFor(emulator));
    expectDone(walked);
    expect(walked.at(-1)?.output.trim()).toBe(emulator.instance("orion")?.token);
  });

  test("changes and drift", async () => {
    await resume();
    const change = () => {
      emulator.patchInstance("orion", {
        webhooks: { default: { url: "https://elsewhere.example.net/hook" } },
      });
      return "";
    };
    const drifts: Answer = { to: /preview --refresh --diff/, with: change };
    const walked = await walk("docs/drift.md", machine, [...answersFor(emulator), drifts]);
    const failing = "pulumi preview --refresh --expect-no-changes";
    expectDone(walked.filter(({ command }) => command !== failing));
    expect(walked.find(({ command }) => command === failing)?.status).not.toBe(0);
  });

  test("adoption, of an instance that no stack has", async () => {
    const { id } = emulator.instance("orion") ?? {};
    const walked = await walk("docs/adoption.md", machine, answersFor(emulator), [
      `pulumi state delete --yes '${URN}'`,
    ]);
    expectDone(walked);
    expect(emulator.instance("orion")).toMatchObject({ id, state: "connected", numberJid: JID });
    expect(await readFile(join(machine.folder, "imported.ts"), "utf8")).toContain(
      'new RyzeInstance("orion", {',
    );
  });
});

test("every command of the documentation is walked, or says why not", () => {
  const pages = PAGES.filter((page) => page === "README.md" || page.startsWith("docs/"));
  expect(pages).toEqual(expect.arrayContaining(WALKED));
  const left = pages
    .filter((page) => !WALKED.includes(page))
    .flatMap((page) =>
      stepsOf(page).flatMap((step) => (step.does === "type" ? `${page}: ${step.command}` : [])),
    );
  expect(left).toEqual([]);
  const marks = pages.flatMap((page) => read(page).match(/<!-- not walked: .*-->/g) ?? []);
  expect(marks.length).toBeGreaterThan(10);
});

function expectDone(walked: readonly Walked[]): void {
  const problems = walked.filter(({ status, missing }) => status !== 0 || missing.length > 0);
  expect(problems).toEqual([]);
  expect(walked).not.toEqual([]);
}
