import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";

import { status } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { REQUESTS, type Shape } from "../../provider/faces/plugin/wire-format.ts";
import type { Values } from "../../provider/values.ts";
import { everyBlock } from "../support/instance.mts";
import { serviceFor } from "../support/service.mts";
import { METHODS, sendBytes, type Method } from "./bytes.mts";
import { MISTAKE } from "./mistakes.mts";
import { INSTANCE, pluginFor, urnOf, type Plugin } from "./plugin-process.mts";
import { Resource } from "./requests.mts";
import { secret, struct } from "./wire.mts";

const SEED = Number(process.env["RYZEAPI_PLUGIN_SEED"] ?? randomInt(2 ** 31));

async function scene() {
  const { emulator, secrets, chatwootUrl } = await serviceFor({ limits: false });
  const plugin = await pluginFor({ endpoint: emulator.url, token: secrets.accountToken });
  const { token, ...declared } = everyBlock(secrets, chatwootUrl);
  return { emulator, plugin, declared: { ...declared, token: secret(token) } };
}

async function expectAlive(plugin: Plugin): Promise<void> {
  expect((await new Resource(plugin, "vega").check({})).inputs).toEqual({ name: "vega" });
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

/** A field that holds bytes, with its true length. */
function field(number: number, content: Uint8Array): Buffer {
  const varint = (value: number): number[] =>
    value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(content.length)]), content]);
}

/** The properties of a check, with an object in an object so many times. */
function nestedCheck(levels: number): Buffer {
  let value = field(3, Buffer.from("bottom"));
  for (let level = 1; level <= levels; level += 1) {
    const entry = field(1, Buffer.concat([field(1, Buffer.from("webhook")), field(2, value)]));
    value = field(5, entry);
  }
  const news = field(1, Buffer.concat([field(1, Buffer.from("webhook")), field(2, value)]));
  return Buffer.concat([
    field(1, Buffer.from(urnOf("orion"))),
    field(6, Buffer.from("orion")),
    field(3, news),
  ]);
}

describe("bytes that are no request", () => {
  test.each<[string, Method, Buffer, RegExp]>([
    ["a text longer than the message", "getSchema", bytesOf("1a 8c b6 b4 2f 64 bf de 80"), /ends within/],
    ["a text of 4 GB", "handshake", bytesOf("0a ff ff ff ff 0f"), /ends within a field/],
    ["a length that goes on", "check", bytesOf("0a ff ff ff ff ff ff ff ff ff ff 01"), /too long/],
    ["a number that is cut off", "invoke", bytesOf("38 80"), /ends within a number/],
    ["a text that is no UTF-8 and reaches into what follows", "attach", bytesOf("0a 01 f0"), /UTF-8/],
    ["an object longer than what holds it", "check", bytesOf("1a 03 0a 05 61"), /ends within a field/],
    ["a group that never ends", "create", bytesOf("0b 0b 0b"), /no kind/],
    ["the end of a group that never began", "delete", bytesOf("0c"), /no kind/],
    ["a wire type that does not exist", "read", bytesOf("0f"), /no kind/],
    ["the field 0", "update", bytesOf("02 01 61"), /no number/],
    ["a member with a third part", "check", bytesOf("1a 04 0a 02 18 01"), /unknown/],
    ["a flag of two bytes", "create", bytesOf("20 80 01"), /flag/],
    ["a flag of 2", "create", bytesOf("20 02"), /flag/],
    ["a text in place of a number", "create", bytesOf("1a 01 61"), /another kind/],
    ["a number in place of a text", "check", bytesOf("08 01"), /another kind/],
    ["a number in place of an object", "check", bytesOf("18 01"), /another kind/],
    ["objects that are nested 1,000 times", "check", nestedCheck(1_000), /nested too deeply/],
    ["objects that are nested 20,000 times", "check", nestedCheck(20_000), /nested too deeply/],
    ["an empty one with a stray byte", "cancel", bytesOf("ff"), /ends within a number/],
    ["text", "list", Buffer.from("GET / HTTP/1.1\r\n\r\n"), /none of Pulumi's protocol/],
  ])("%s", async (_what, method, bytes, problem) => {
    const { plugin } = await scene();
    const { code, details } = await sendBytes(plugin, method, bytes);
    expect(details).toMatch(/^The request is none of Pulumi's protocol: .* Nothing was done\./);
    expect(details).toMatch(problem);
    expect(code).toBe(status.INVALID_ARGUMENT);
    await expectAlive(plugin);
  });

  test("values that are nested as deeply as nobody declares them are an error of the check", async () => {
    const { plugin } = await scene();
    const { code, bytes } = await sendBytes(plugin, "check", nestedCheck(90));
    expect(code).toBe(status.OK);
    const [failure] = messages.CheckResponse.deserializeBinary(bytes).getFailuresList();
    expect(failure?.getReason()).toMatch(/^webhook\./);
  });

  test("calls that the plugin does not have are not read", async () => {
    const { plugin } = await scene();
    for (const method of ["construct", "call", "parameterize", "getMapping"])
      expect(await sendBytes(plugin, method, bytesOf("0a ff ff ff ff 0f"))).toMatchObject({
        code: status.UNIMPLEMENTED,
      });
    await expectAlive(plugin);
  });

  test("bytes that are no HTTP/2 end their own connection", async () => {
    const { plugin } = await scene();
    for (const bytes of [
      "\0",
      "GET / HTTP/1.1\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff",
    ]) {
      const socket = connect(Number(plugin.process.port), "127.0.0.1").on("error", () => undefined);
      socket.end(Buffer.from(bytes, "latin1"));
      await once(socket.resume(), "close");
    }
    await expectAlive(plugin);
  });

  test("do not keep the process when its engine is gone", async () => {
    const { plugin } = await scene();
    const { child } = plugin.process;
    const exit = once(child, "exit");
    await sendBytes(plugin, "handshake", bytesOf("0a ff ff ff ff 0f"));
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
  });
});

test(
  `whatever bytes come, there is an answer in the plugin's own words (RYZEAPI_PLUGIN_SEED=${SEED})`,
  { timeout: 60_000 },
  async () => {
    const { plugin, declared } = await scene();
    const drawn = Object.entries(requestsWith(declared)).map(([method, request]) =>
      fc.tuple(
        fc.constant(method as Method),
        fc.oneof(
          { weight: 4, arbitrary: corrupted(request.serializeBinary()) },
          { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(...drawn), async ([method, sent]) => {
        const { code, details } = await sendBytes(plugin, method, sent);
        expect([status.OK, status.INVALID_ARGUMENT, status.UNKNOWN]).toContain(code);
        expect(details).not.toMatch(MISTAKE);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
    await expectAlive(plugin);
  },
);

/** Those calls that change nothing for the calls after them. */
function requestsWith(properties: Values) {
  const values = struct({ ...properties, name: "orion" });
  const urn = urnOf("orion");
  return {
    getSchema: new messages.GetSchemaRequest().setSubpackageName("ryzeapi"),
    checkConfig: new messages.CheckRequest().setNews(struct({ token: secret("acc_demo") })),
    diffConfig: new messages.DiffRequest().setNews(struct({ token: secret("acc_demo") })),
    invoke: new messages.InvokeRequest()
      .setTok("ryzeapi:index:getInstance")
      .setArgs(struct({ name: "orion" })),
    check: new messages.CheckRequest().setUrn(urn).setNews(values).setOlds(values),
    diff: new messages.DiffRequest().setUrn(urn).setId("orion").setNews(values).setOlds(values),
    create: new messages.CreateRequest().setUrn(urn).setProperties(values).setPreview(true),
    read: new messages.ReadRequest().setUrn(urn).setId("orion").setProperties(values).setInputs(values),
    update: new messages.UpdateRequest().setUrn(urn).setId("orion").setNews(values).setOlds(values),
    delete: new messages.DeleteRequest().setUrn(urn).setId("orion").setProperties(values),
    list: new messages.ListRequest().setToken(INSTANCE),
  };
}

/** Some bytes changed, put in, taken out or cut off. */
function corrupted(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    how: fc.constantFrom("replace", "insert", "remove", "cut"),
    // Tags, lengths that go on, and the largest.
    byte: fc.oneof(
      fc.constantFrom(0x0a, 0x12, 0x1a, 0x0b, 0x0c, 0x80, 0xff),
      fc.integer({ max: 0xff, min: 0 }),
    ),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce<Uint8Array>((before, { at, how, byte }) => {
      const place = Math.floor(at * before.length);
      const kept = how === "cut" ? before.length : place + (how === "insert" ? 0 : 1);
      const put = how === "replace" || how === "insert" ? [byte] : [];
      return Uint8Array.from([...before.slice(0, place), ...put, ...before.slice(kept)]);
    }, bytes),
  );
}

test.each(METHODS)("the fields of %s are those that generated code reads", (method) => {
  const { requestType } = ResourceProviderService[method] as unknown as { requestType: Reader };
  expect(described(REQUESTS[method])).toEqual(readBy(requestType));
});

/** A message's class. */
interface Reader {
  readonly deserializeBinaryFromReader: () => unknown;
}

interface Described {
  readonly [field: string]: Described | "text" | "flag" | "…";
}

/** Deeper than any message is, apart from values in values. */
const LEVELS = 8;

function described(shape: Shape, level = 0): Described | "…" {
  if (level === LEVELS) return "…";
  const fields = Object.entries(shape).filter(([name]) => name !== "isComplete") as [string, Shape[number]][];
  return Object.fromEntries(
    fields.map(([number, content]) => [
      number,
      typeof content === "object" ? described(content, level + 1) : content,
    ]),
  );
}

/** The same, out of the source of the generated code. */
function readBy(type: Reader, level = 0): Described | "…" {
  if (level === LEVELS) return "…";
  const cases = String(type.deserializeBinaryFromReader).matchAll(/case (\d+):\n(.*?)break;/gs);
  const fields = [...cases].map(([, number, read = ""]) => [number, contentRead(read, level)] as const);
  return Object.fromEntries(fields.filter(([, content]) => content !== undefined)) as Described;
}

function contentRead(code: string, level: number): Described[string] | undefined {
  const [, message] = /readMessage\(value,\s*([\w.]+)\.deserializeBinaryFromReader\)/.exec(code) ?? [];
  if (message !== undefined) return readBy(messageNamed(message), level + 1);
  const [, ofMap] = /Map\.deserializeBinary\((.*)\)/.exec(code) ?? [];
  if (ofMap !== undefined) {
    if (level + 1 === LEVELS) return "…";
    const [, value] = /([\w.]+)\.deserializeBinaryFromReader/.exec(ofMap) ?? [];
    return { 1: "text", 2: value === undefined ? "text" : readBy(messageNamed(value), level + 2) };
  }
  if (code.includes("readString(")) return "text";
  return code.includes("readBool(") ? "flag" : undefined;
}

function messageNamed(name: string): Reader {
  const path = name.replace(/^(proto\.pulumirpc|proto\.google\.protobuf|google_protobuf_struct_pb)\./, "");
  const found = path
    .split(".")
    .reduce<unknown>((within, key) => (within as Values | undefined)?.[key], { ...messages, ...structs });
  if (found === undefined) throw new Error(`There is no message ${name}.`);
  return found as Reader;
}
