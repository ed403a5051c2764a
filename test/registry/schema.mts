import { read } from "../docs/pages.mts";

export interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
}

type Properties = Readonly<Record<string, Property>>;

interface ObjectType {
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly name: string; readonly value: string }[];
}

/** What the tests here read of the package schema. */
export interface Schema {
  readonly types: Readonly<Record<string, ObjectType>>;
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly inputProperties: Properties;
        readonly requiredInputs?: readonly string[];
        readonly properties: Properties;
      }
    >
  >;
  readonly provider: { readonly description: string; readonly inputProperties: Properties };
  readonly functions: Readonly<
    Record<
      string,
      { readonly description: string; readonly inputs: ObjectType; readonly outputs: ObjectType }
    >
  >;
}

export function schema(): Schema & Readonly<Record<string, unknown>> {
  return JSON.parse(read("provider/faces/plugin/schema.json")) as Schema & Record<string, unknown>;
}
