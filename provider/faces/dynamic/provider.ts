import type { dynamic } from "@pulumi/pulumi";
import { PartialFailure, type Lifecycle } from "../../lifecycle/lifecycle.ts";
import type { Origin } from "../../lifecycle/run.ts";
import { omit, type Values } from "../../values.ts";
import { keepsInputsOfRead } from "./sdk.ts";
import { DEFAULTED_KEY, RESOURCE_KEY } from "./registration.ts";

/** Where Pulumi keeps the code of a dynamic provider, among the inputs and the outputs. */
const PROVIDER_KEY = "__provider";

/** Where a failure names a property, the engine shows its value in clear, secret or not. */
const NO_PROPERTY = "";

/**
 * Where arguments differ, the engine says which when it is left to compare them. With an SDK that keeps no inputs of a
 * read it has nothing to compare after a refresh, and would take what drifted for what is declared.
 */
const DIFFERENT = keepsInputsOfRead ? undefined : true;

/** A lifecycle in the form in which @pulumi/pulumi calls a dynamic provider. */
export function dynamicProvider<Arguments extends Values>(
  lifecycle: Lifecycle<Arguments>,
  configure: (request: dynamic.ConfigureRequest) => void,
): dynamic.ResourceProvider {
  return {
    configure(request) {
      configure(request);
      return Promise.resolve();
    },

    check: (olds: Values, news: Values) =>
      plainly(() => {
        const { inputs, failures } = lifecycle.check(...declarationIn(olds, withoutProvider(news)));
        return {
          inputs: inputs ?? news,
          failures: failures.map(({ reason }) => ({ property: NO_PROPERTY, reason })),
        };
      }),

    diff: (_id, olds: Values, news: Values) =>
      plainly(() => {
        const plan = lifecycle.diff(withoutProvider(olds), withoutProvider(news) as Arguments);
        const { changes = DIFFERENT, replaces, deleteBeforeReplace } = plan;
        return {
          ...(changes === undefined ? {} : { changes }),
          replaces: [...replaces],
          deleteBeforeReplace,
        };
      }),

    create: (inputs: Values) =>
      recordingFailures(inputs, async () => {
        const outs = await lifecycle.create(withoutProvider(inputs) as Arguments);
        return { outs, id: lifecycle.idOf(outs) };
      }),

    read: (id, olds: Values) =>
      plainly(async () => {
        const result = await lifecycle.read(id, withoutProvider(olds));
        return result === undefined ? {} : { id, props: result.state, inputs: result.inputs };
      }),

    update: (id, olds: Values, news: Values) =>
      recordingFailures(news, async () => ({
        outs: await lifecycle.update(id, withoutProvider(olds), withoutProvider(news) as Arguments),
      })),

    delete: (id, olds: Values) => plainly(() => lifecycle.delete(id, withoutProvider(olds))),
  };
}

/** What the program declares, and what is known of its resource; the engine has no word for either. */
function declarationIn(olds: Values, news: Values): [declared: Values, origin: Origin] {
  const { [DEFAULTED_KEY]: defaulted, [RESOURCE_KEY]: resource } = news;
  const byDefault = typeof defaulted === "string" ? [defaulted] : [];
  return [
    omit(news, [DEFAULTED_KEY, RESOURCE_KEY, ...byDefault]),
    {
      resource: typeof resource === "string" ? resource : undefined,
      former: Object.keys(olds).length > 0 ? olds : undefined,
      proposedName: byDefault.map((argument) => news[argument])[0],
    },
  ];
}

function withoutProvider(properties: Values): Values {
  return omit(properties, [PROVIDER_KEY]);
}

/** Pulumi prints the stack of whatever is thrown here, next to the message; people can do nothing with it. */
async function plainly<T>(operation: () => T | Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof Error) error.stack = "";
    throw error;
  }
}

/** The engine records a resource that exists in part from an error with its id and properties. */
async function recordingFailures<T>(inputs: Values, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    const { id, state, reasons, message } = error;
    const properties = { ...state, [PROVIDER_KEY]: inputs[PROVIDER_KEY] };
    throw Object.assign(new Error(message), { id, properties, reasons });
  }
}
