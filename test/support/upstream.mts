import * as pulumi from "@pulumi/pulumi";

/** Gives back what it was given, once it exists: in the preview of its creation the value is unknown. */
export class Upstream<T> extends pulumi.CustomResource {
  declare readonly value: pulumi.Output<T>;

  constructor(name: string, given: pulumi.Input<T>, opts?: pulumi.CustomResourceOptions) {
    super("pulumi-nodejs:dynamic:Resource", name, { given, value: undefined, __provider: PROVIDER }, opts);
  }
}

const PROVIDER = `exports.handler = () => ({
  create: async ({ given }) => ({ id: "upstream", outs: { given, value: given } }),
});`;
