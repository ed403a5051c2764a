import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";

import { BLOCKS } from "../../provider/blocks/index.ts";
import type { Traits } from "../../provider/definitions/field.ts";
import { proxyFields } from "../../provider/definitions/proxy.ts";
import { requireTrue, type Comment } from "../../scripts/reference/comment.mts";
import { generatedFiles, outdated } from "../../scripts/reference/files.mts";
import { readModel } from "../../scripts/reference/read-model.mts";

const SCHEMA = "provider/faces/plugin/schema.json";

interface Schema {
  readonly types: Record<string, { properties?: Record<string, { secret?: boolean }> }>;
}

describe("what is generated from the doc comments", () => {
  let files: ReadonlyMap<string, string>;
  beforeAll(async () => {
    files = await generatedFiles();
  }, 60_000);

  test("is current; otherwise `npm run reference` writes it", async () => {
    expect(await outdated(files)).toEqual([]);
  });

  test("is out of date where a text differs or a page is no longer generated", async () => {
    const others = new Map(files).set("docs/blocks/proxy.md", "another text");
    others.delete("docs/blocks/s3.md");
    expect(await outdated(others)).toEqual(
      expect.arrayContaining(["docs/blocks/proxy.md", "docs/blocks/s3.md"]),
    );
  });

  test.each(BLOCKS.map((block) => [block.name, block] as const))(
    "shows every field of the block %s and its secrets",
    (name, { fields, secrets }) => {
      const rows = tableOf(files.get(`docs/blocks/${name}.md`) ?? "");
      expect(rows.map(([field]) => field)).toEqual(fields);
      expect(rows.filter(([, , , secret]) => secret === "yes").map(([field]) => field)).toEqual(secrets);
      const { properties = {} } = schemaType(name);
      expect(Object.keys(properties)).toEqual(fields);
      expect(Object.keys(properties).filter((field) => properties[field]?.secret)).toEqual(secrets);
    },
  );

  function schemaType(block: string): Schema["types"][string] {
    const { types } = JSON.parse(files.get(SCHEMA) ?? "") as Schema;
    const name = block === "webhook" ? "DefaultWebhook" : block.charAt(0).toUpperCase() + block.slice(1);
    return types[`ryzeapi:index:${name}`] ?? {};
  }
});

describe("a doc comment that contradicts its definition is refused", () => {
  const model = readModel();
  const commentOf = (name: string) => model.blocks[0]?.fields.find((field) => field.name === name)?.comment;
  const { host, password, reconnect } = proxyFields;

  test.each<[what: string, comment: Comment | undefined, traits: Traits, message: string]>([
    ["none", undefined, host.traits, "The field it has no doc comment."],
    ["no secret", commentOf("username"), password.traits, "disagrees about its secrecy"],
    ["a secret", commentOf("password"), host.traits, "disagrees about its secrecy"],
    ["optional", commentOf("username"), host.traits, "disagrees about being required"],
    ["required", commentOf("host"), reconnect.traits, "disagrees about being required"],
    ["another default", commentOf("username"), reconnect.traits, "gives another default than `true`"],
    ["no replacement", commentOf("host"), { ...host.traits, replaces: true }, "disagrees about replacement"],
  ])("%s", (_what, comment, traits, message) => {
    expect(() => requireTrue("it", comment, traits)).toThrow(message);
  });
});

describe("the package schema, bound by the real Pulumi CLI", () => {
  const cli = inject("pulumiCli");

  test("is valid", async () => {
    expect(await bind(await readFile(SCHEMA, "utf8"))).toMatch(/no language plugin 'pulumi-language-none'/);
  });

  test("would be refused otherwise", async () => {
    const broken = (await readFile(SCHEMA, "utf8")).replace('"type": "boolean"', '"type": "flag"');
    expect(await bind(broken)).toMatch(/protectPaired\/type: value must be one of "boolean"/);
  });

  test("refers only to types that it has", async () => {
    const text = await readFile(SCHEMA, "utf8");
    const { types } = JSON.parse(text) as Schema;
    const references = [...text.matchAll(/"#\/types\/([^"]+)"/g)].map(([, token]) => token);
    expect(references.filter((token) => types[token ?? ""] === undefined)).toEqual([]);
  });

  /** A schema is bound before the language is looked for, which exists nowhere: what the CLI says is about one of them. */
  async function bind(schema: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "schema-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "schema.json");
    await writeFile(file, schema);
    const args = ["package", "gen-sdk", file, "--language", "none", "--out", join(folder, "sdk")];
    const env = { ...process.env, ...cli.env, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
    try {
      return (await promisify(execFile)(cli.command, args, { env })).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return stdout + stderr;
    }
  }
});

/** The rows of the first table, without marks. */
function tableOf(page: string): string[][] {
  const lines = page.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) => line.split(" | ").map((cell) => cell.replaceAll(/[|`]/g, "").trim()));
}
