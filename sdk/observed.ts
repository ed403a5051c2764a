import * as pulumi from "@pulumi/pulumi";
import { SECRET_FIELDS, withoutSecretFields } from "../provider/lifecycle/secret-fields.ts";
import type { Values } from "../provider/values.ts";

/** A resource of which something is observed. */
interface Observing<T> extends pulumi.Resource {
  /** As the state has it. */
  readonly observed: pulumi.Output<T>;
}

/** What the observation of a resource is completed with. */
interface Completion {
  /** The outputs that hold the declaration. */
  readonly outputs: readonly string[];
  /** Paths of what the program made secret, which no observation shows. */
  readonly secrets: Promise<readonly string[] | undefined>;
  /** Makes the whole observation of what the state kept of it. */
  readonly complete: (declared: Values, stored: unknown) => Values;
}

/**
 * The output `observed` as a program reads it: of it a state keeps what is not as declared, or adds to that. It is a
 * secret where the program made it one; that a declaration is secret makes it none, for nothing secret goes into it.
 */
export function completedOutput<T>(
  resource: Observing<T>,
  { outputs, secrets, complete }: Completion,
): pulumi.Output<T> {
  const declared = pulumi.output(
    Object.fromEntries(outputs.map((name) => [name, Reflect.get(resource, name) as pulumi.Output<unknown>])),
  );
  return pulumi
    .all([resource.observed, pulumi.unsecret(declared), secrets])
    .apply(([stored, args, paths]) => {
      const observed = withoutSecretFields(complete(args, stored), { [SECRET_FIELDS]: paths });
      return observed as pulumi.Unwrap<T>;
    }) as pulumi.Output<T>;
}
