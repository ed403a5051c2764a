import { describe, expect, test } from "vitest";

import { knownIn } from "../../provider/lifecycle/state.ts";
import type { Emulator, Readings } from "../emulator/emulator.mts";
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
import { expectAbsent } from "../support/secrets.mts";
import { CREATE, serviceFor } from "../support/service.mts";

/** The endpoint that configures a block on its own. */
const OWN = {
  proxy: "POST /api/instance/proxy/:instance",
  webhook: "POST /api/events/webhook/:instance",
  websocket: "POST /api/events/websocket/:instance",
  settings: "POST /api/instance/settings/:instance",
  s3: "POST /api/instance/s3/:instance",
} as const;
const SET_CHATWOOT = "POST /api/chatwoot/set/:instance";
const RECONNECT = "POST /api/instance/reconnect/:instance";

type Silent = keyof typeof OWN;

const answers: Partial<Readings>[] = [
  { createEcho: "full-in-instance", blockFailureShape: "disabled" },
  { createEcho: "full-top-level", blockFailureShape: "absent" },
  { createEcho: "minimal", list: "minimal" },
  { createEcho: "minimal", list: "minimal", neverSet: "null" },
];
const cases = (Object.keys(OWN) as Silent[]).flatMap((block) =>
  answers.map((readings): [Silent, string, Partial<Readings>] => [
    block,
    Object.values(readings).join(", "),
    readings,
  ]),
);

function posts(routes: string[]): string[] {
  return routes.filter((route) => route.startsWith("POST") && route !== RECONNECT);
}

describe("a block that came back off without a reason", () => {
  test.each(cases)("%s (%s) is sent once more, whose answer is the warning", async (block, _, readings) => {
    const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ readings });
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    emulator.fault({ kind: "reject-block", block, message: `No ${block} today` });
    const state = await create(lifecycleFor(emulator), declared);
    expect(posts(routes())).toEqual([CREATE, OWN[block]]);
    expect(state["warnings"]).toEqual([expect.stringContaining(`No ${block} today`)]);
    expect((state["warnings"] as string[])[0]).toMatch(new RegExp(`^${block} `));

    // The next run knows that something is to be done, and does just that.
    emulator.clearFaults();
    emulator.clearRequests();
    const lifecycle = lifecycleFor(emulator);
    const args = checked(lifecycle, declared);
    expect(lifecycle.diff(state, args)).toMatchObject({ changes: true, replaces: [] });
    const healed = await lifecycle.update("orion", state, args);
    expect(posts(routes())).toEqual([OWN[block]]);
    expectTrue(emulator, declared, healed);
    await expectSettled(emulator, declared, healed);
  });

  test.each(cases)("%s (%s) that is accepted the second time is no failure", async (block, _, readings) => {
    const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ readings });
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    emulator.fault({ kind: "reject-block", block, message: "Not yet", times: 1 });
    const state = await create(lifecycleFor(emulator), declared);
    expect(posts(routes())).toEqual([CREATE, OWN[block]]);
    expectTrue(emulator, declared, state);
    await expectSettled(emulator, declared, state);
  });

  test("still shows as a change after a refresh", async () => {
    const { emulator, secrets, chatwootUrl } = await serviceFor();
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    emulator.fault({ kind: "reject-block", block: "webhook", message: "No webhook today" });
    const state = await create(lifecycleFor(emulator), declared);
    const lifecycle = lifecycleFor(emulator);
    const fresh = await lifecycle.read("orion", state);
    expect(fresh?.state["warnings"]).toEqual([expect.stringContaining("No webhook today")]);
    expect(lifecycle.diff(fresh?.state ?? {}, checked(lifecycle, declared)).changes).not.toBe(false);
  });
});

describe("Chatwoot", () => {
  const failures: [title: string, arrange: (emulator: Emulator) => object, reason: RegExp][] = [
    [
      "refuses the token",
      () => ({ apiToken: "wrong" }),
      /Chatwoot API returned 401.*check the chatwootApiToken/,
    ],
    ["has no such account", () => ({ accountId: 7 }), /check the chatwootBaseUrl and the chatwootAccountId/],
    ["cannot be reached", () => ({ baseUrl: "http://127.0.0.1:1" }), /unreachable/],
    [
      "is not configured at RyzeAPI",
      (emulator) => {
        emulator.readings.bridge = "missing";
        return {};
      },
      /integration gateway not configured/,
    ],
  ];
  const kept = [{ failedChatwoot: "absent" }, { failedChatwoot: "recorded" }] as const;

  describe.each(kept)("with a failed integration %o", (reading) => {
    test.each(failures)("%s: the instance stays, and heals with one call", async (_, arrange, reason) => {
      const { emulator, secrets, chatwootUrl, routes } = await serviceFor({
        readings: { createEcho: "full-in-instance", ...reading },
      });
      const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
      const wrong = { ...declared, chatwoot: { ...declared.chatwoot, ...arrange(emulator) } };
      const state = await create(lifecycleFor(emulator), wrong);
      expect(state["warnings"]).toEqual([expect.stringMatching(reason)]);
      expect(state).toHaveProperty("observed.chatwoot.error");
      expect(knownIn(state).observed["webhook"]).toHaveProperty("enabled", true);

      emulator.readings.bridge = "configured";
      emulator.clearRequests();
      const healed = await lifecycleFor(emulator).update(
        "orion",
        state,
        checked(lifecycleFor(emulator), declared),
      );
      expect(posts(routes())).toEqual([SET_CHATWOOT]);
      expectTrue(emulator, declared, healed);
      await expectSettled(emulator, declared, healed);
    });
  });
});

describe('with onBlockFailure "fail"', () => {
  test("every reason is listed, nothing is lost, and the next run sends just what failed", async () => {
    const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
    const declared = { name: "orion", onBlockFailure: "fail", ...everyBlock(secrets, chatwootUrl) };
    for (const block of ["webhook", "chatwoot", "s3"] as const) {
      emulator.fault({ kind: "reject-block", block, message: `No ${block} today` });
    }
    const { id, state, reasons, message } = await partialFailureOf(create(lifecycleFor(emulator), declared));
    expect(id).toBe("orion");
    expect(reasons).toHaveLength(3);
    for (const block of ["webhook", "chatwoot", "s3"]) {
      expect(reasons).toContainEqual(expect.stringMatching(new RegExp(`^${block}: .*No ${block} today`)));
      expect(message).toContain(`No ${block} today`);
    }
    expect(state).toMatchObject({
      token: secrets.instanceToken,
      proxy: declared.proxy,
      status: "disconnected",
    });

    emulator.clearFaults();
    emulator.clearRequests();
    const lifecycle = lifecycleFor(emulator);
    const healed = await lifecycle.update("orion", state, checked(lifecycle, declared));
    expect(posts(routes()).sort()).toEqual([OWN.webhook, SET_CHATWOOT, OWN.s3].sort());
    expectTrue(emulator, declared, healed);
    await expectSettled(emulator, declared, healed);
  });
});

describe("a service that gives up the whole creation for one block", () => {
  const refusals = [
    ["proxy", { kind: "reject-block", block: "proxy", message: "No proxy today" }],
    ["settings", { kind: "reject-block", block: "settings", message: "No settings today" }],
    ["s3", { kind: "reject-block", block: "s3", message: "No s3 today" }],
  ] as const;
  test.each(refusals)("gets the instance without it: %s is the warning", async (block, refusal) => {
    const { emulator, secrets, chatwootUrl, routes } = await serviceFor({
      readings: { inlineFailure: "abort" },
    });
    emulator.fault(refusal);
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    const state = await create(lifecycleFor(emulator), declared);
    expect(state["warnings"]).toEqual([
      expect.stringMatching(new RegExp(`^${block} is not as declared: No ${block} today`)) as string,
    ]);
    expect(routes().filter((route) => route === CREATE)).toHaveLength(2);
    emulator.clearFaults();
    const lifecycle = lifecycleFor(emulator);
    const healed = await lifecycle.update("orion", state, checked(lifecycle, declared));
    expectTrue(emulator, declared, healed);
    await expectSettled(emulator, declared, healed);
  });

  test("with 400: blocks that are off are not sent then either", async () => {
    const { emulator, secrets, routes } = await serviceFor();
    emulator.fault({ kind: "status", status: 400, message: "Invalid proxy", route: CREATE, times: 1 });
    const { proxy, webhook } = everyBlock(secrets, "http://127.0.0.1:1");
    const declared = { name: "orion", proxy, webhook, s3: { enabled: false }, chatwoot: { enabled: false } };
    const state = await create(lifecycleFor(emulator), declared);
    expect(state["warnings"]).toBeUndefined();
    expect(emulator.instance("orion")?.createBody).toEqual({ name: "orion" });
    expect(routes()).toEqual(expect.not.arrayContaining([OWN.s3]) as string[]);
    expectTrue(emulator, declared, state);
    await expectSettled(emulator, declared, state);
  });

  test("onBlockFailure: fail records the instance and fails with the block's own reason", async () => {
    const { emulator, secrets, chatwootUrl } = await serviceFor({ readings: { inlineFailure: "abort" } });
    emulator.fault({ kind: "reject-block", block: "proxy", message: "No proxy today" });
    const declared = { name: "orion", onBlockFailure: "fail", ...everyBlock(secrets, chatwootUrl) };
    const { state, reasons } = await partialFailureOf(create(lifecycleFor(emulator), declared));
    expect(reasons).toEqual([expect.stringMatching(/^proxy: No proxy today/) as string]);
    expect(state).toMatchObject({ status: "disconnected", token: emulator.instance("orion")?.token });
  });

  test("a creation that is refused without blocks too fails as it is", async () => {
    const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
    emulator.fault({ kind: "status", status: 400, message: "Name is not nice", route: CREATE });
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    const { message } = await failureOf(create(lifecycleFor(emulator), declared));
    expect(message).toMatch(/POST \/api\/instance\/new answered 400: Name is not nice/);
    expect(routes().filter((route) => route === CREATE)).toHaveLength(2);
    expect(emulator.instanceNames()).toEqual([]);
  });
});

describe("a secret that RyzeAPI repeats in a refusal is in no warning, observation or error", () => {
  const spellings = [
    ["as it is", (secret: string) => secret],
    ["in JSON", (secret: string) => JSON.stringify({ detail: secret })],
    ["in a URL", (secret: string) => `https://chatwoot.example.com/?token=${encodeURIComponent(secret)}`],
  ] as const;
  const readingsOfRefusals: Partial<Readings>[] = [
    {},
    { refusals: "ok-false" },
    { failedSet: "recorded" },
    { failedChatwoot: "recorded" },
  ];
  const cases = spellings.flatMap(([title, spelled]) =>
    readingsOfRefusals.map((readings) => [title, readings, spelled] as const),
  );
  test.each(cases)("%s, %o", async (_title, readings, spelled) => {
    const { emulator, secrets, chatwootUrl } = await serviceFor({ readings });
    const told = Object.values(secrets).map(spelled).join(" ");
    for (const block of ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"] as const) {
      emulator.fault({ kind: "reject-block", block, message: `No ${block} today. ${told}` });
    }
    const declared = { name: "orion", onBlockFailure: "fail", ...everyBlock(secrets, chatwootUrl) };
    const failed = await partialFailureOf(create(lifecycleFor(emulator), declared));
    const lifecycle = lifecycleFor(emulator);
    const again = await partialFailureOf(
      lifecycle.update("orion", failed.state, checked(lifecycle, declared)),
    );
    for (const { state, message, reasons } of [failed, again]) {
      const { observed, warnings } = state;
      expectAbsent(secrets, {
        warnings: JSON.stringify(warnings),
        observed: JSON.stringify(observed),
        error: message + reasons.join(),
      });
    }
  });
});
