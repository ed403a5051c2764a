import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { ProjectCopy } from "./project-copy.mts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** All that the recipe of docs/architecture.md asks for. */
const FIELD = `
  /**
   * Key that the objects are encrypted with. Kept as a secret.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  encryptionKey: text().secret(),
};
`;

const PROGRAM = `
import { BLOCKS } from "./provider/blocks/index.ts";
import { INSTANCE } from "./provider/definitions/resources.ts";

const s3 = BLOCKS.find(({ name }) => name === "s3");
const others = { region: "r", bucket: "b", accessKey: "a", secretKey: "s" };
console.log(JSON.stringify({
  accepted: s3.schema.safeParse({ ...others, encryptionKey: "k" }).success,
  refused: s3.schema.safeParse({ ...others, encryptionKey: "" }).error.issues[0].path,
  created: s3.createFields({ encryptionKey: "k" }),
  requested: s3.requestOf({ encryptionKey: "k" }),
  observed: s3.observe({ encryptionKey: "k" }),
  secret: INSTANCE.secrets.some((path) => path.join(".") === "s3.encryptionKey"),
}));
`;

const TYPES = `
import type { RyzeInstanceArgs } from "./sdk/arguments.ts";
import type { ObservedBlocks, S3 } from "./sdk/results.ts";

const others = { region: "r", bucket: "b", accessKey: "a", secretKey: "s" };
export const accepted: RyzeInstanceArgs = { s3: { ...others, encryptionKey: "k" } };
export const read = (s3: S3): string | undefined => s3.encryptionKey;
// @ts-expect-error: another type
export const otherType: RyzeInstanceArgs = { s3: { ...others, encryptionKey: 1 } };
// @ts-expect-error: a misspelt name
export const misspelt: RyzeInstanceArgs = { s3: { ...others, encryptonKey: "k" } };
// @ts-expect-error: a secret is never observed
export const observed = (blocks: ObservedBlocks): unknown => blocks.s3?.encryptionKey;
`;

let copy: ProjectCopy;

beforeAll(async () => {
  copy = await ProjectCopy.make();
  await copy.edit("provider/definitions/s3.ts", "\n};\n", FIELD);
});

afterAll(() => copy.remove());

test("a field that is declared once is checked, sent, read and kept secret", async () => {
  await copy.write("program.mts", PROGRAM);
  expect(JSON.parse(await copy.run("program.mts"))).toEqual({
    accepted: true,
    refused: ["encryptionKey"],
    created: { s3EncryptionKey: "k" },
    requested: { encryptionKey: "k" },
    observed: { encryptionKey: "k" },
    secret: true,
  });
});

test("programs can pass and read it, and nothing else in its place compiles", async () => {
  await copy.compile(TYPES);
});

test("the reference and the plugin's schema have it", async () => {
  expect(await copy.run("scripts/reference/main.mts")).toContain("docs/blocks/s3.md");
  expect(await copy.read("docs/blocks/s3.md")).toMatch(/`encryptionKey` +\| string +\| none +\| yes +\|/);
  const schema = await copy.read("provider/faces/plugin/schema.json");
  const { types } = JSON.parse(schema) as { types: Record<string, { properties: Record<string, object> }> };
  expect(types["ryzeapi:index:S3"]?.properties["encryptionKey"]).toMatchObject({
    type: "string",
    secret: true,
  });
});
