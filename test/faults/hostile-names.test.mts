import { runInNewContext } from "node:vm";

import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test, vi } from "vitest";

import { importedResources } from "../../cli/imported.ts";
import { programText } from "../../cli/program.ts";
import { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle.ts";
import { isObject, type Values } from "../../provider/values.ts";
import { WebhookLifecycle } from "../../provider/lifecycle/webhook.ts";
import type { Emulator } from "../emulator/emulator.mts";
import { emulatorFor } from "../emulator/helpers.mts";
import { everyBlock } from "../support/instance.mts";
import { pathsIn } from "../support/lifecycle.mts";
import { secretMarkers } from "../support/secrets.mts";
import { draws, expectPrototypesIntact, hostFor, UNPRINTABLE } from "./hostile.mts";
import { disturbed, hostileText, hostileValue } from "./hostile-values.mts";

vi.setConfig({ testTimeout: 1_800_000 });

const NOWHERE = { url: "http://127.0.0.1:9" };

const instance = {
  ...everyBlock(secretMarkers(), "https://chatwoot.example.com"),
  name: "orion",
  account: { token: "acc", endpoint: "https://ryzeapi.example.com" },
  adopt: true,
  onBlockFailure: "fail",
};
const { account, adopt } = instance;
const webhook = { ...instance.webhook, instance: "orion", label: "audit", token: "t", account, adopt };

describe.each<{ kind: string; lifecycle: Lifecycle<Values>; declared: Values }>([
  {
    kind: "RyzeInstance",
    lifecycle: new InstanceLifecycle(hostFor(NOWHERE).host),
    declared: instance,
  },
  {
    kind: "RyzeWebhook",
    lifecycle: new WebhookLifecycle(hostFor(NOWHERE).host),
    declared: webhook,
  },
])("check of $kind", ({ lifecycle, declared }) => {
  test("accepts or says what is wrong, whatever is declared", () => {
    const anything = fc.oneof(
      { weight: 5, arbitrary: disturbed(declared) },
      { weight: 1, arbitrary: fc.dictionary(hostileText, hostileValue) },
      { weight: 1, arbitrary: hostileValue },
    );
    fc.assert(
      fc.property(anything.map(membersOf), (args) => {
        const { inputs, failures } = lifecycle.check(args);
        for (const { reason } of failures) expect(reason).not.toMatch(UNPRINTABLE);
        expect(failures.length === 0).toBe(inputs !== undefined);
        if (inputs === undefined) return;
        expect(Object.keys(declared)).toEqual(expect.arrayContaining(Object.keys(inputs)));
        expect(lifecycle.check(inputs)).toEqual({ inputs, failures: [] });
        expect(lifecycle.idOf(inputs)).not.toBe("");
      }),
      draws(1_500, 20_000),
    );
    expectPrototypesIntact();
  });

  test("refuses members that only a prototype has", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const polluting = { ...declared };
      Object.defineProperty(polluting, name, { value: { admin: true }, enumerable: true });
      expect(pathsIn(lifecycle.check(polluting).failures)).toEqual([name]);
    }
  });
});

/** The engine passes an object; what it holds is the program's business. */
function membersOf(value: unknown): Values {
  return isObject(value) ? value : { name: value, instance: value };
}

describe("a name", () => {
  const { host } = hostFor(NOWHERE);
  const lifecycle = new InstanceLifecycle(host);
  const isAccepted = (name: string): boolean => lifecycle.check({ name }).failures.length === 0;

  test.each([
    "",
    " ",
    ".",
    "..",
    " orion",
    "orion\n",
    "a\0b",
    "\u001b[2Jorion",
    "\u009b31m",
    "\ud800",
    "a\udfffb",
    "x".repeat(4_001),
    "😀".repeat(400),
  ])("that no path or terminal can carry is refused: %j", (name) => {
    expect(isAccepted(name)).toBe(false);
    const asWebhook = new WebhookLifecycle(host).check({ ...webhook, instance: name });
    expect(pathsIn(asWebhook.failures)[0]).toBe("instance");
  });

  test.each(ACCEPTED())("that looks dangerous arrives as it is: %j", async (name) => {
    const emulator = await emulatorFor({ limits: false });
    expect(isAccepted(name)).toBe(true);
    await expectRoundTrip(emulator, name);
  });

  test("that is accepted is the one that the service sees, in every request", async () => {
    const emulator = await emulatorFor({ limits: false });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(hostileText.filter(isAccepted), async (name) => {
        if (seen.has(name)) return;
        seen.add(name);
        await expectRoundTrip(emulator, name);
      }),
      draws(150, 1_500),
    );
    expectPrototypesIntact();
  });
});

function ACCEPTED(): string[] {
  return [
    "../orion",
    "orion/../vega",
    "...",
    "%2e%2e",
    "%2F",
    "100%",
    "a?token=b#c",
    "a,b",
    "a&instanceName=b",
    "a\\b",
    ":instance",
    "$&$1",
    "__proto__",
    "constructor",
    "toString",
    "é",
    "e\u0301",
    "日本 😀",
    "a\u202eb",
    "'; DROP TABLE instances; --",
    "x".repeat(4_000),
  ];
}

/** Create, read, update and delete reach this one name, and no path that is not meant. */
async function expectRoundTrip(emulator: Emulator, name: string): Promise<void> {
  const run = () => new InstanceLifecycle(hostFor(emulator).host);
  const lifecycle = run();
  emulator.clearRequests();
  const declared = { name, settings: { autoRejectCalls: true } };
  const args = lifecycle.check(declared).inputs ?? expect.fail("refused");
  const state = await lifecycle.create(args);
  expect(emulator.instanceNames()).toEqual([name]);
  const fresh = await lifecycle.read(name, state);
  expect(fresh?.inputs).toEqual(args);
  const changed = lifecycle.check({ ...declared, settings: { autoReadMessages: true } }).inputs;
  await lifecycle.update(name, state, changed ?? expect.fail("refused"));
  expect(emulator.instance(name)?.settings).toMatchObject({ autoRejectCalls: false, autoReadMessages: true });
  await run().delete(name, state);
  expect(emulator.instanceNames()).toEqual([]);
  expect(requestedNames(emulator)).toEqual(new Set([name]));
}

/** The names in paths, queries and create bodies; fails where a path is not one of the API's own. */
function requestedNames(emulator: Emulator): Set<unknown> {
  const names = emulator.requests().flatMap(({ method, path, route, query, body }): unknown[] => {
    const [template = "", ...others] = route.split(" ").slice(1);
    expect(others).toEqual([]);
    const pattern = new RegExp(`^${template.replace(":instance", "([^/]+)")}$`);
    const [whole, segment] = pattern.exec(path) ?? [];
    expect(whole, `${method} ${path} is ${route}`).toBe(path);
    if (segment !== undefined) return [decodeURIComponent(segment)];
    if (typeof body === "object" && body !== null && "name" in body) return [body.name];
    return new URLSearchParams(query).getAll("instanceName");
  });
  return new Set(names);
}

test("the label of a webhook is the one that the service sees, and the id holds it", async () => {
  const emulator = await emulatorFor({ limits: false });
  await new InstanceLifecycle(hostFor(emulator).host).create({
    name: "o/../%2e",
  });
  const run = () => new WebhookLifecycle(hostFor(emulator).host);
  const lifecycle = run();
  await fc.assert(
    fc.asyncProperty(hostileText, async (label) => {
      const { inputs } = lifecycle.check({ instance: "o/../%2e", label, url: "https://app.example.com" });
      if (inputs === undefined) return;
      emulator.clearRequests();
      const state = await lifecycle.create({ ...inputs, adopt: true });
      const id = lifecycle.idOf(inputs);
      expect((await lifecycle.read(id, state))?.inputs).toMatchObject({ instance: "o/../%2e", label });
      await run().delete(id, state);
      const sent = emulator.requests().filter(({ method }) => method === "POST");
      expect(sent.map(({ body }) => body)).toMatchObject([
        { label, enabled: true },
        { label, enabled: false },
      ]);
      expect(requestedNames(emulator)).toEqual(new Set(["o/../%2e"]));
    }),
    draws(100, 1_000),
  );
  expectPrototypesIntact();
});

test("`ryzeapi import` writes a program that compiles, and declares exactly the names", () => {
  const names = fc.oneof(
    hostileText,
    fc.constantFrom("new", "class", "exports", "await", "let", "config", "pulumi", "1"),
  );
  fc.assert(
    fc.property(fc.uniqueArray(names, { minLength: 1, maxLength: 4 }), (accounts) => {
      const known = { token: "t", status: "", numberJid: undefined, identity: {}, pendingWithdrawals: {} };
      const found = accounts.map((name) => ({ name, known, blocks: [], webhooks: [], leftOut: [] }));
      const text = programText(found.flatMap(importedResources), new Map());
      const { diagnostics, outputText } = ts.transpileModule(text, {
        reportDiagnostics: true,
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, strict: true },
      });
      expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
      const declared: string[] = [];
      const RyzeInstance = function (name: string): void {
        declared.push(name);
      };
      runInNewContext(outputText, { exports: {}, require: () => ({ RyzeInstance }) });
      expect(declared).toEqual(accounts);
    }),
    draws(300, 3_000),
  );
});
