import { describe, expect, test } from "vitest";

import type { FaultRule } from "../emulator/emulator.mts";
import { everyBlock } from "../support/instance.mts";
import {
  checked,
  create,
  expectSettled,
  expectTrue,
  failureOf,
  lifecycleFor,
  partialFailureOf,
} from "../support/lifecycle.mts";
import { CREATE, LIST, serviceFor } from "../support/service.mts";

const HOUR = 3_600_000;
/** Makes timeouts short enough to wait for and long enough for a busy machine: creation 2.4 s, other calls 0.6 s. */
const SHORT = 0.02;

const on = { route: CREATE, times: 1 };
const faults: [title: string, rule: FaultRule][] = [
  ["cut before it was applied", { kind: "drop-before", ...on }],
  ["cut after it was applied", { kind: "drop-after", ...on }],
  ["500 before it was applied", { kind: "status", status: 500, when: "before", ...on }],
  ["500 after it was applied", { kind: "status", status: 500, when: "after", ...on }],
  ["503 before it was applied", { kind: "status", status: 503, when: "before", ...on }],
  ["502 page of a proxy before it was applied", { kind: "html", when: "before", ...on }],
  ["502 page of a proxy after it was applied", { kind: "html", when: "after", ...on }],
  ["200 page of a proxy after it was applied", { kind: "html", status: 200, when: "after", ...on }],
  ["half of the JSON", { kind: "cut-json", ...on }],
  ["half of the JSON, in chunks", { kind: "cut-json", ending: "chunked", ...on }],
  ["half of the JSON, then reset", { kind: "cut-json", ending: "reset", ...on }],
  ["an empty body", { kind: "raw-body", text: "", ...on }],
  ["a body that says nothing", { kind: "raw-body", text: "{}", ...on }],
  ["other types", { kind: "wrong-types", ...on }],
  ["no answer in time, not applied", { kind: "delay", ms: HOUR, when: "before", ...on }],
  ["no answer in time, applied", { kind: "delay", ms: HOUR, when: "after", ...on }],
  ["no end of the body in time", { kind: "slow-body", ms: HOUR, ...on }],
];

describe.each([true, false])("where the list tells tokens: %s", { concurrent: true }, (listToken) => {
  test.for(faults)(
    "a creation answered with %s makes one instance, and a true state",
    async ([, rule], { onTestFinished }) => {
      const { emulator, secrets, chatwootUrl } = await serviceFor(
        { readings: { listToken } },
        onTestFinished,
      );
      const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
      emulator.fault(rule);
      const state = await create(lifecycleFor(emulator, SHORT), declared);
      expect(emulator.instanceNames()).toEqual(["orion"]);
      expect(state["token"]).toBe(secrets.instanceToken);
      expectTrue(emulator, declared, state);
      await expectSettled(emulator, declared, state);
    },
  );

  test.for(faults)("and so it is with a generated token: %s", async ([, rule], { onTestFinished }) => {
    const { emulator } = await serviceFor({ readings: { listToken } }, onTestFinished);
    emulator.fault(rule);
    const state = await create(lifecycleFor(emulator, SHORT), { name: "vega" });
    expect(emulator.instanceNames()).toEqual(["vega"]);
    const { token, warnings } = state;
    // A token that nothing tells is said to be missing, and everything else works without it.
    if (token === undefined) expect(warnings).toEqual([expect.stringContaining("token")]);
    else expect([token, warnings]).toEqual([emulator.instance("vega")?.token, undefined]);
    if (listToken) expect(token).toBeDefined();
    await expectSettled(emulator, { name: "vega" }, state);
  });
});

test("a creation that is carried out only after the name was looked up is found at the next attempt", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
  emulator.fault({ kind: "drop-after", ...on });
  const notYet = { kind: "status", status: 404, message: "Instance not found" } as const;
  // The first listing is the account's, the second one that with the declared token.
  emulator.fault({ ...notYet, route: LIST, after: 2, times: 1 });
  const state = await create(lifecycleFor(emulator), declared);
  expect(routes().slice(0, 6)).toEqual([LIST, LIST, CREATE, LIST, CREATE, LIST]);
  expectTrue(emulator, declared, state);
  await expectSettled(emulator, declared, state);
});

test("a creation that never gets through is given up with the reason, and stays in the state: it may still come", async () => {
  const { emulator, routes } = await serviceFor();
  emulator.fault({ kind: "status", status: 500, message: "Out of memory", route: CREATE });
  const error = await partialFailureOf(create(lifecycleFor(emulator), { name: "vega" }));
  expect(error.message).toContain("Out of memory");
  expect(error.state).toMatchObject({ name: "vega", status: "unconfirmed" });
  expect(emulator.instanceNames()).toEqual([]);
  expect(routes().filter((route) => route === CREATE).length).toBeLessThanOrEqual(5);
});

test("a name that came up before our creation was sent is not taken for ours", async () => {
  const { emulator } = await serviceFor();
  const lifecycle = lifecycleFor(emulator);
  await create(lifecycle, { name: "vega" }); // the listing that all creations share is taken now
  await create(lifecycleFor(emulator), { name: "orion" });
  const error = await failureOf(create(lifecycle, { name: "orion", settings: { ignoreStatus: true } }));
  expect(error.message).toContain('"orion" exists already');
  expect(emulator.instance("orion")?.settings.ignoreStatus).toBe(false);
});

test("a paired one that the listing had left out is not taken for ours", async () => {
  const { emulator } = await serviceFor({ readings: { listCap: 1 } });
  for (const name of ["lyra", "orion"]) await create(lifecycleFor(emulator), { name });
  emulator.pair("orion");
  emulator.fault({ kind: "html", route: CREATE, times: 1 });
  const settings = { ignoreStatus: true };
  const error = await failureOf(create(lifecycleFor(emulator, SHORT), { name: "orion", settings }));
  expect(error.message).toContain('"orion" exists already');
  expect(emulator.instance("orion")?.settings.ignoreStatus).toBe(false);
});

describe("a creation of which nothing can be found out", () => {
  const rules: FaultRule[] = [
    { kind: "drop-after", route: CREATE, times: 1 },
    { kind: "drop-before", route: CREATE, times: 1 },
  ];

  test.each(rules)("$kind: stays in the state, and the next run goes on from there", async (rule) => {
    const { emulator, secrets, chatwootUrl } = await serviceFor();
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    emulator.fault(rule);
    emulator.fault({ kind: "drop-before", route: LIST, after: 2 });
    const failed = await partialFailureOf(create(lifecycleFor(emulator, SHORT), declared));
    expect(failed.id).toBe("orion");
    expect(failed.message).toMatch(/not known whether.*"orion" was created.*next `pulumi up`/);

    emulator.clearFaults();
    const lifecycle = lifecycleFor(emulator);
    const args = checked(lifecycle, declared);
    expect(lifecycle.diff(failed.state, args)).toMatchObject({ changes: true, replaces: [] });
    const state = await lifecycle.update("orion", failed.state, args);
    expect(emulator.instanceNames()).toEqual(["orion"]);
    expectTrue(emulator, declared, state);
    await expectSettled(emulator, declared, state);
  });

  test("can be deleted whether it exists or not", async () => {
    const { emulator } = await serviceFor();
    for (const kind of ["drop-before", "drop-after"] as const) {
      emulator.fault({ kind, route: CREATE, times: 1 });
      emulator.fault({ kind: "drop-before", route: LIST, after: 1 });
      const failed = await partialFailureOf(create(lifecycleFor(emulator, SHORT), { name: "vega" }));
      emulator.clearFaults();
      await lifecycleFor(emulator).delete("vega", failed.state);
      expect(emulator.instanceNames()).toEqual([]);
    }
  });
});
