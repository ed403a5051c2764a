import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { discover } from "../../provider/lifecycle/discovery.ts";
import { identityOf } from "../../provider/lifecycle/identity.ts";
import { accountOf } from "../../provider/lifecycle/lifecycle.ts";
import { isObject, type Values } from "../../provider/values.ts";
import { create } from "../emulator/helpers.mts";
import { everyBlock } from "../support/instance.mts";
import { checked, failureOf, lifecycleFor, pathsIn } from "../support/lifecycle.mts";
import { processFor } from "../support/provider-process.mts";
import { expectAbsent } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";
import { expectMeantFor, expectPrototypesIntact, UNPRINTABLE } from "./hostile.mts";
import { nested, serverFor } from "./hostile-server.mts";

const MEGABYTE = 1024 * 1024;

/** What a read says when the listing is answered like this. */
async function readingFrom(url: string, timeoutFactor = 0.03): Promise<Error> {
  const configured = { url, accountToken: "acc_demo" };
  const error = await failureOf(lifecycleFor(configured, timeoutFactor).read("orion", { name: "orion" }));
  expectMeantFor(error);
  expect(error.message).toContain("GET /api/instance/list");
  return error;
}

test("an answer of 100 MB is cut off", async () => {
  const sent: number[] = [];
  const { url, asked } = await serverFor((request, response) => {
    if (request.url?.startsWith("/api/instance/list")) {
      response.setHeader("content-type", "application/json").end('{"instances":[{"name":"orion"}]}');
      return;
    }
    const attempt = sent.push(0) - 1;
    void pipeline(Readable.from(megabytes(sent, attempt)), response).catch(() => undefined);
  });
  const state = { name: "orion", webhook: { url: "https://app.example.com" } };
  const error = await failureOf(lifecycleFor({ url, accountToken: "acc_demo" }, 0.1).read("orion", state));
  expectMeantFor(error);
  expect(error.message).toContain("larger than 64 MiB");
  expect(asked.length).toBeLessThanOrEqual(6);
  // What is under way in sockets' buffers comes on top.
  for (const megabytes of sent) expect(megabytes).toBeLessThan(90);
});

function* megabytes(sent: number[], attempt: number): Generator<Buffer> {
  for (let megabyte = 1; megabyte <= 100; megabyte += 1) {
    sent[attempt] = megabyte;
    yield Buffer.alloc(MEGABYTE, " ");
  }
}

test.each([
  ["a million nested lists", nested(1_000_000)],
  ["a million nested objects", '{"instances":'.repeat(1_000_000) + "1" + "}".repeat(1_000_000)],
  ["no JSON", "\u001b[2J<html>"],
  ["a text", '"instances"'],
  ["nothing", ""],
  ["a list of other things", '{"instances": ["orion", null, 5]}'],
  ["a name of another type", '{"instances": [{"name": {"__proto__": {"admin": true}}}]}'],
  ["escapes among the instances", '{"instances": [{"name": "a"}, "\\u001b[2J"]}'],
])("%s in place of a listing is an error that says what to check", async (_what, body) => {
  const { url } = await serverFor((_request, response) => response.end(body));
  expect((await readingFrom(url)).message).toMatch(/could not be read .* Check that ryzeapi:endpoint is/);
  expectPrototypesIntact();
});

test("a compressed answer is not blown up", async () => {
  const { url } = await serverFor((_request, response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(gzipSync(Buffer.alloc(50 * MEGABYTE, " ")));
  });
  expect((await readingFrom(url)).message).toContain("not JSON");
});

test("headers of 90 KB end the call", async () => {
  const { url } = await serverFor((_request, response) => {
    response.setHeader("x-filler", "x".repeat(90_000));
    response.end('{"instances": []}');
  });
  expect((await readingFrom(url)).message).toContain("UND_ERR_HEADERS_OVERFLOW");
});

test.each(["limit", "remaining", "reset"])("a senseless X-RateLimit-%s holds nothing up", async (header) => {
  for (const value of ["", "-1", "NaN", "1e309", "99999999999999999999", "__proto__", "0x10", "1, 2"]) {
    const { url } = await serverFor((_request, response) => {
      response.setHeader(`x-ratelimit-${header}`, value);
      response.end('{"instances": [{"name": "orion"}]}');
    });
    expect(
      await lifecycleFor({ url, accountToken: "acc_demo" }).read("orion", { name: "orion" }),
    ).toMatchObject({ inputs: { name: "orion" } });
  }
});

test.each([301, 302, 303, 307, 308])(
  "a redirect by %i is not followed, and takes no token along",
  async (status) => {
    const elsewhere = await serverFor((_request, response) => response.end('{"instances": []}'));
    const { url, asked } = await serverFor((_request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/api/instance/list` });
      response.end();
    });
    const { message } = await readingFrom(url);
    expect(message).toContain(`answered ${status}`);
    expect(message).toContain("Redirects are not followed");

    const lifecycle = lifecycleFor({ url, accountToken: "acc_demo" });
    const declared = { name: "orion", token: "tok_orion", settings: { ignoreStatus: true } };
    const args = checked(lifecycle, { ...declared, onBlockFailure: "fail" });
    const account = accountOf(processFor({ url, accountToken: "acc_demo" }).host, undefined);
    const identity = identityOf({ id: undefined, token: "tok_orion" }, account);
    const known = (values: Values) => ({ ...values, identity });
    for (const operation of [
      () => lifecycle.create(args),
      () => lifecycle.update("orion", known({ ...args, settings: {} }), args),
      () => lifecycle.delete("orion", known(args)),
    ]) {
      expect((await failureOf(operation())).message).toContain(`answered ${status}`);
    }
    expect(asked.map(({ headers }) => headers["token"])).toContain("tok_orion");
    expect(elsewhere.asked).toEqual([]);
  },
);

describe("messages of the service", () => {
  const BLOCKS = ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"] as const;

  test.each(["warn", "fail"])(
    "reach warnings and errors printable and without secrets (%s)",
    async (onBlockFailure) => {
      const { emulator, secrets, chatwootUrl } = await serviceFor();
      const told = Object.values(secrets).join("\u200b");
      const escaped = JSON.stringify(JSON.stringify(told)) + encodeURIComponent(told);
      for (const block of BLOCKS) {
        const message = `\u001b[2J\u009b31m\u202e${block}\r\nrefused\0 \ud800 ${told} ${escaped}`;
        emulator.fault({ kind: "reject-block", block, message });
      }
      const lifecycle = lifecycleFor({ url: emulator.url, accountToken: secrets.accountToken });
      const args = checked(lifecycle, { name: "orion", ...everyBlock(secrets, chatwootUrl), onBlockFailure });
      const ended = await lifecycle
        .create(args)
        .catch((error: unknown) => error as Error & { state: object });
      const state: Record<string, unknown> = ended instanceof Error ? { ...ended.state } : { ...ended };
      const texts = [
        ...(ended instanceof Error ? [ended.message] : []),
        ...(state["warnings"] as string[]),
        ...Object.values(state["observed"] as Record<string, { error?: string }>).map(
          ({ error }) => error ?? "",
        ),
      ];
      expect(texts.length).toBeGreaterThanOrEqual(12);
      for (const text of texts) {
        expect(text).toContain("refused");
        expect(text).toContain("[secret]");
        expect(text).not.toMatch(UNPRINTABLE);
      }
      expectAbsent(secrets, { messages: texts.join("\n") });
    },
  );

  test("of a secret that is a part of another one, nothing stays", async () => {
    const { url } = await serverFor((_request, response) => {
      response.statusCode = 400;
      response.end('{"error": {"message": "cannot take tok_orion_extended"}}');
    });
    const lifecycle = lifecycleFor({ url, accountToken: "tok_orion" });
    const args = checked(lifecycle, { name: "orion", token: "tok_orion_extended" });
    expect((await failureOf(lifecycle.create(args))).message).toContain("cannot take [secret].");
  });

  test("are cut to a length that people read, between two characters", async () => {
    const { url } = await serverFor((_request, response) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ error: { message: `x${"😀".repeat(100_000)}` } }));
    });
    const { message } = await readingFrom(url);
    expect(message.length).toBeLessThan(1_000);
    expect(message.isWellFormed()).toBe(true);
  });

  test("about what is lost by a replacement cannot steer the terminal", async () => {
    const { emulator } = await serviceFor({ accountToken: "acc_demo" });
    await create(emulator, "orion");
    emulator.patchInstance("orion", { state: "connected", numberJid: "\u001b[2J55\u202e11" });
    const { instance: lifecycle, notices } = processFor(emulator);
    const found = await lifecycle.read("orion", { name: "orion" });
    lifecycle.diff(found?.state ?? {}, checked(lifecycle, { name: "vega" }));
    expect(notices.join()).toContain("paired with");
    for (const notice of notices) expect(notice).not.toMatch(UNPRINTABLE);
  });

  test("about Chatwoot show neither its live token nor escapes in what `ryzeapi import` writes", async () => {
    const { emulator, secrets, chatwootUrl } = await serviceFor();
    const lifecycle = lifecycleFor({ url: emulator.url, accountToken: secrets.accountToken });
    await lifecycle.create(checked(lifecycle, { name: "orion", ...everyBlock(secrets, chatwootUrl) }));
    const lastError = `\u001b[31m${secrets.chatwootToken} was refused`;
    emulator.patchInstance("orion", { chatwoot: { status: "error", lastError } });
    const account = accountOf(
      processFor({ url: emulator.url, accountToken: secrets.accountToken }).host,
      undefined,
    );
    const listed = await account.listing.find("orion", []);
    const { blocks } = await discover(account, listed ?? expect.fail("not listed"));
    const observed = blocks.find(({ block }) => block.name === "chatwoot")?.observed;
    expect(observed?.error).toBe("[31m[secret] was refused");
  });
});

test("texts of the service are stored no longer than those of a program may be", async () => {
  const { emulator } = await serviceFor({ accountToken: "acc_demo" });
  const lifecycle = lifecycleFor({ url: emulator.url, accountToken: "acc_demo" });
  const state = await lifecycle.create(
    checked(lifecycle, { name: "orion", settings: { callRejectMessage: "No" } }),
  );
  emulator.patchInstance("orion", { settings: { callRejectMessage: "x".repeat(1_000_000) } });
  const found = await lifecycle.read("orion", state);
  expect(found?.inputs).toMatchObject({ settings: { callRejectMessage: "x".repeat(65_536) } });
});

test("members named like prototypes change nothing", async () => {
  const hostile =
    '"__proto__": {"admin": true, "enabled": true}, "constructor": {"prototype": {"admin": true}}';
  const body = `{${hostile}, "instances": [{${hostile}, "name": "orion", "settings": {${hostile}}}]}`;
  const { url } = await serverFor((_request, response) => response.end(body));
  const lifecycle = lifecycleFor({ url, accountToken: "acc_demo" });
  const found = await lifecycle.read("orion", { name: "orion" });
  expect(Object.keys(found?.state ?? {}).sort()).toEqual([
    "identity",
    "name",
    "observed",
    "status",
    "warnings",
  ]);
  expect(isObject(found?.state["observed"])).toBe(true);
  expectPrototypesIntact();
});

test.each(["..", "a\u001b[2J", "\ud800", " "])(
  "`ryzeapi import` asks nothing about an instance named %j",
  async (name) => {
    const { url, asked } = await serverFor((_request, response) => {
      response.end(JSON.stringify({ instances: [{ name, token: "tok" }] }));
    });
    const account = accountOf(processFor({ url, accountToken: "acc_demo" }).host, undefined);
    const [listed] = await account.listing.all();
    const error = await failureOf(discover(account, listed ?? expect.fail("not listed")));
    expectMeantFor(error);
    expect(error.message).toContain("no program can declare");
    expect(asked).toHaveLength(1);
  },
);

test("a token that no header can carry is not used", async () => {
  const { url, asked } = await serverFor((request, response) => {
    const isList = request.url?.startsWith("/api/instance/list") === true;
    const instances = [{ name: "orion", token: "tok\r\nx-injected: 1", status: "disconnected" }];
    response.end(JSON.stringify(isList ? { instances } : { settings: { ignoreStatus: true } }));
  });
  const lifecycle = lifecycleFor({ url, accountToken: "acc_demo" });
  const found = await lifecycle.read("orion", { name: "orion", settings: { ignoreStatus: true } });
  expect(found?.state["token"]).toBeUndefined();
  expect(new Set(asked.map(({ headers }) => headers["token"]))).toEqual(new Set(["acc_demo"]));
  expect(asked.map(({ headers }) => headers["x-injected"])).toEqual([undefined, undefined]);

  const failures = ["tok\n", "tök", "a b", ""].flatMap(
    (token) => lifecycle.check({ name: "orion", token }).failures,
  );
  expect(pathsIn(failures)).toEqual(["token", "token", "token", "token"]);
  const configured = lifecycleFor({ url, accountToken: "acc\n" }).check({ name: "orion" });
  expect(configured.failures[0]?.reason).toContain("HTTP header");
});
