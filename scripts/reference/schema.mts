import { INSTANCE, WEBHOOK, type ResourceDefinition } from "../../provider/definitions/resources.ts";
import type { Comment } from "./comment.mts";
import { exampleSections } from "./examples.mts";
import type { Field, Group, Lookup, Model, Resource } from "./model.mts";
import type { Names } from "./names.mts";
import { pascalCase, type EnumType, type ValueType } from "./types.mts";
import { inAnyLanguage, WHILE_ENABLED } from "./wording.mts";

type Spec = Readonly<Record<string, unknown>>;
type DescribedSpec = Spec & { readonly description: string };

/** What the schema says of the package itself, beside what package.json says. */
const PACKAGE = {
  name: "ryzeapi",
  displayName: "RyzeAPI",
  description:
    "WhatsApp instances on RyzeAPI, with their webhooks, proxies, Chatwoot bridges, settings and S3 storage.",
  keywords: ["category/utility", "kind/native", "ryzeapi", "whatsapp", "chatwoot"],
  homepage: "https://ryzeapi.cloud",
};

function languages(names: Names): Spec {
  return {
    nodejs: { packageName: names.nodejs, respectSchemaVersion: true },
    python: { packageName: names.python, respectSchemaVersion: true, pyproject: { enabled: true } },
    go: {
      importBasePath: names.go,
      respectSchemaVersion: true,
      generateResourceContainerTypes: true,
    },
    csharp: {
      rootNamespace: names.csharpRoot,
      namespaces: { [PACKAGE.name]: names.csharpName },
      respectSchemaVersion: true,
    },
    java: { basePackage: names.javaBase, buildFiles: "gradle" },
  };
}

/** The environment is no default of the schema: programs would read it then, and the token would be in the state. */
const CONFIGURATION = {
  token: {
    type: "string",
    description:
      "Token of the RyzeAPI account (`TokenAccount`). Kept as a secret.\n\n" +
      "Default: the environment variable `RYZEAPI_TOKEN`, which the provider reads itself, so that the token is stored " +
      "nowhere.",
    secret: true,
  },
  endpoint: {
    type: "string",
    description:
      "Address of the service. `http://` is accepted only for a loopback address.\n\n" +
      "Default: the environment variable `RYZEAPI_ENDPOINT`, else `https://ryzeapi.cloud`.",
  },
  protectPaired: {
    type: "boolean",
    description:
      "Whether an instance that is paired with a phone is neither deleted nor replaced. It is looked up when it " +
      "matters.\n\nDefault: false.",
  },
  limitShare: {
    type: "integer",
    description:
      "How many percent of the limits of the account's token the provider takes, from 1 to 100. The rest is left to others.\n\n" +
      "Default: 100.",
  },
  adopt: {
    type: "string",
    description:
      "`unpaired` takes over an instance of the declared name that exists already, if no phone was ever paired with it. " +
      "`never` takes over none that is not declared with `adopt`.\n\nDefault: `never`.",
  },
  driftCheck: {
    type: "string",
    description:
      "`always` has every preview and update begin with a look at what RyzeAPI really has, so that drift is found and repaired " +
      "without `--refresh`, at the price of a listing. It begins with the next creation, update or refresh of a resource. " +
      "`never` looks only where it is asked to.\n\nDefault: `never`.",
  },
};

/** The resource Webhook has that name already, and some languages keep types and resources in one place. */
const TYPE_NAMES: Readonly<Record<string, string>> = { Webhook: "DefaultWebhook" };

/** Of a listing, which is the account's: without it, `pulumi do` has no `list`. */
/** What `pulumi do … list` takes. */
const INSTANCE_QUERY = {
  type: "object",
  properties: {
    name: { type: "string", description: "Only the instance of this name." },
    status: {
      type: "string",
      description: "Only instances whose connection is in this state, such as `connected`.",
    },
  },
};

const WEBHOOK_QUERY = {
  type: "object",
  properties: {
    instance: { type: "string", description: "Name of the instance whose webhooks are listed." },
  },
  required: ["instance"],
};

/** The Pulumi package schema, from which SDKs of other languages are generated. */
export function packageSchema(
  model: Model,
  { version, license }: { version: string; license: string },
  names: Names,
  programOf: (path: string) => string,
): Spec {
  const withExamples = (name: string, spec: DescribedSpec) => ({
    ...spec,
    description: `${spec.description}\n\n${exampleSections(name, programOf)}`,
  });
  const groups = [...model.blocks, model.account, ...model.observed, model.identity, model.summary];
  return {
    ...PACKAGE,
    version,
    license,
    publisher: names.owner,
    repository: names.repository,
    logoUrl: names.fileAtTag(`v${version}`, "docs/images/logo.png"),
    pluginDownloadURL: names.pluginDownloadURL,
    language: languages(names),
    config: { variables: CONFIGURATION },
    types: Object.fromEntries([
      ...groups.map((group) => [tokenOf(typeName(group.name)), objectType(group)] as const),
      ...model.enums.map((each) => [tokenOf(each.name), enumType(each, model)] as const),
    ]),
    provider: withExamples("Provider", {
      description: "The RyzeAPI account that owns the instances of a program.",
      inputProperties: CONFIGURATION,
    }),
    resources: {
      [tokenOf("Instance")]: {
        ...withExamples("Instance", resource(model.instance, INSTANCE)),
        listInputs: INSTANCE_QUERY,
      },
      [tokenOf("Webhook")]: {
        ...withExamples("Webhook", resource(model.webhook, WEBHOOK)),
        listInputs: WEBHOOK_QUERY,
      },
    },
    functions: Object.fromEntries(
      model.lookups.map((lookup) => {
        const name = inAnyLanguage(lookup.name);
        return [tokenOf(name), withExamples(name, lookupFunction(lookup, model))];
      }),
    ),
  };
}

function tokenOf(name: string): string {
  return `${PACKAGE.name}:index:${name}`;
}

function typeName(name: string): string {
  return TYPE_NAMES[name] ?? name;
}

function resource(
  { name, comment, arguments: args, outputs }: Resource,
  { leftOut }: ResourceDefinition,
): DescribedSpec {
  const replaced = new Set(args.filter(({ replaces }) => replaces).map((field) => field.name));
  const output = (field: Field) => ({
    ...field,
    comment: withLeftOut(field, leftOut),
    replaces: replaced.has(field.name),
  });
  return {
    description: described(comment),
    properties: properties(outputs.map(output), { withDefaults: false }),
    ...requiredNames(
      "required",
      outputs.filter((field) => !leftOut.includes(field.name)),
    ),
    inputProperties: properties(args, { withDefaults: true }),
    ...requiredNames("requiredInputs", args),
    aliases: [{ type: `pulumi-nodejs:dynamic/ryzeapi:${name}` }],
  };
}

/** What the package's own SDK fills in again, nobody does for a program in another language. */
function withLeftOut({ name, comment }: Field, leftOut: readonly string[]): Comment {
  if (name === "observed") {
    return { ...comment, text: `${comment.text} What is as declared is left out of it.` };
  }
  return leftOut.includes(name)
    ? { ...comment, text: `${comment.text} Absent where it is empty or false.` }
    : comment;
}

function lookupFunction({ comment, arguments: args }: Lookup, { summary }: Model): DescribedSpec {
  const isOne = args.some(({ name }) => name === "name");
  const all = {
    type: "array",
    items: reference(summary.name),
    description: "Every instance of the account.",
  };
  return {
    description: described(comment),
    inputs: { properties: properties(args, { withDefaults: true }), ...requiredNames("required", args) },
    outputs: isOne
      ? objectType(summary)
      : { type: "object", properties: { instances: all }, required: ["instances"] },
  };
}

/**
 * Without the defaults, which the provider's check fills in: an SDK that fills them in takes the whole object apart, and
 * one field that is secret or unknown makes all of it so.
 */
function objectType({ comment, fields }: Group): Spec {
  return {
    type: "object",
    description: described(comment),
    properties: properties(fields, { withDefaults: false }),
    ...requiredNames("required", fields),
  };
}

function enumType({ name, values }: EnumType, { events, blocks, instance }: Model): Spec {
  const owner = [...blocks.flatMap(({ fields }) => fields), ...instance.arguments].find(
    ({ type }) => type.kind === "enum" && type.of.name === name,
  );
  const comment = name === events.name ? events.comment : owner?.comment;
  return {
    type: "string",
    description: comment && described({ ...comment, default: undefined }),
    enum: values.map((value) => ({ name: pascalCase(value), value })),
  };
}

function properties(fields: readonly Field[], options: { withDefaults: boolean }): Spec {
  return Object.fromEntries(fields.map((field) => [field.name, property(field, options)]));
}

function property(field: Field, { withDefaults }: { withDefaults: boolean }): Spec {
  const description = described(
    field.comment,
    field.presence === "required while enabled" ? WHILE_ENABLED : "",
  );
  return {
    ...typeSpec(field.type),
    ...(description === "" ? {} : { description }),
    ...(withDefaults && field.filledIn !== undefined ? { default: field.filledIn } : {}),
    ...(field.isSecret ? { secret: true } : {}),
    // `replaceOnChanges` would replace whatever the provider says, and a value that is not known yet is no change.
    ...(field.replaces ? { willReplaceOnChanges: true } : {}),
  };
}

function typeSpec(type: ValueType): Spec {
  switch (type.kind) {
    case "list":
      return { type: "array", items: typeSpec(type.of) };
    case "enum":
      return reference(type.of.name);
    case "object":
      return reference(type.name);
    case "integer-or-digits":
      // The type beside `oneOf` is that of the output.
      return { type: "integer", oneOf: [{ type: "integer" }, { type: "string" }] };
    case "string":
    case "boolean":
    case "integer":
      return { type: type.kind };
  }
}

function reference(name: string): Spec {
  return { $ref: `#/types/${tokenOf(typeName(name))}` };
}

function requiredNames(key: string, fields: readonly Field[]): Spec {
  const names = fields.filter(({ presence }) => presence === "required").map(({ name }) => name);
  return names.length === 0 ? {} : { [key]: names };
}

type Described = Omit<Comment, "default"> & { readonly default?: string | undefined };

/** A comment as Markdown, in the words of every language. */
function described(comment: Described, requirement = ""): string {
  const whose = comment.isServiceDefault ? "RyzeAPI's default" : "Default";
  const paragraphs = [
    comment.text,
    requirement,
    comment.throws === undefined ? "" : `Fails ${comment.throws}`,
    comment.default === undefined ? "" : `${whose}: ${comment.default}.`,
    comment.source === undefined ? "" : `Source: ${comment.source}`,
  ];
  return inAnyLanguage(paragraphs.filter((paragraph) => paragraph !== "").join("\n\n"));
}
