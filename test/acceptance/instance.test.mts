import { randomBytes } from "node:crypto";

import type { WebhookArgs } from "pulumi-ryzeapi";
import { assert, beforeAll, describe, expect, test } from "vitest";

import { inboxesOf } from "../../cli/probe/chatwoot-inboxes.ts";
import { plansFor } from "../e2e/plans.mts";
import { expectAbsent } from "../support/secrets.mts";
import { ryzeapi, type TestStack } from "../support/stack.mts";
import type { Values } from "./api.mts";
import { expectAs, PARTS, partsFor, secretsOf, type Part, type PartName } from "./blocks.mts";
import { Run } from "./environment.mts";
import { withoutChatwoot } from "./target.mts";

/** Each changes one field of its parts, and leaves the others as they are. */
const CHANGES: readonly (readonly PartName[])[] = [
  ["proxy", "webhook", "settings"],
  ["websocket", "chatwoot", "s3", "audit"],
];

// What every service takes as a token.
const instanceToken = randomBytes(24).toString("hex");

let run: Run;
let instance: string;
let parts: ReadonlyMap<PartName, Part>;
let stack: TestStack;
let declared: Partial<Record<PartName, Values>>;
/** What the API tells after the latest step. */
let read: Partial<Record<PartName, Values | undefined>>;

// The steps of one instance's life, each of which goes on from the one before.
beforeAll(async () => {
  run = await Run.begin();
  instance = run.instance("instance");
  parts = partsFor(run, instance);
  declared = Object.fromEntries([...parts].map(([name, part]) => [name, part.declared]));
  stack = await run.stack(() => {
    const { audit, ...blocks } = declared;
    const { name, token } = new ryzeapi.RyzeInstance("orion", {
      ...{ name: instance, token: instanceToken },
      ...(blocks as object),
    });
    if (audit)
      new ryzeapi.RyzeWebhook("audit", { instance: name, token, ...(audit as Values & WebhookArgs) });
  });
  return () => run.end();
});

describe("`pulumi up` creates an instance with every block", () => {
  beforeAll(async () => {
    await stack.up();
    read = await readAll();
  });
  testEach((part, name) => {
    expectAs(part, part.declared, read[name]);
  });
  test("and has nothing to warn of", () => {
    expect(stack.diagnostics("warning", "orion")).toEqual([]);
  });
});

test("a second preview shows no change", async () => {
  await stack.preview({ expectNoChanges: true });
});

describe("drift is shown by a refresh, and put back by `up --refresh`", () => {
  let drifted: typeof read;
  let paths: string[];
  beforeAll(async () => {
    for (const part of parts.values()) await part.drift(run.api);
    drifted = await readAll();
    await stack.preview({ refresh: true });
    const plans = ["orion", "audit"].flatMap((resource) => plansFor(stack.events, resource));
    paths = plans.flatMap(({ op, paths: each }) => (op === "update" ? each : []));
    await stack.up({ refresh: true });
    read = await readAll();
  });
  testEach((part, name) => {
    expect(() => {
      expectAs(part, part.declared, drifted[name]);
    }).toThrow();
    expect(paths.filter((path) => isWithin(part, path))).not.toEqual([]);
    expectAs(part, part.declared, read[name]);
  });
  test("and nothing else is shown", () => {
    expect(paths.filter((path) => ![...parts.values()].some((part) => isWithin(part, path)))).toEqual([]);
  });
});

describe.each(CHANGES.map((names) => ({ names, title: names.join(", ") })))(
  "a change: $title",
  ({ names }) => {
    beforeAll(async () => {
      for (const name of names)
        if (declared[name]) declared[name] = { ...declared[name], ...parts.get(name)?.change };
      await stack.up();
      read = await readAll();
    });
    testEach((part, name) => {
      expectAs(part, { ...declared[name] }, read[name]);
    });
  },
);

test.skipIf(withoutChatwoot !== undefined)(titled("the inbox of the change is in Chatwoot"), async () => {
  assert(run.chatwoot);
  const inboxes = await inboxesOf(run.chatwoot);
  expect(inboxes?.map(({ name }) => name)).toContain(declared.chatwoot?.["inboxName"]);
});

test("nothing secret is shown or in the state in clear", async () => {
  const secrets = { instanceToken, accountToken: run.account.token, ...secretsOf(parts) };
  expectAbsent(secrets, { state: await stack.exported(), output: stack.output });
});

describe("what the program no longer declares is switched off", () => {
  beforeAll(async () => {
    declared = {};
    await stack.up();
    read = await readAll();
  });
  testEach(({ withdrawn }, name) => {
    if (withdrawn === undefined) expect(read[name]).toBeUndefined();
    else expect(read[name]).toMatchObject(withdrawn);
  });
});

test("`pulumi destroy` takes the instance out of the account", async () => {
  expect(await run.api.listed(instance)).toBeDefined();
  await stack.destroy();
  expect(await run.api.listed(instance)).toBeUndefined();
});

async function readAll(): Promise<typeof read> {
  const found: typeof read = {};
  for (const [name, part] of parts) found[name] = await part.read(run.api);
  return found;
}

function isWithin({ drifted }: Part, path: string): boolean {
  return path === drifted || path.startsWith(`${drifted}.`);
}

/** A test of each part; that of one that cannot be asked says why. */
function testEach(check: (part: Part, name: PartName) => void): void {
  const of = (name: PartName) => () => {
    const part = parts.get(name);
    assert(part);
    check(part, name);
  };
  for (const name of PARTS)
    if (name === "chatwoot") test.skipIf(withoutChatwoot !== undefined)(titled(name), of(name));
    else test(name, of(name));
}

function titled(title: string): string {
  return withoutChatwoot === undefined ? title : `${title} (left out: ${withoutChatwoot})`;
}
