import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { isObject, type Values } from "../../values.ts";

/** Where a value stands: names of members. What lies in a list has the list's path. */
export type Path = readonly string[];

/** Properties as the engine sends them: plain values, and which of them are secret. */
export interface Properties {
  readonly values: Values;
  readonly secrets: readonly Path[];
}

/**
 * How the wire marks a secret
 * [docs: https://www.pulumi.com/docs/iac/guides/building-extending/providers/implementers/data-and-control-flow/].
 * Unknown values are strings there, and `isUnknown` knows them.
 */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Reads properties off the wire. */
export function propertiesIn(struct: structs.Struct | undefined): Properties {
  const secrets: Path[] = [];
  const values = struct === undefined ? {} : readObject(struct, [], secrets);
  return { values, secrets };
}

/** Properties for the wire, marked secret at each of the paths where something stands. */
export function structOf(values: Values, secrets: readonly Path[]): structs.Struct {
  type Members = Parameters<typeof structs.Struct.fromJavaScript>[0];
  return structs.Struct.fromJavaScript(marked(values, marksAt(secrets)) as Members);
}

function readObject(struct: structs.Struct, path: Path, secrets: Path[]): Values {
  // Entries, so that a member of the name __proto__ is one like any other.
  const entries: [string, unknown][] = [];
  struct.getFieldsMap().forEach((value, key) => {
    entries.push([key, readValue(value, [...path, key], secrets)]);
  });
  return Object.fromEntries(entries);
}

function readValue(value: structs.Value, path: Path, secrets: Path[]): unknown {
  const { KindCase } = structs.Value;
  switch (value.getKindCase()) {
    case KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case KindCase.STRING_VALUE:
      return value.getStringValue();
    case KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map((element) =>
        readValue(element, path, secrets),
      );
    case KindCase.STRUCT_VALUE:
      return readStruct(value.getStructValue() ?? new structs.Struct(), path, secrets);
    case KindCase.NULL_VALUE:
    case KindCase.KIND_NOT_SET:
      return null;
  }
}

function readStruct(struct: structs.Struct, path: Path, secrets: Path[]): unknown {
  const fields = struct.getFieldsMap();
  if (fields.get(SIGNATURE_KEY)?.getStringValue() !== SECRET_SIGNATURE)
    return readObject(struct, path, secrets);
  secrets.push(path);
  const content = fields.get("value");
  return content === undefined ? null : readValue(content, path, secrets);
}

/** The secrets among a value's members: as a tree, since a program may have made each of a million of them one. */
interface Marks {
  isSecret: boolean;
  readonly members: Map<string, Marks>;
}

function marksAt(secrets: readonly Path[]): Marks {
  const root: Marks = { isSecret: false, members: new Map() };
  for (const path of secrets) {
    let marks = root;
    for (const key of path) {
      const below = marks.members.get(key) ?? { isSecret: false, members: new Map<string, Marks>() };
      marks.members.set(key, below);
      marks = below;
    }
    marks.isSecret = true;
  }
  return root;
}

function marked(value: unknown, marks?: Marks): unknown {
  if (marks?.isSecret) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: marked(value) };
  // What is no Unicode cannot be written, and would cost the whole answer.
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map((element) => marked(element));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.toWellFormed(),
      marked(member, marks?.members.get(key)),
    ]),
  );
}
