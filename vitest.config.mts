import { configDefaults, defineConfig } from "vitest/config";

/** The sets that draw faults at random take minutes; `npm run test:faults` runs them. */
const drawnFaults = "test/faults/{matrix,death,interrupt,concurrency}.test.mts";
const isFullRun = process.env["RYZEAPI_FAULTS"] === "full";

export default defineConfig({
  test: {
    testTimeout: 20_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.mts"],
          exclude: [...configDefaults.exclude, "test/e2e/**", ...(isFullRun ? [] : [drawnFaults])],
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.mts"],
          globalSetup: "test/global-setup.mts",
          testTimeout: 120_000,
        },
      },
    ],
  },
});
