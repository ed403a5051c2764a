import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";

import manifest from "../../package.json" with { type: "json" };
import { namesOf } from "../../scripts/reference/names.mts";
import { repository } from "../package/packed.mts";
import { exampleNames, manifestOf } from "./installed.mts";
import { examples } from "./project.mts";

const read = async (...path: string[]) => readFile(join(examples, ...path), "utf8");
/** Examples begin with the SDK that they were tried with: the package's own range goes further back. */
const sdk = JSON.parse(
  await readFile(join(repository, "node_modules/@pulumi/pulumi/package.json"), "utf8"),
) as { version: string };

test("every example is a project like the others, and stands in the list", async () => {
  const list = await readFile(join(examples, "README.md"), "utf8");
  expect([...list.matchAll(/^\| \[(\S+)\]\(\1\/\)/gm)].map(([, name]) => name).sort()).toEqual(
    exampleNames.sort(),
  );
  const quickstart = JSON.parse(await read("quickstart", "tsconfig.json")) as { compilerOptions: object };
  for (const name of exampleNames) {
    const isPolicy = name === "policy";
    expect(parse(await read(name, isPolicy ? "PulumiPolicy.yaml" : "Pulumi.yaml"))).toMatchObject({
      ...(isPolicy ? {} : { name: `ryzeapi-${name}` }),
      description: expect.any(String) as string,
    });
    expect(await read(name, "README.md")).toMatch(new RegExp(`^# ${name}\n`));
    expect(JSON.parse(await read(name, "tsconfig.json"))).toMatchObject(quickstart);
    const { dependencies, devDependencies } = await manifestOf(name);
    const tried = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      "@pulumi/pulumi": `^${sdk.version}`,
      "pulumi-ryzeapi": "^0.1.0",
      "@types/node": "^22.0.0",
    };
    expect(tried).toMatchObject({ ...dependencies, ...devDependencies });
  }
});

test("the component for every language is a project too, and needs the plugin of this version", async () => {
  const example = "aws-s3-chatwoot";
  const { packages } = parse(await read(example, "component", "PulumiPlugin.yaml")) as { packages: unknown };
  const { pluginDownloadURL } = namesOf(manifest);
  expect(packages).toEqual({ ryzeapi: { source: "ryzeapi", version: manifest.version, pluginDownloadURL } });
  const { dependencies, devDependencies } = await manifestOf(join(example, "component"));
  expect({ ...(await manifestOf(example)).dependencies }).toMatchObject(dependencies);
  expect((await manifestOf(example)).devDependencies).toEqual(devDependencies);
  const { config } = parse(await read(example, "Pulumi.yaml")) as { config: unknown };
  expect(parse(await read(example, "python", "Pulumi.yaml"))).toMatchObject({ config });
});

test("the quickstart is the same project in the root and in its folder", async () => {
  const { main, ...project } = parse(await readFile(join(repository, "Pulumi.yaml"), "utf8")) as {
    main: string;
  };
  expect(main).toBe("examples/quickstart/");
  expect(parse(await read("quickstart", "Pulumi.yaml"))).toEqual(project);
});

test("a README sets what its program requires and Pulumi.yaml does not", async () => {
  for (const name of exampleNames.filter((each) => each !== "policy")) {
    const required = [...(await read(name, "index.ts")).matchAll(/\.require\w*(?:<.*>)?\(\s*"(\w+)"/g)];
    const { config = {} } = parse(await read(name, "Pulumi.yaml")) as {
      config?: Record<string, { default?: unknown }>;
    };
    const set = [...(await read(name, "README.md")).matchAll(/config set (?:--secret )?(?:--path )?(\w+)/g)];
    const wanted = required.map(([, key = ""]) => key).filter((key) => config[key]?.default === undefined);
    expect(
      set.map(([, key]) => key),
      name,
    ).toEqual(expect.arrayContaining(wanted));
  }
});
