import { describe, expect, test } from "vitest";

import type { FaultRule, Readings } from "../emulator/emulator.mts";
import { everyBlock, without } from "../support/instance.mts";
import { checked, create, expectSettled, lifecycleFor, partialFailureOf } from "../support/lifecycle.mts";
import { serviceFor } from "../support/service.mts";

const DELETE_CHATWOOT = "DELETE /api/chatwoot/delete/:instance";
const GET_CHATWOOT = "GET /api/chatwoot/list/:instance";

/** An instance whose Chatwoot block was declared, and the same declaration without that block. */
async function integrated(readings: Partial<Readings> = {}) {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ readings });
  const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
  const state = await create(lifecycleFor(emulator), declared);
  emulator.clearRequests();
  return { emulator, routes, declared, others: without(declared, "chatwoot"), state };
}

const servers: Partial<Readings>[] = [
  { chatwootGeneration: "newer" },
  { chatwootGeneration: "older" },
  { chatwootErrors: "flat" },
];

describe("a Chatwoot block where RyzeAPI has no bridge", () => {
  test.each(servers)("is taken out after the warning at creation (%o)", async (readings) => {
    const { emulator, routes, others, state } = await integrated({ ...readings, bridge: "missing" });
    expect(state["warnings"]).toEqual([expect.stringMatching(/^chatwoot .*gateway not configured/)]);
    const lifecycle = lifecycleFor(emulator);
    const updated = await lifecycle.update("orion", state, checked(lifecycle, others));
    expect(routes()).toEqual([DELETE_CHATWOOT, GET_CHATWOOT]);
    expect(updated).not.toHaveProperty("chatwoot");
    expect(updated).not.toHaveProperty("observed.chatwoot");
    expect(updated["warnings"]).toBeUndefined();
    await expectSettled(emulator, others, updated);
  });

  test("is taken out where the bridge went after the integration was made", async () => {
    const { emulator, others, state } = await integrated();
    emulator.readings.bridge = "missing";
    const lifecycle = lifecycleFor(emulator);
    const updated = await lifecycle.update("orion", state, checked(lifecycle, others));
    await expectSettled(emulator, others, updated);
  });

  test("is switched off", async () => {
    const { emulator, declared, state } = await integrated({ bridge: "missing" });
    const off = { ...declared, chatwoot: { ...declared.chatwoot, enabled: false } };
    const lifecycle = lifecycleFor(emulator);
    const args = checked(lifecycle, off);
    const updated = await lifecycle.update("orion", state, args);
    expect(updated).toMatchObject({ observed: { chatwoot: { enabled: false } } });
    expect(updated).not.toHaveProperty("warnings");
    expect(lifecycle.diff(updated, args).changes).toBe(false);
  });
});

describe("a 503 that does not mean that there is no bridge", () => {
  const faults: [title: string, fault: FaultRule][] = [
    ["a page of something on the way", { kind: "html", status: 503, route: DELETE_CHATWOOT }],
    ["RyzeAPI's own, for another reason", { kind: "status", status: 503, route: DELETE_CHATWOOT }],
    // Everything of the bridge is answered with a page, and so is the look at what runs.
    ["a page for every call of the bridge", { kind: "html", status: 503, match: "/api/chatwoot/" }],
  ];

  test.each(faults)("leaves the withdrawal to the next up: %s", async (_, fault) => {
    const { emulator, others, state } = await integrated();
    emulator.fault(fault);
    const lifecycle = lifecycleFor(emulator, 0.03);
    const failed = await partialFailureOf(lifecycle.update("orion", state, checked(lifecycle, others)));
    expect(failed.message).toContain("DELETE /api/chatwoot/delete/:instance answered 503");
    expect(emulator.instance("orion")?.chatwoot?.status).toBe("active");

    emulator.clearFaults();
    const updated = await lifecycle.update("orion", failed.state, checked(lifecycle, others));
    expect(emulator.instance("orion")?.chatwoot).toBeUndefined();
    await expectSettled(emulator, others, updated);
  });

  test("is tried again where it is a page", async () => {
    const { emulator, routes, others, state } = await integrated();
    emulator.fault({ kind: "html", status: 503, route: DELETE_CHATWOOT, times: 2 });
    const lifecycle = lifecycleFor(emulator, 0.03);
    const updated = await lifecycle.update("orion", state, checked(lifecycle, others));
    expect(routes()).toEqual([DELETE_CHATWOOT, DELETE_CHATWOOT, DELETE_CHATWOOT]);
    await expectSettled(emulator, others, updated);
  });

  test("fails a refresh where it is a page, which says nothing of the bridge", async () => {
    const { emulator, state } = await integrated({ list: "minimal" });
    emulator.fault({ kind: "html", status: 503, route: GET_CHATWOOT });
    await expect(lifecycleFor(emulator, 0.03).read("orion", state)).rejects.toThrow(
      'GET /api/chatwoot/list/:instance (instance "orion") answered 503: an answer that is not RyzeAPI\'s',
    );
  });
});
