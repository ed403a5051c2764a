import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";

import { configDefaults, defineConfig } from "vitest/config";

import { SideBySide } from "./test/sequencer.mts";

/** Asks the registry, whose answer depends on no change here: with the full sets only. */
const AUDIT = "test/package/vulnerabilities.test.mts";

/** Writes what later versions are tried with: a step of a release, in CONTRIBUTING.md. */
const FREEZE = process.env["RYZEAPI_FREEZE"] === undefined ? [] : ["test/compatibility/freeze.mts"];

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // One more than the two cores of CI: every second of a test that runs the CLI is spent waiting for a process.
    maxWorkers: 3,
    sequence: { sequencer: SideBySide },
    // Every run of the CLI starts Node.js anew, up to four times.
    env: {
      NODE_COMPILE_CACHE: path("node_modules/.cache/node"),
      NODE_OPTIONS: `--require=${JSON.stringify(path("test/support/lean-sdk.cjs"))}`,
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/{unit,lifecycle,emulator}/**/*.test.mts"],
          // Many small files with one and the same imports, none of which mocks a module.
          pool: "threads",
          isolate: false,
        },
      },
      {
        // What needs the built package, or starts processes: the Pulumi CLI, package managers, compilers.
        extends: true,
        test: {
          name: "built",
          include: [
            "test/{cli,docs,examples,languages,package,plugin,registry,repository,walks}/**/*.test.mts",
          ],
          exclude: [...configDefaults.exclude, AUDIT],
          globalSetup: "test/global-setup.mts",
        },
      },
      {
        // A part of each set, or with RYZEAPI_FAULTS=full all of it: docs/robustness.md.
        extends: true,
        test: {
          name: "faults",
          include: [
            "test/faults/**/*.test.mts",
            ...(process.env["RYZEAPI_FAULTS"] === "full" ? [AUDIT] : []),
          ],
          env: { RYZEAPI_FAULTS_SEED: process.env["RYZEAPI_FAULTS_SEED"] ?? String(randomInt(1_000_000)) },
          globalSetup: "test/global-setup.mts",
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.mts", ...FREEZE],
          exclude: [...configDefaults.exclude, "test/e2e/native/**"],
          globalSetup: "test/e2e/global-setup.mts",
          testTimeout: 120_000,
          provide: { face: "dynamic" },
        },
      },
      {
        // The same scenarios once more, with the native plugin.
        extends: true,
        test: {
          name: "e2e-native",
          include: ["test/e2e/**/*.test.mts", ...FREEZE],
          // What concerns the package alone, and the random sequences: those are about the core, and long.
          exclude: [
            ...configDefaults.exclude,
            "test/e2e/{drift-check,import,inline-programs,lookup,project,split-stacks,traces,lifecycle-sequences}.test.mts",
          ],
          globalSetup: "test/e2e/global-setup.mts",
          testTimeout: 120_000,
          provide: { face: "native" },
        },
      },
      ...(["dynamic", "native"] as const).map((face) => ({
        // What a real RyzeAPI is asked as well: docs/acceptance.md.
        extends: true as const,
        test: {
          name: face === "dynamic" ? "acceptance" : "acceptance-native",
          include: ["test/acceptance/**/*.test.mts"],
          globalSetup: "test/e2e/global-setup.mts",
          // RyzeAPI's limits may make a command wait for minutes.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          provide: { face },
        },
      })),
    ],
  },
});
