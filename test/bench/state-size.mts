import type { Values } from "./fleet.mts";

/** Bytes of one resource's JSON without white space, secrets encrypted. */
export interface StateSize {
  readonly total: number;
  /** The provider's code, which stands in the inputs and in the outputs; their mean, with the key. */
  readonly providerCopy: number;
  readonly inputs: number;
  readonly outputs: number;
  /** What the engine itself keeps: URN, stack trace, times, … */
  readonly engine: number;
}

interface ResourceState {
  readonly urn: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** Takes what `pulumi stack export` prints. */
export function stateSize(exported: string, name: string): StateSize {
  const { deployment } = JSON.parse(exported) as { deployment: { resources: ResourceState[] } };
  const resource = deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (resource === undefined) throw new Error(`the stack has no resource "${name}"`);
  const total = bytes(resource);
  const inputs = bytes(withoutProvider(resource.inputs));
  const outputs = bytes(withoutProvider(resource.outputs));
  const copies = bytes(resource.inputs) - inputs + (bytes(resource.outputs) - outputs);
  return { total, providerCopy: copies / 2, inputs, outputs, engine: total - inputs - outputs - copies };
}

function withoutProvider(properties: Values): Values {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => key !== "__provider"));
}

function bytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
