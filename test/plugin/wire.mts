import structs from "google-protobuf/google/protobuf/struct_pb.js";

import type { Values } from "../../provider/values.ts";

/** How the protocol spells an unknown value, and marks a secret: written down here once more, not taken from the plugin. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export function secret(value: unknown): Values {
  return { [SIGNATURE]: SECRET, value };
}

export function struct(values: Values): structs.Struct {
  type Members = Parameters<typeof structs.Struct.fromJavaScript>[0];
  return structs.Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Members);
}

/** The properties as they stand on the wire, secrets marked. */
export function plain(values: structs.Struct | undefined): Values {
  return (values ?? new structs.Struct()).toJavaScript();
}

/** What of the properties is not marked as a secret, as JSON: where a secret in clear would show. */
export function inClear(values: Values): string {
  return JSON.stringify(values, (_key, value: unknown) =>
    typeof value === "object" && value !== null && SIGNATURE in value ? "[secret]" : value,
  );
}
