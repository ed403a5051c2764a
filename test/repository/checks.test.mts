import { test } from "vitest";

import { repository, run } from "../package/packed.mts";

// Tests themselves, so that they run beside the others.
test.concurrent.each(["lint", "typecheck"])(
  "`npm run %s` finds nothing",
  { timeout: 300_000 },
  async (script) => {
    await run("npm", ["run", "--silent", script], repository);
  },
);
