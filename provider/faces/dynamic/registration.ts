import { INSTANCE, WEBHOOK } from "../../definitions/resources.ts";

/**
 * Under which type a resource is registered, and the provider's code as Pulumi stores it with every dynamic resource.
 *
 * `pulumi.dynamic.Resource` would serialise the provider's functions into each state, where they grow old. One
 * `require` stays what it is, so that a resource is always handled by the version that is installed.
 */
export interface Registration {
  readonly type: string;
  readonly provider: string;
}

export const RYZE_INSTANCE: Registration = {
  type: INSTANCE.types.dynamic,
  provider: 'exports.handler = () => require("pulumi-ryzeapi/provider").instance;',
};

export const RYZE_WEBHOOK: Registration = {
  type: WEBHOOK.types.dynamic,
  provider: 'exports.handler = () => require("pulumi-ryzeapi/provider").webhook;',
};

/** Beside the arguments: the name of the one that stands there by default only. `check` takes it out. */
export const DEFAULTED_KEY = "__defaulted";

/** Beside the arguments: a number of the resource's own within one run of the program. `check` takes it out. */
export const RESOURCE_KEY = "__resource";
