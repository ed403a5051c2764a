import { ARGUMENT_NAMES } from "../../provider/lifecycle/arguments.ts";
import type { Block as RegisteredBlock } from "../../provider/blocks/block.ts";
import { EVENTS } from "../../provider/blocks/fields.ts";
import { BLOCKS } from "../../provider/blocks/index.ts";
import { webhookSchema } from "../../provider/lifecycle/webhook.ts";
import type { Block, Field, Model } from "./model.mts";

type Filled = Readonly<Record<string, string | number | boolean>>;

/** What the check of a block fills in. */
export function filledIn(argument: string): Filled {
  const block = BLOCKS.find(({ name }) => name === argument);
  if (!block?.fields.includes("enabled")) return {};
  const off = block.schema.parse({ enabled: false }) as Filled;
  return { ...off, enabled: true };
}

/**
 * Where the SDK's types and comments say something else than the provider does.
 *
 * @param results The fields of each block in the outputs.
 */
export function contradictions(
  model: Omit<Model, "enums">,
  results: ReadonlyMap<string, readonly string[]>,
): string[] {
  return [
    ...different("arguments of RyzeInstance", names(model.instance.arguments), ARGUMENT_NAMES),
    ...unaccepted(model.webhook.arguments),
    ...different("values of RyzeEvent", model.events.values, EVENTS),
    ...BLOCKS.flatMap((registered) => {
      const block = model.blocks.find(({ argument }) => argument === registered.name);
      return block ? inBlock(block, registered, results.get(block.argument) ?? []) : [];
    }),
    ...[model.instance.arguments, model.webhook.arguments, model.account.fields].flatMap((fields) => [
      ...fields.flatMap(withoutDefault),
      ...fields.flatMap(openToken),
    ]),
  ];
}

function inBlock(block: Block, registered: RegisteredBlock, results: readonly string[]): string[] {
  const of = (what: string) => `${what} of the block ${block.argument}`;
  const documented = names(block.fields);
  return [
    ...different(of("fields"), documented, registered.fields),
    ...different(of("fields"), results, registered.fields, "sdk/results.ts"),
    ...different(of("secrets"), names(block.fields.filter(({ isSecret }) => isSecret)), registered.secrets),
    ...different(
      of("required fields"),
      names(block.fields.filter(({ presence }) => presence !== "optional")),
      requiredIn(registered),
    ),
    ...block.fields.flatMap((field) => inField(of(`the field ${field.name}`), field, registered)),
  ];
}

function inField(what: string, field: Field, { schema }: RegisteredBlock): string[] {
  const accepts = (value: unknown) => issuesAt(field.name, schema.safeParse({ [field.name]: value })) === 0;
  const type = field.type.kind === "list" ? field.type.of : field.type;
  const wrap = (value: unknown) => (field.type.kind === "list" ? [value] : value);
  const isFilledIn = field.comment.default !== undefined && /^`(true|false)`$/.test(field.comment.default);
  const documented = isFilledIn && !field.comment.isServiceDefault ? field.comment.default : undefined;
  const filled = field.filledIn === undefined ? undefined : `\`${String(field.filledIn)}\``;
  return [
    ...withoutDefault(field),
    ...(documented === filled
      ? []
      : [
          `${what}: the comment gives the default ${String(documented)}, the check fills in ${String(filled)}`,
        ]),
    ...(type.kind === "enum" && !type.of.values.every((value) => accepts(wrap(value)))
      ? [`${what}: the check refuses one of ${type.of.values.join(", ")}`]
      : []),
    ...(type.kind === "integer" && accepts(1.5) ? [`${what}: the check accepts 1.5`] : []),
  ];
}

/** Every argument either has to be given, or its comment says what it is otherwise. */
function withoutDefault({ name, presence, comment }: Field): string[] {
  const isOptional = presence === "optional";
  if (isOptional === (comment.default !== undefined)) return [];
  return [
    isOptional
      ? `the comment of the optional argument ${name} gives no default`
      : `the comment of the required argument ${name} gives a default`,
  ];
}

/** No registry says which arguments outside the blocks are secrets; those named token are. */
function openToken({ name, isSecret }: Field): string[] {
  return name === "token" && !isSecret
    ? ["the comment of an argument token does not say that it is kept as a secret"]
    : [];
}

function requiredIn({ schema, fields }: RegisteredBlock): string[] {
  const result = schema.safeParse({});
  return fields.filter((field) => issuesAt(field, result) > 0);
}

/** The check of RyzeWebhook does not tell its names: it is asked about each. */
function unaccepted(documented: readonly Field[]): string[] {
  return documented.flatMap(({ name }) => {
    const issues = webhookSchema.safeParse({ enabled: false, [name]: null }).error?.issues ?? [];
    const isUnknown = issues.some(({ code }) => code === "unrecognized_keys");
    return isUnknown ? [`arguments of RyzeWebhook: the check knows no ${name}`] : [];
  });
}

function issuesAt(field: string, result: ReturnType<RegisteredBlock["schema"]["safeParse"]>): number {
  return result.error?.issues.filter(({ path }) => path[0] === field).length ?? 0;
}

function different(
  what: string,
  documented: readonly string[],
  registered: readonly string[],
  where = "the SDK",
): string[] {
  const missing = registered.filter((name) => !documented.includes(name));
  const surplus = documented.filter((name) => !registered.includes(name));
  return [
    ...missing.map((name) => `${what}: ${where} lacks ${name}`),
    ...surplus.map((name) => `${what}: the provider knows no ${name}, which ${where} has`),
  ];
}

function names(fields: readonly Field[]): string[] {
  return fields.map(({ name }) => name);
}
