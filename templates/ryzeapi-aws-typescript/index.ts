// Submodules, because Pulumi checks the types of a program on every run: those of all of AWS take much longer.
import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance } from "pulumi-ryzeapi";

const name = "orion";
const pathPrefix = `${name}/`;

const bucket = new s3.Bucket("whatsapp-media");

// RyzeAPI gets a key that can add objects under the instance's prefix, and nothing else.
const user = new iam.User(`ryzeapi-${name}`);
const policy = new iam.UserPolicy(`ryzeapi-${name}`, {
  user: user.name,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:PutObject"],
        Resource: [pulumi.interpolate`${bucket.arn}/${pathPrefix}*`],
      },
    ],
  }),
});
const key = new iam.AccessKey(`ryzeapi-${name}`, { user: user.name });

const instance = new RyzeInstance(
  name,
  {
    s3: {
      region: bucket.region,
      bucket: bucket.bucket,
      accessKey: key.id,
      secretKey: key.secret,
      pathPrefix,
    },
  },
  // A key without its policy could not store the first media.
  { dependsOn: policy },
);

export const token = instance.token;
export const mediaBucket = bucket.bucket;
export const status = instance.status;
export const numberJid = instance.numberJid.apply((jid) => jid ?? "none");
