import * as pulumi from "@pulumi/pulumi";

/**
 * The options of a resource. A dynamic provider is not told its own code when something is imported: what the engine
 * says of it helps nobody.
 */
export function optionsWithoutImport(
  name: string,
  options: pulumi.CustomResourceOptions | undefined,
): pulumi.CustomResourceOptions | undefined {
  if (options?.import === undefined) return options;
  throw new pulumi.RunError(
    `The resource "${name}" has the option \`import\`, which Pulumi's dynamic providers cannot carry out. Declare ` +
      "`adopt: true` in its place to take over what exists, or have the program written with `npx ryzeapi import`.",
  );
}
