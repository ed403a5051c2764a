import { randomInt } from "node:crypto";

import { status, type ServiceError } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, test } from "vitest";

import { isObject, type Values } from "../../provider/values.ts";
import { changedAt, hostileText } from "../faults/hostile-values.mts";
import { everyBlock } from "../support/instance.mts";
import { serviceFor } from "../support/service.mts";
import { MISTAKE } from "./mistakes.mts";
import { configure, INSTANCE, pluginFor, WEBHOOK } from "./plugin-process.mts";
import { Resource } from "./requests.mts";
import { UNKNOWN } from "./wire.mts";

const SEED = Number(process.env["RYZEAPI_PLUGIN_SEED"] ?? randomInt(2 ** 31));

/** Two resources that exist. */
async function scene() {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ limits: false });
  const config = { endpoint: emulator.url, token: secrets.accountToken };
  const plugin = await pluginFor(config);
  const orion = new Resource(plugin);
  const inputs = await orion.inputs(everyBlock(secrets, chatwootUrl));
  const { state } = await orion.create(inputs);
  const audit = new Resource(plugin, "audit", WEBHOOK);
  const auditInputs = await audit.inputs({ instance: "orion", url: "https://audit.example.com" });
  const { state: auditState } = await audit.create(auditInputs);
  emulator.clearRequests();
  return {
    ...{ emulator, plugin, config, routes },
    instance: { resource: orion, id: "orion", inputs, state },
    webhook: { resource: audit, id: "orion/audit", inputs: auditInputs, state: auditState },
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;

const NOT_FROM_CHECK = /^These inputs did not come from Check: .*Nothing was sent\./;
const NO_STATE = /^This state is none that the provider has written: .*Nothing was sent\./;

test.each<[string, (scene: Scene) => Promise<unknown>, RegExp, RegExp]>([
  [
    "a name that is a number",
    ({ instance }) => instance.resource.create({ name: 42 }),
    NOT_FROM_CHECK,
    /name must be a string/,
  ],
  ["no name", ({ instance }) => instance.resource.create({}), NOT_FROM_CHECK, /name is missing/],
  [
    "a block that is a text",
    ({ instance }) => instance.resource.create({ name: "vega", webhook: "x" }),
    NOT_FROM_CHECK,
    /webhook must be an object with enabled, url/,
  ],
  [
    "a field of another type",
    ({ instance }) => instance.resource.create({ name: "vega", webhook: { url: 5 } }),
    NOT_FROM_CHECK,
    /webhook\.url must be an absolute/,
  ],
  [
    "an event that does not exist",
    ({ instance }) => instance.resource.create({ name: "vega", websocket: { events: ["call.update", 1] } }),
    NOT_FROM_CHECK,
    /websocket\.events\[1\] must be one of/,
  ],
  [
    "a member that is no argument, in a preview",
    ({ instance }) => instance.resource.create({ name: "vega", colour: "red" }, { preview: true }),
    NOT_FROM_CHECK,
    /colour is not an argument/,
  ],
  [
    "a value that nobody knows yet",
    ({ instance }) => instance.resource.create({ name: UNKNOWN, websocket: { events: [UNKNOWN] } }),
    NOT_FROM_CHECK,
    /name is not known yet; websocket\.events\[0\] is not known yet/,
  ],
  [
    "a webhook of no instance",
    ({ webhook }) => webhook.resource.create({ label: "more", url: "https://more.example.com" }),
    NOT_FROM_CHECK,
    /instance is missing/,
  ],
  [
    "an update to a block that is a list",
    ({ instance: { resource, state, inputs } }) => resource.update(state, { ...inputs, settings: [] }),
    NOT_FROM_CHECK,
    /settings must be an object/,
  ],
  [
    "an update of a state with a block that is a text",
    ({ instance: { resource, state, inputs } }) => resource.update({ ...state, chatwoot: "x" }, inputs),
    NO_STATE,
    /chatwoot must be an object/,
  ],
  [
    "an update of nothing",
    ({ instance: { resource, inputs } }) => resource.update({}, inputs),
    NO_STATE,
    /name is missing/,
  ],
  [
    "a difference to what cannot be declared",
    ({ instance: { resource, state, inputs } }) =>
      resource.diff(state, inputs, { ...inputs, websocket: { events: "all" } }),
    NOT_FROM_CHECK,
    /websocket\.events must be a list/,
  ],
  [
    "a difference to a state with observations of another type",
    ({ instance: { resource, state, inputs } }) =>
      resource.diff({ ...state, observed: { webhook: { error: 5 }, s3: "off" } }, inputs, inputs),
    NO_STATE,
    /observed\.s3 must be an object .*observed\.webhook\.error must be a string/,
  ],
  [
    "a state whose events cannot be text",
    ({ webhook: { resource, state, inputs } }) =>
      resource.diff({ ...state, events: [{ toString: "x" }] }, inputs, inputs),
    NO_STATE,
    /events\[0\] must be one of/,
  ],
  [
    "a read with a token that is a number",
    ({ instance: { resource, state } }) => resource.read("orion", { ...state, token: 7 }),
    NO_STATE,
    /token must be/,
  ],
  [
    "a deletion of a webhook whose label is a number",
    ({ webhook: { resource, id, state } }) => resource.delete(id, { ...state, label: 5 }),
    NO_STATE,
    /label must be a string/,
  ],
  [
    "a deletion of a webhook from nowhere",
    ({ webhook: { resource, id } }) => resource.delete(id, { url: "https://audit.example.com" }),
    NO_STATE,
    /instance is missing; label is missing/,
  ],
  [
    "a deletion from nowhere",
    ({ instance: { resource } }) => resource.delete("orion", {}),
    NO_STATE,
    /name is missing/,
  ],
  [
    "a deletion without an id",
    ({ instance: { resource, state } }) => resource.delete("", state),
    /has no id/,
    /Nothing was sent/,
  ],
  ["a read without an id", ({ webhook }) => webhook.resource.read(""), /has no id/, /Nothing was sent/],
  [
    "a read of an id that cannot be decoded",
    ({ webhook }) => webhook.resource.read("orion/%zz"),
    /<instance>\/<label>/,
    /which "orion\/%zz" is not/,
  ],
  [
    "a call about nothing",
    ({ plugin }) => new Resource(plugin, "orion", "").check({}),
    /about no resource/,
    /"urn:pulumi:test::test::::orion" is no URN/,
  ],
  [
    "a resource that the package does not have",
    ({ plugin }) => new Resource(plugin, "orion", `${INSTANCE}$ryzeapi:index:Phone`).delete("orion", {}),
    /no resource ryzeapi:index:Phone/,
    /./,
  ],
])("%s is an error that says so, and nothing is sent", async (_what, operation, ...expected) => {
  const drawn = await scene();
  const { details, code } = await failureOf(operation(drawn));
  for (const pattern of expected) expect(details).toMatch(pattern);
  expect(code).toBe(status.UNKNOWN);
  expect(details).not.toMatch(MISTAKE);
  expect(drawn.routes()).toEqual([]);
});

test("a state of an older version is read, compared and deleted, whatever its values are", async () => {
  const { instance, emulator, plugin, config } = await scene();
  const { resource, state, inputs } = instance;
  const older = { ...state, webhook: { enabled: true, url: "ftp://old", colour: "red" }, size: 5 };
  expect(await resource.diff(older, inputs, inputs)).toMatchObject({ changes: true });
  expect((await resource.diff(state, inputs, { ...inputs, webhook: older.webhook })).replaces).toEqual([]);
  expect((await resource.read("orion", older, inputs)).id).toBe("orion");
  await resource.update(older, inputs);
  await configure(plugin, config);
  await resource.delete("orion", older);
  expect(emulator.instanceNames()).toEqual([]);
});

test(
  `whatever values come, there is an answer in the plugin's own words (RYZEAPI_PLUGIN_SEED=${SEED})`,
  { timeout: 60_000 },
  async () => {
    const { instance, webhook, routes, emulator } = await scene();
    const draws = [instance, webhook].flatMap(({ resource, id, inputs, state }) => {
      const calls: Record<string, (inputs: Values, state: Values) => Promise<unknown>> = {
        check: (news, olds) => resource.check(news, { olds }),
        diff: (news, olds) => resource.diff(olds, inputs, news),
        create: (news) => resource.create(news, { preview: true }),
        read: (_news, olds) => resource.read(id, olds),
        update: (news, olds) => resource.update(olds, news),
        delete: (_news, olds) => resource.delete(id.replace("orion", "nobody"), olds),
        "preview of an update": (news, olds) => resource.update(olds, news, { preview: true }),
      };
      return Object.entries(calls).map(([name, call]) =>
        fc.record({
          name: fc.constant(name),
          call: fc.constant(call),
          inputs: disturbed(inputs),
          state: disturbed(state),
        }),
      );
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(...draws), async (drawn) => {
        emulator.clearRequests();
        const { details } = await answerOf(() => drawn.call(drawn.inputs, drawn.state));
        expect(details).not.toMatch(MISTAKE);
        if (NOT_FROM_CHECK.test(details) || NO_STATE.test(details)) expect(routes()).toEqual([]);
      }),
      { seed: SEED, numRuns: 400 },
    );
  },
);

/** Values of every type that the protocol has; how deeply they may be nested is a matter of their bytes. */
const leaf = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, "", "true", "1080", UNKNOWN),
);
const members = fc.dictionary(fc.oneof(hostileText, fc.constantFrom("toString", "url", "error")), leaf, {
  maxKeys: 3,
});
const anyValue = fc.oneof(leaf, members, fc.array(fc.oneof(leaf, members), { maxLength: 3 }));

/** With some of its members, at any level, replaced or joined by others. */
function disturbed(original: Values): fc.Arbitrary<Values> {
  const change = fc.record({ at: fc.nat(200), key: fc.option(hostileText), value: anyValue });
  return fc.array(change, { maxLength: 4 }).map((changes) => {
    const changed = changes.reduce<unknown>(
      (before, { at, key, value }) => changedAt(before, at, key, value),
      original,
    );
    return isObject(changed) ? changed : {};
  });
}

/** What a call fails with; nothing where it does not, or where its values are nothing that can be sent. */
async function answerOf(operation: () => Promise<unknown>): Promise<{ details: string }> {
  try {
    await operation();
    return { details: "" };
  } catch (error) {
    if (isServiceError(error)) return error;
    return { details: "" };
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "details" in error;
}

async function failureOf(operation: Promise<unknown>): Promise<ServiceError> {
  return operation.then(
    (answer) => {
      throw new Error(`It did not fail: ${JSON.stringify(answer)}`);
    },
    (error: unknown) => error as ServiceError,
  );
}
