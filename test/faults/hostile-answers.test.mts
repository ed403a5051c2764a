import fc from "fast-check";
import { expect, test, vi } from "vitest";

import { importFile } from "../../cli/import-file.ts";
import { importedResources } from "../../cli/imported.ts";
import { discover } from "../../provider/lifecycle/discovery.ts";
import { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import { accountOf, PartialFailure, type Host } from "../../provider/lifecycle/lifecycle.ts";
import { isObject, type Values } from "../../provider/values.ts";
import { WebhookLifecycle } from "../../provider/lifecycle/webhook.ts";
import { everyBlock } from "../support/instance.mts";
import { checked } from "../support/lifecycle.mts";
import { processFor } from "../support/provider-process.mts";
import { expectAbsent, type Markers } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";
import { draws, expectMeantFor, expectPrototypesIntact, UNPRINTABLE } from "./hostile.mts";
import { falsifyingServerFor, type Answer } from "./hostile-server.mts";
import { changedAt, hostileText, hostileValue } from "./hostile-values.mts";

vi.setConfig({ testTimeout: 1_800_000 });

/** The API's own paths, about this instance alone. */
function pathsOf(instance: string): RegExp {
  return new RegExp(`^/api/(instance/(new|list)|(instance|events|chatwoot)/[a-zA-Z0-9]+/${instance})$`);
}

/** What the service may say instead of the truth. */
interface Falsification {
  readonly status: number | null;
  readonly error: unknown;
  readonly changes: readonly { at: number; key: string | null; put: unknown }[];
}

function falsifications(secrets: Markers): fc.Arbitrary<Falsification> {
  const tattling = fc
    .array(fc.oneof(hostileText, fc.constantFrom(...Object.values(secrets))), { minLength: 1, maxLength: 4 })
    .map((texts) => texts.join(""));
  const put = fc.oneof(tattling, hostileValue);
  return fc.record({
    // Without 429, whose waits are a matter of minutes.
    status: fc.option(fc.constantFrom(200, 201, 204, 302, 400, 401, 403, 404, 409, 500, 503)),
    error: fc.option(put, { freq: 2, nil: undefined }),
    changes: fc.array(fc.record({ at: fc.nat(200), key: fc.option(hostileText), put }), { maxLength: 3 }),
  });
}

function falsified({ status, body }: Answer, { status: other, error, changes }: Falsification): Answer {
  const said = error === undefined ? body : { success: false, error: { message: error } };
  const changed = changes.reduce((value, { at, key, put }) => changedAt(value, at, key, put), said);
  return { status: other ?? (error === undefined ? status : 400), body: changed };
}

const operations = Object.entries(operationsByName());

test.each(operations)(
  "%s ends clean or in an error for people, whatever is answered",
  async (operation, prepare) => {
    const { emulator, secrets, chatwootUrl } = await serviceFor({ limits: false });
    let pending: readonly (Falsification | undefined)[] = [];
    const server = await falsifyingServerFor(emulator.url, (answer) => {
      const [next, ...later] = pending;
      pending = later;
      return next === undefined ? answer : falsified(answer, next);
    });
    const honest = { url: emulator.url, accountToken: secrets.accountToken };
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    // What an import asks about is what the listing names.
    const meant = pathsOf(operation === "import" ? "[^/]+" : "orion");

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(falsifications(secrets), { nil: undefined }), { minLength: 1, maxLength: 12 }),
        async (drawn) => {
          emulator.reset();
          const run = await prepare(processFor(honest, { timeoutFactor: 1 }).host, declared);
          pending = drawn;
          emulator.clearRequests();
          const { host, notices } = processFor({ ...honest, url: server.url }, { timeoutFactor: 0.005 });
          await expectClean(run(host), knownTo(operation, secrets));
          for (const notice of notices) expect(notice).not.toMatch(UNPRINTABLE);
          for (const { path } of emulator.requests()) expect(path).toMatch(meant);
        },
      ),
      draws(12, 600),
    );
    expectPrototypesIntact();
  },
);

/** Nobody can hide a secret that was never told to them. */
function knownTo(operation: string, secrets: Markers): Record<string, string> {
  const { accountToken, webhookAuthorization } = secrets;
  if (operation === "import") return { accountToken };
  return operation === "webhook" ? { accountToken, webhookAuthorization } : secrets;
}

/** Makes what it needs through a host that is told the truth, and gives what then runs through another. */
type Operation = (honest: Host, declared: Values) => Promise<(host: Host) => Promise<unknown>>;

function operationsByName(): Record<string, Operation> {
  return {
    create: (_honest, declared) => Promise.resolve((host) => created(host, declared)),

    async adopt(honest, declared) {
      await created(honest, { name: "orion", token: declared["token"] });
      return (host) => created(host, { ...declared, adopt: true });
    },

    async read(honest, declared) {
      const state = await created(honest, declared);
      return async (host) => {
        const lifecycle = new InstanceLifecycle(host);
        const found = await lifecycle.read("orion", state);
        if (found !== undefined) lifecycle.diff(found.state, { ...found.inputs, name: "vega" });
        return found?.state;
      };
    },

    async update(honest, declared) {
      const state = await created(honest, declared);
      const changed = { ...declared, proxy: { enabled: false }, websocket: {}, settings: {}, s3: undefined };
      return (host) => {
        const lifecycle = new InstanceLifecycle(host);
        return lifecycle.update("orion", state, checked(lifecycle, changed));
      };
    },

    async delete(honest, declared) {
      const state = await created(honest, declared);
      return (host) => new InstanceLifecycle(host).delete("orion", state);
    },

    async webhook(honest, { webhook }) {
      await created(honest, { name: "orion" });
      return async (host) => {
        const lifecycle = new WebhookLifecycle(host);
        const { inputs } = lifecycle.check({ ...(webhook as Values), instance: "orion", label: "audit" });
        const state = await lifecycle.create(inputs ?? expect.fail());
        const found = await lifecycle.read("orion/audit", state);
        if (found === undefined) return state;
        const news = { ...found.inputs, url: "https://other.example.com" };
        const updated = await lifecycle.update("orion/audit", found.state, news);
        await lifecycle.delete("orion/audit", updated);
        return updated;
      };
    },

    async import(honest, declared) {
      await created(honest, declared);
      return async (host) => {
        const account = accountOf(host, undefined);
        const found = await account.listing.all();
        const discoveries = await Promise.all(found.map((listed) => discover(account, listed)));
        return JSON.parse(importFile(discoveries.flatMap(importedResources), new Map())) as unknown;
      };
    },
  };
}

async function created(host: Host, declared: Values): Promise<Values> {
  const lifecycle = new InstanceLifecycle(host);
  return await lifecycle.create(checked(lifecycle, declared));
}

async function expectClean(running: Promise<unknown>, secrets: Record<string, string>): Promise<void> {
  try {
    expectCleanState(await running, secrets);
  } catch (error) {
    if ((error as Error).name === "AssertionError") throw error;
    expectMeantFor(error);
    expectAbsent(secrets, { "the error": error.message });
    if (!(error instanceof PartialFailure)) return;
    for (const reason of error.reasons) expect(reason).not.toMatch(UNPRINTABLE);
    expectAbsent(secrets, { "the reasons": error.reasons.join() });
    expectCleanState(error.state, secrets);
  }
}

/** Made of JSON, which is what the engine keeps; its messages can be shown, and tell no secret. */
function expectCleanState(state: unknown, secrets: Record<string, string>): void {
  if (state === undefined) return;
  expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
  const messages = messagesIn(state);
  for (const message of messages) expect(message).not.toMatch(UNPRINTABLE);
  expectAbsent(secrets, { "the messages in the state": messages.join() });
}

function messagesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(messagesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (name === "error" || name === "numberJid") return typeof member === "string" ? [member] : [];
    return name === "warnings" ? (member as string[]) : messagesIn(member);
  });
}
