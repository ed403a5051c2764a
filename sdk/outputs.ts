import type { ResourceDefinition } from "../provider/definitions/resources.ts";

/** Pulumi makes an output of what is named among the inputs alone, and a program may read each of them. */
export function unsetOutputs(resource: ResourceDefinition): Record<string, undefined> {
  return Object.fromEntries([...resource.arguments, ...resource.computed].map((name) => [name, undefined]));
}
