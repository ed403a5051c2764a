/** A Pulumi schema, as far as a program or a state relies on it. */
export interface Schema {
  readonly config?: { readonly variables?: Properties };
  readonly types?: Readonly<Record<string, TypeDefinition>>;
  readonly resources?: Readonly<Record<string, Resource>>;
  readonly functions?: Readonly<Record<string, FunctionDefinition>>;
}

type Properties = Readonly<Record<string, Property>>;

interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly oneOf?: readonly Property[];
  readonly willReplaceOnChanges?: boolean;
}

interface Group {
  readonly properties?: Properties;
  readonly required?: readonly string[];
}

interface TypeDefinition extends Group {
  readonly enum?: readonly { readonly value: unknown }[];
}

interface Resource extends Group {
  readonly inputProperties?: Properties;
  readonly requiredInputs?: readonly string[];
  readonly aliases?: readonly { readonly type: string }[];
}

interface FunctionDefinition {
  readonly inputs?: Group;
  readonly outputs?: Group;
}

/** What worked with the schema `before` and does not with the one of `now`, one line each; additions break nothing. */
export function brokenPromises(before: Schema, now: Schema): string[] {
  return [
    ...properties("config", before.config?.variables, now.config?.variables),
    ...members("type", before.types, now.types, brokenType),
    ...members("resource", before.resources, now.resources, brokenResource),
    ...members("function", before.functions, now.functions, (name, was, is) => [
      ...properties(`${name} input`, was.inputs?.properties, is.inputs?.properties),
      ...newlyRequired(name, was.inputs?.required, is.inputs?.required),
      ...results(name, was.outputs ?? {}, is.outputs ?? {}),
    ]),
  ];
}

function brokenType(name: string, was: TypeDefinition, is: TypeDefinition): string[] {
  const values = is.enum?.map(({ value }) => value);
  return [
    ...properties(name, was.properties, is.properties),
    ...newlyRequired(name, was.required, is.required),
    ...(was.enum ?? []).flatMap(({ value }) =>
      values?.includes(value) ? [] : [`${name}: the value ${JSON.stringify(value)} is gone`],
    ),
  ];
}

function brokenResource(name: string, was: Resource, is: Resource): string[] {
  const aliases = is.aliases?.map(({ type }) => type);
  return [
    ...properties(`${name} input`, was.inputProperties, is.inputProperties),
    ...newlyRequired(name, was.requiredInputs, is.requiredInputs),
    ...results(name, was, is),
    ...(was.aliases ?? []).flatMap(({ type }) =>
      aliases?.includes(type) ? [] : [`${name}: the alias ${type} is gone`],
    ),
  ];
}

/** What a program reads must be there still, and as surely as before. */
function results(name: string, was: Group, is: Group): string[] {
  return [
    ...properties(`${name} output`, was.properties, is.properties),
    ...(was.required ?? []).flatMap((output) =>
      is.required?.includes(output) ? [] : [`${name} output ${output}: is not always there any more`],
    ),
  ];
}

function newlyRequired(name: string, was: readonly string[] = [], is: readonly string[] = []): string[] {
  return is.flatMap((each) => (was.includes(each) ? [] : [`${name}: ${each} is required now`]));
}

function properties(owner: string, was: Properties | undefined, is: Properties | undefined): string[] {
  return members(owner, was, is, (name, old, present) => [
    ...(typeOf(old) === typeOf(present) ? [] : [`${name}: was ${typeOf(old)} and is ${typeOf(present)}`]),
    ...(present.willReplaceOnChanges && !old.willReplaceOnChanges
      ? [`${name}: replaces the resource now`]
      : []),
  ]);
}

function members<T>(
  kind: string,
  was: Readonly<Record<string, T>> = {},
  is: Readonly<Record<string, T>> = {},
  compare: (name: string, was: T, is: T) => string[],
): string[] {
  return Object.entries(was).flatMap(([name, old]) => {
    const present = is[name];
    return present === undefined ? [`${kind} ${name}: is gone`] : compare(`${kind} ${name}`, old, present);
  });
}

function typeOf({ type, $ref, items, additionalProperties, oneOf }: Property): string {
  if (oneOf !== undefined) return oneOf.map(typeOf).sort().join(" | ");
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (additionalProperties !== undefined) return `map of ${typeOf(additionalProperties)}`;
  return $ref ?? type ?? "nothing";
}
