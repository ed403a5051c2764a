import * as pulumi from "@pulumi/pulumi";

/** The shortest provider that can create, change and delete: it does none of it. */
const CODE =
  "exports.handler = () => ({" +
  " create: (inputs) => Promise.resolve({ id: 'nothing', outs: inputs })," +
  " diff: (_id, olds, news) => Promise.resolve({ changes: JSON.stringify(olds.webhook) !== JSON.stringify(news.webhook) })," +
  " update: (_id, _olds, news) => Promise.resolve({ outs: news }) });";

/** A resource that costs what the engine costs. */
export class Nothing extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs) {
    super("pulumi-nodejs:dynamic:Resource", name, { ...inputs, __provider: CODE });
  }
}
