import type { ServiceError } from "@grpc/grpc-js";
import { expect, test } from "vitest";

import { CREATE, LIST, serviceFor } from "../support/service.mts";
import type { EmulatorOptions } from "../emulator/emulator.mts";
import { initFailureIn, pluginFor, WEBHOOK } from "./plugin-process.mts";
import { Resource } from "./requests.mts";
import { plain } from "./wire.mts";

/** The time that a call gets, and one that none of them waits for. */
const SECONDS = 2;
/** Leaves time for what is not held up. */
const ENOUGH_SECONDS = 4;
const FOR_EVER_MS = 600_000;

const SETTINGS = "POST /api/instance/settings/:instance";

test("a creation whose answer does not come in time is kept, and found by the next update", async () => {
  const { emulator, orion, routes } = await scene();
  emulator.fault({ kind: "delay", route: CREATE, ms: FOR_EVER_MS, when: "after" });
  const inputs = await orion.inputs({ websocket: {} });
  const error = await rejectionOf(orion.create(inputs, { timeout: SECONDS }));
  expect(error.details).toContain("no answer within the 2 s of the resource option `customTimeouts`");
  expect(error.details).toContain("The next `pulumi up` finds out and goes on from there.");
  const state = plain(initFailureIn(error)?.getProperties());
  expect(state).toMatchObject({ name: "orion", status: "unconfirmed" });

  emulator.clearFaults();
  expect(await orion.update(state, inputs)).toMatchObject({ name: "orion", status: "disconnected" });
  expect(routes().filter((route) => route === CREATE)).toHaveLength(1);
  expect(emulator.instanceNames()).toEqual(["orion"]);
});

test("a creation that has no time left for its blocks keeps the instance with its token", async () => {
  const { emulator, orion } = await scene();
  emulator.readings = { ...emulator.readings, createEcho: "minimal" };
  emulator.fault({ kind: "delay", match: /websocket/i, ms: FOR_EVER_MS });
  const inputs = await orion.inputs({ websocket: {}, settings: { ignoreStatus: true } });
  const error = await rejectionOf(orion.create(inputs, { timeout: ENOUGH_SECONDS }));
  expect(error.details).toContain('the instance "orion" is not as declared: websocket: ');
  expect(error.details).toContain("What is not named here was done. The next `pulumi up` goes on");
  const state = plain(initFailureIn(error)?.getProperties());
  expect(state).toMatchObject({ status: "disconnected", settings: { ignoreStatus: true } });
  expect(state["token"]).toBeDefined();

  emulator.clearFaults();
  expect(await orion.update(state, inputs)).not.toHaveProperty("warnings");
  expect(emulator.instanceNames()).toEqual(["orion"]);
});

test("a creation that its limit holds back for too long sends nothing", async () => {
  const { emulator, orion, vega, routes } = await scene({ limits: { create: 1 } });
  await orion.create(await orion.inputs({}));
  emulator.clearRequests();
  const error = await rejectionOf(vega.create(await vega.inputs({}), { timeout: SECONDS }));
  expect(error.details).toContain(
    "s of the resource option `customTimeouts` were over before this could be sent",
  );
  expect(initFailureIn(error)).toBeUndefined();
  expect(routes()).not.toContain(CREATE);
});

test("an update says what was not done, and the next one does only that", async () => {
  const { emulator, orion, routes } = await scene();
  const before = await orion.inputs({ websocket: {}, settings: { ignoreStatus: true } });
  const { state } = await orion.create(before);
  emulator.pair("orion");
  emulator.fault({ kind: "delay", route: SETTINGS, ms: FOR_EVER_MS });
  const now = await orion.inputs({
    websocket: { events: ["call.update"] },
    settings: { ignoreStatus: false },
  });
  const error = await rejectionOf(orion.update(state, now, { timeout: ENOUGH_SECONDS }));
  expect(error.details).toContain("settings: ");
  expect(error.details).not.toContain("websocket: ");
  const partial = plain(initFailureIn(error)?.getProperties());
  emulator.clearFaults();
  emulator.clearRequests();
  expect(await orion.update(partial, now)).not.toHaveProperty("warnings");
  expect(routes()).toEqual([SETTINGS]);
  expect(emulator.instance("orion")).toMatchObject({
    state: "connected",
    settings: { ignoreStatus: false },
    websocket: { events: ["call.update"] },
  });
});

test("a deletion that is not answered in time is an error, and is done by the next one", async () => {
  const { emulator, orion } = await scene();
  const { state } = await orion.create(await orion.inputs({}));
  emulator.fault({ kind: "delay", match: /^DELETE /, ms: FOR_EVER_MS, when: "after" });
  const error = await rejectionOf(orion.delete("orion", state, SECONDS));
  expect(error.details).toContain("no answer within the 2 s");
  emulator.clearFaults();
  await orion.delete("orion", state);
  expect(emulator.instanceNames()).toEqual([]);
});

test("a read whose time is over leaves the listing to those who may wait for it", async () => {
  const { emulator, orion, vega } = await scene();
  const created = [];
  for (const each of [orion, vega]) {
    const inputs = await each.inputs({});
    created.push({ inputs, ...(await each.create(inputs)) });
  }
  const [one, other] = created;
  if (one === undefined || other === undefined) throw new Error("There are two.");
  emulator.fault({ kind: "delay", route: LIST, ms: 2 * SECONDS * 1_000 });
  const hurried = rejectionOf(orion.read("orion", one.state, one.inputs, SECONDS));
  const patient = vega.read("vega", other.state, other.inputs);
  expect((await hurried).details).toContain("were over before this could be sent");
  expect(await patient).toMatchObject({ id: "vega", state: { status: "disconnected" } });
});

test("a webhook that may have been made is kept", async () => {
  const { emulator, orion, audit } = await scene();
  const { state } = await orion.create(await orion.inputs({}));
  emulator.fault({
    kind: "delay",
    route: "POST /api/events/webhook/:instance",
    ms: FOR_EVER_MS,
    when: "after",
  });
  const inputs = await audit.inputs({
    instance: "orion",
    token: state["token"],
    url: "https://audit.example.com",
  });
  const error = await rejectionOf(audit.create(inputs, { timeout: SECONDS }));
  expect(initFailureIn(error)?.getId()).toBe("orion/audit");
});

async function scene(options: EmulatorOptions = {}) {
  const { emulator, routes } = await serviceFor(options);
  const plugin = await pluginFor({ endpoint: emulator.url, token: emulator.accountToken });
  return {
    ...{ emulator, routes },
    orion: new Resource(plugin),
    vega: new Resource(plugin, "vega"),
    audit: new Resource(plugin, "audit", WEBHOOK),
  };
}

async function rejectionOf(operation: Promise<unknown>): Promise<ServiceError> {
  return await operation.then(
    () => {
      throw new Error("It did not fail.");
    },
    (error: unknown) => error as ServiceError,
  );
}
