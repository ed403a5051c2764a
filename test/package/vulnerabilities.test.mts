import { expect, test } from "vitest";

import { repository, run } from "./packed.mts";

test("the dependencies at run time have no known vulnerability", async ({ skip }) => {
  const audit = run("npm", ["audit", "--omit=dev", "--audit-level=high", "--json"], repository);
  const unanswered = (error: unknown): never => {
    if (!/audit endpoint|ENOAUDIT|ENOTFOUND|EAI_AGAIN/.test(String(error))) throw error;
    return skip("the registry answers no audits");
  };
  const { metadata } = JSON.parse(await audit.catch(unanswered)) as {
    metadata: { vulnerabilities: Record<string, number> };
  };
  expect(metadata.vulnerabilities).toMatchObject({ high: 0, critical: 0 });
});
