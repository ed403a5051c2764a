import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";

import packageManifest from "../../package.json" with { type: "json" };
import { namesOf } from "../../scripts/reference/names.mts";
import { repository, run } from "../../scripts/release/run.mts";
import { buildGenerators } from "../../scripts/release/sdks.mts";
import { stackEnvironment } from "../support/stack-environment.mts";
import { pulumiWithPlugin } from "./tools.mts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const TEMPLATES = join(repository, "templates");
const names = (await readdir(TEMPLATES, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

let folder = "";
let hosts = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  // Of a language host `pulumi new` asks what it can do, even where it does not let it do anything.
  hosts = await buildGenerators(join(folder, "hosts"));
  return () => rm(folder, { recursive: true });
});

/** Pulumi's registry need not know the plugin. */
const PLUGIN = {
  source: "ryzeapi",
  version: packageManifest.version,
  pluginDownloadURL: namesOf(packageManifest).pluginDownloadURL,
};

interface Project {
  readonly packages?: unknown;
  readonly template: {
    readonly displayName: string;
    readonly config: Record<string, { readonly secret?: boolean; readonly default?: string }>;
  };
}

test("every template stands in the list", async () => {
  const list = await readFile(join(TEMPLATES, "README.md"), "utf8");
  expect([...list.matchAll(/^\| \[(\S+)\]\(\1\/\)/gm)].map(([, name]) => name).toSorted()).toEqual(names);
});

test.each(names)("%s asks for the account, and makes a project of its own name", async (template) => {
  const manifest = parse(await readFile(join(TEMPLATES, template, "Pulumi.yaml"), "utf8")) as Project;
  expect(manifest.template.config).toMatchObject({
    "ryzeapi:token": { secret: true },
    "ryzeapi:endpoint": { default: "https://ryzeapi.cloud" },
  });
  // Those for Node.js install the package instead.
  const isForNode = (await readdir(join(TEMPLATES, template))).includes("package.json");
  expect(manifest.packages).toEqual(isForNode ? undefined : { ryzeapi: PLUGIN });
  const { command, environment } = pulumiWithPlugin();
  const project = join(folder, template);
  const options = ["--generate-only", "--yes", "--name", "orion-and-vega", "--dir", project];
  await run(command, ["new", join(TEMPLATES, template), ...options], folder, {
    ...{ ...environment, ...stackEnvironment(folder), PULUMI_HOME: join(folder, "home") },
    PATH: [hosts, environment["PATH"]].join(delimiter),
  });
  const files = await readdir(project);
  expect(files).toEqual(
    expect.arrayContaining((await readdir(join(TEMPLATES, template))).filter((name) => name !== "README.md")),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(project, file), "utf8")));
  expect(texts.join("\n")).not.toMatch(/\$\{(?:PROJECT|DESCRIPTION)\}/);
  expect(texts.join("\n")).toContain("orion-and-vega");
});
