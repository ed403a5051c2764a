import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";

import { atLeast, oldestUsable } from "../../scripts/pulumi-cli/version.mts";

const EXAMPLE = fileURLToPath(new URL("../../examples/gitops/", import.meta.url));

/** Where the operator publishes what it takes; its version is the one that the example's README names. */
const SCHEMA =
  "https://raw.githubusercontent.com/pulumi/pulumi-kubernetes-operator/v2.9.0/deploy/crds/pulumi.com_stacks.yaml";

interface SecretReference {
  readonly secret: { readonly name: string; readonly key: string };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly stack: string;
    readonly serviceAccountName: string;
    readonly envRefs: Record<string, SecretReference>;
    readonly secretsRef: Record<string, SecretReference>;
    readonly workspaceTemplate: { readonly spec: { readonly image: string } };
    readonly target: { readonly name: string };
    readonly data: readonly { readonly secretKey: string }[];
  };
}

const folder = `${EXAMPLE}operator/`;
const texts = await Promise.all((await readdir(folder)).map((file) => readFile(folder + file, "utf8")));
const manifests = texts.flatMap((text) => parseAllDocuments(text).map((each) => each.toJS() as Manifest));

function one(kind: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (found === undefined) throw new Error(`${folder} has no ${kind}.`);
  return found;
}

describe("the manifests for the Pulumi Kubernetes Operator", () => {
  test("fit the operator's schema, which knows every field", async ({ skip }) => {
    const answer = await fetch(SCHEMA, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    if (!answer?.ok) skip(`the operator's schema cannot be had here: ${SCHEMA}`);
    const { spec } = parse((await answer?.text()) ?? "") as {
      spec: { versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
    };
    const schema = spec.versions.find(({ name }) => name === "v1")?.schema.openAPIV3Schema ?? {};
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(closed(schema));
    expect(validate(one("Stack")), JSON.stringify(validate.errors)).toBe(true);
    const misspelt = structuredClone(one("Stack")) as { spec: object };
    Object.assign(misspelt.spec, { destroyOnFinalise: false });
    expect(validate(misspelt)).toBe(false);
  });

  test("name what there is: the project, its configuration, the secrets, the account, the tested CLI", async () => {
    const { spec, metadata } = one("Stack");
    const project = parse(await readFile(`${EXAMPLE}Pulumi.yaml`, "utf8")) as { name: string };
    expect(spec.stack.split("/").slice(1)).toEqual([project.name, "production"]);
    const [, version = ""] =
      /^pulumi\/pulumi:([\d.]+)-nonroot$/.exec(spec.workspaceTemplate.spec.image) ?? [];
    expect(atLeast(version, oldestUsable), version).toBe(true);
    expect(one("ServiceAccount").metadata).toEqual({
      name: spec.serviceAccountName,
      namespace: metadata.namespace,
    });

    const program = await readFile(`${EXAMPLE}index.ts`, "utf8");
    const needed = [...program.matchAll(/config\.requireSecret\("(\w+)"\)/g)].map(([, key]) => key);
    expect(Object.keys(spec.secretsRef)).toEqual(needed.map((key) => `${project.name}:${key}`));

    const { target, data } = one("ExternalSecret").spec;
    const references = [...Object.values(spec.envRefs), ...Object.values(spec.secretsRef)];
    expect(references.map(({ secret }) => secret)).toEqual(
      data.map(({ secretKey }) => ({ name: target.name, key: secretKey })),
    );
  });
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly [keyword: string]: unknown;
}

/** As the API server has it with strict validation: a field that the schema does not name is an error. */
function closed(schema: Schema): Schema {
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) return {};
  const { properties, items, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(items && { items: closed(items) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: closed(additionalProperties) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)])),
      additionalProperties: false,
    }),
  };
}
