import { setImmediate as turn } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

/** How Pulumi marks a secret; one member that is secret makes the whole object so. */
export const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** The types of those that were there by then. */
  readonly finished: readonly string[];
}

/** What stands in for an engine, for clouds that cannot be had here. */
export interface Mocked {
  /** Of the project "mocked". */
  readonly configuration: Readonly<Record<string, string>>;
  /** Which of it is kept as a secret. */
  readonly secrets: readonly string[];
  /** What the clouds would say, by the type of the resource. */
  readonly outputs: Readonly<Record<string, (name: string) => object>>;
}

/** What the program registers, in its order. */
export async function registered(
  { configuration, secrets, outputs }: Mocked,
  program: () => Promise<unknown>,
): Promise<Registered[]> {
  const resources: Registered[] = [];
  const finished: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs }) => {
        resources.push({ type, name, inputs: inputs as Record<string, unknown>, finished: [...finished] });
        // What does not wait for it comes first.
        await turn();
        finished.push(type);
        return { id: `id-of-${name}`, state: { ...(inputs as object), ...outputs[type]?.(name) } };
      },
      call: () => ({}),
    },
    "mocked",
  );
  const inProject = (key: string) => `mocked:${key}`;
  const values = Object.entries(configuration).map(([key, value]) => [inProject(key), value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(values) as Record<string, string>, secrets.map(inProject));
  await program();
  return resources;
}

export const ofType = (resources: readonly Registered[], type: string): Registered[] =>
  resources.filter((resource) => resource.type === type);

export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
