// A provider named aws for the real engine, for programs whose cloud cannot be had here: it keeps what it is told.
import * as pulumi from "@pulumi/pulumi";

/** What AWS would add, by the type of the resource. */
const OUTPUTS: Readonly<Record<string, (name: string) => object>> = {
  "aws:s3/bucket:Bucket": (name) => ({ bucket: name, arn: `arn:aws:s3:::${name}`, region: "sa-east-1" }),
  "aws:iam/user:User": (name) => ({ name }),
  "aws:iam/accessKey:AccessKey": (name) => ({ secret: `secret of ${name}` }),
};

await pulumi.provider.main(
  {
    version: "7.0.0",
    create: (urn, inputs: object) => {
      const [, , types = "", name = ""] = urn.split("::");
      const type = types.slice(types.lastIndexOf("$") + 1);
      return Promise.resolve({ id: `id-of-${name}`, outs: { ...inputs, ...OUTPUTS[type]?.(name) } });
    },
  },
  process.argv.slice(2),
);
