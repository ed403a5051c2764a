import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { brokenPromises, type Schema } from "../compatibility/broken-promises.mts";
import { Service } from "../../provider/ryzeapi/service.ts";
import { VERSION } from "../../provider/version.ts";

const FROZEN = new URL("../compatibility/", import.meta.url);

const folders = readdirSync(FROZEN, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

describe("the schema keeps what it has promised", () => {
  const now = read("../../provider/faces/plugin/schema.json") as Schema;

  test.each(folders.filter((version) => majorOf(version) === majorOf(VERSION) && hasSchema(version)))(
    "since version %s",
    (version) => {
      expect(brokenPromises(read(`${version}/schema.json`) as Schema, now)).toEqual([]);
    },
  );

  test("and the one that is released next is kept", () => {
    expect(folders.filter(hasSchema)).toContain(VERSION);
  });
});

describe("what breaks a program or a stack is named", () => {
  const before: Schema = {
    config: { variables: { token: { type: "string" } } },
    types: {
      "p:index:Block": { properties: { host: { type: "string" } }, required: [] },
      "p:index:Event": { enum: [{ value: "call.update" }, { value: "group.flow" }] },
    },
    resources: {
      "p:index:Instance": {
        inputProperties: { name: { type: "string" }, block: { $ref: "#/types/p:index:Block" } },
        requiredInputs: [],
        properties: { status: { type: "string" }, events: { items: { type: "string" } } },
        required: ["status"],
        aliases: [{ type: "p:index:Former" }],
      },
    },
    functions: {
      "p:index:get": {
        inputs: { properties: { name: { type: "string" } }, required: [] },
        outputs: { properties: { id: { type: "string" } }, required: ["id"] },
      },
    },
  };

  const INSTANCE = ["resources", "p:index:Instance"];
  const GET = ["functions", "p:index:get"];

  test.each<[what: string, at: string[], value: unknown, broken: string]>([
    ["a configuration key", ["config", "variables", "token"], undefined, "config token: is gone"],
    ["a type", ["types", "p:index:Block"], undefined, "type p:index:Block: is gone"],
    [
      "a value",
      ["types", "p:index:Event", "enum"],
      [{ value: "call.update" }],
      'type p:index:Event: the value "group.flow" is gone',
    ],
    [
      "a field that becomes required",
      ["types", "p:index:Block", "required"],
      ["port"],
      "type p:index:Block: port is required now",
    ],
    ["a resource", INSTANCE, undefined, "resource p:index:Instance: is gone"],
    [
      "an input",
      [...INSTANCE, "inputProperties", "name"],
      undefined,
      "resource p:index:Instance input name: is gone",
    ],
    [
      "an input's type",
      [...INSTANCE, "inputProperties", "block"],
      { type: "string" },
      "resource p:index:Instance input block: was #/types/p:index:Block and is string",
    ],
    [
      "an input that becomes required",
      [...INSTANCE, "requiredInputs"],
      ["name"],
      "resource p:index:Instance: name is required now",
    ],
    [
      "an input that replaces",
      [...INSTANCE, "inputProperties", "name"],
      { type: "string", willReplaceOnChanges: true },
      "resource p:index:Instance input name: replaces the resource now",
    ],
    [
      "an output",
      [...INSTANCE, "properties", "status"],
      undefined,
      "resource p:index:Instance output status: is gone",
    ],
    [
      "what is in a list",
      [...INSTANCE, "properties", "events"],
      { items: { type: "number" } },
      "resource p:index:Instance output events: was list of string and is list of number",
    ],
    [
      "an output that may be absent",
      [...INSTANCE, "required"],
      [],
      "resource p:index:Instance output status: is not always there any more",
    ],
    ["an alias", [...INSTANCE, "aliases"], [], "resource p:index:Instance: the alias p:index:Former is gone"],
    ["a function", GET, undefined, "function p:index:get: is gone"],
    [
      "a function's input that becomes required",
      [...GET, "inputs", "required"],
      ["name"],
      "function p:index:get: name is required now",
    ],
    [
      "a function's result",
      [...GET, "outputs", "properties", "id"],
      undefined,
      "function p:index:get output id: is gone",
    ],
  ])("%s", (_what, at, value, broken) => {
    expect(brokenPromises(before, changed(before, at, value))).toEqual(expect.arrayContaining([broken]));
  });

  test.each<[what: string, at: string[], value: unknown]>([
    ["an input", [...INSTANCE, "inputProperties", "label"], { type: "string" }],
    ["a resource", ["resources", "p:index:Other"], { requiredInputs: ["name"] }],
    ["a type", ["types", "p:index:Other"], { required: ["name"] }],
  ])("and %s more is none", (_what, at, value) => {
    expect(brokenPromises(before, changed(before, at, value))).toEqual([]);
  });
});

/** As long as it is, an update in the account that made an instance costs no listing. */
test.each(folders.flatMap((version) => ["dynamic", "native"].map((face) => `${version}/${face}`)))(
  "%s: the bond with an account is computed as ever",
  (folder) => {
    const { accountToken } = read(`${folder}/scene.json`) as { accountToken: string };
    const { deployment } = read(`${folder}/stack.json`) as { deployment: { resources: Frozen[] } };
    const endpoint = deployment.resources.flatMap(
      ({ inputs = {} }) => inputs["endpoint"] ?? inputs["ryzeapi:endpoint"] ?? [],
    )[0] as string;
    const account = new Service({ caller: "test", notice: () => undefined }).account({
      endpoint,
      token: accountToken,
    });
    const orion = deployment.resources.find(({ id }) => id === "orion");
    expect(orion?.outputs?.["identity"]).toMatchObject({ account: account.seal("frozen-instance-token") });
  },
);

interface Frozen {
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The schema with another value, or with none, at a place. */
function changed(schema: object, [key = "", ...rest]: readonly string[], value: unknown): Schema {
  const { [key]: present, ...others } = schema as Record<string, unknown>;
  const next = rest.length > 0 ? changed(present as object, rest, value) : value;
  return next === undefined ? others : { ...others, [key]: next };
}

function majorOf(version: string): string | undefined {
  return version.split(".")[0];
}

function hasSchema(version: string): boolean {
  return existsSync(new URL(`${version}/schema.json`, FROZEN));
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, FROZEN), "utf8"));
}
