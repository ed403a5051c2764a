import type { Values } from "./fleet.mts";

/** Bytes of one resource's JSON without white space, secrets encrypted. */
export interface StateSize {
  readonly total: number;
  /** The provider's code, which stands in the inputs and in the outputs; their mean, with the key. */
  readonly providerCopy: number;
  /** What the provider keeps beside arguments and what RyzeAPI tells: its own code, and what it knows of the instance. */
  readonly added: number;
}

interface ResourceState {
  readonly urn: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

interface StateFile {
  readonly checkpoint: { readonly latest: { readonly resources: readonly ResourceState[] } };
}

/** Takes the text of a state's file. */
export function stateSize(file: string, name: string): StateSize {
  const { checkpoint } = JSON.parse(file) as StateFile;
  const resource = checkpoint.latest.resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (resource === undefined) throw new Error(`the stack has no resource "${name}"`);
  const inputs = bytes(omit(resource.inputs, ["__provider"]));
  const outputs = bytes(omit(resource.outputs, ["__provider"]));
  const copies = bytes(resource.inputs) - inputs + (bytes(resource.outputs) - outputs);
  const own = Object.keys(resource.outputs).filter((key) => !(key in resource.inputs) && !TOLD.includes(key));
  const added = copies + outputs - bytes(omit(resource.outputs, ["__provider", ...own]));
  return { total: bytes(resource), providerCopy: copies / 2, added };
}

/** Outputs that are RyzeAPI's answer. */
const TOLD = ["token", "status", "numberJid"];

function omit(properties: Values, keys: readonly string[]): Values {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

function bytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
