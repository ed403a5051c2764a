// Submodules, because Pulumi checks the types of a program on every run: those of all of AWS take much longer.
import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

export interface MediaStorageArgs {
  /** After how many days a file is deleted. */
  keepDays: number;
  /** Which key RyzeAPI uses, from 1 on: the next number is the next key. More than one step at a time is a step without overlap. */
  keyNumber: number;
}

/** A bucket for the media of one instance. */
export interface MediaStorage {
  readonly bucket: pulumi.Output<string>;
  /** The block of the instance. */
  readonly s3: {
    readonly region: pulumi.Output<string>;
    readonly bucket: pulumi.Output<string>;
    readonly accessKey: pulumi.Output<string>;
    readonly secretKey: pulumi.Output<string>;
    readonly pathPrefix: string;
  };
  /**
   * What the instance has to depend on: a key without its policy could not store the first media, and former keys may
   * go only once RyzeAPI has the new one.
   */
  readonly policies: iam.UserPolicy[];
}

/**
 * The bucket, private, and its keys, as children of the component.
 *
 * Three keys are there at any time: the one in use, the former, with which an upload may just be going on, and the
 * next, which all of AWS knows by the time it is used. So no rotation lets an upload fail.
 */
export function mediaStorage(
  name: string,
  { keepDays, keyNumber }: MediaStorageArgs,
  component: pulumi.ComponentResource,
): MediaStorage {
  if (!Number.isInteger(keyNumber) || keyNumber < 1) {
    throw new Error(
      `keyNumber of WhatsAppMedia "${name}" must be a whole number from 1 on, not ${keyNumber}.`,
    );
  }
  const options = { parent: component };
  const pathPrefix = `${name}/`;
  const bucket = privateBucket(name, keepDays, options);
  const resource = pulumi.interpolate`${bucket.arn}/${pathPrefix}*`;
  const keyOf = (number: number) => uploadKey(`${name}-${number}`, resource, options);
  const inUse = keyOf(keyNumber);
  const others = [keyNumber - 1, keyNumber + 1].filter((number) => number > 0).map(keyOf);
  return {
    bucket: bucket.bucket,
    s3: {
      region: bucket.region,
      bucket: bucket.bucket,
      accessKey: inUse.key.id,
      secretKey: inUse.key.secret,
      pathPrefix,
    },
    policies: [inUse, ...others].map(({ policy }) => policy),
  };
}

/** Encrypted, reachable over TLS only, and by nobody without a key. */
function privateBucket(name: string, keepDays: number, options: pulumi.CustomResourceOptions): s3.Bucket {
  const bucket = new s3.Bucket(`${name}-media`, {}, options);
  const settings = { ...options, parent: bucket };
  new s3.BucketPublicAccessBlock(
    `${name}-media`,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    settings,
  );
  new s3.BucketServerSideEncryptionConfiguration(
    `${name}-media`,
    {
      bucket: bucket.bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    },
    settings,
  );
  new s3.BucketLifecycleConfiguration(
    `${name}-media`,
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: "expire",
          status: "Enabled",
          filter: {},
          expiration: { days: keepDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    settings,
  );
  new s3.BucketPolicy(
    `${name}-media`,
    {
      bucket: bucket.bucket,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
    },
    settings,
  );
  return bucket;
}

/** A key that can add objects and nothing else; with a user of its own, since a user has two keys at most. */
function uploadKey(
  name: string,
  resource: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): { key: iam.AccessKey; policy: iam.UserPolicy } {
  const user = new iam.User(`ryzeapi-${name}`, {}, options);
  const policy = new iam.UserPolicy(
    `ryzeapi-${name}`,
    {
      user: user.name,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: ["s3:PutObject"], Resource: [resource] }],
      }),
    },
    options,
  );
  return { key: new iam.AccessKey(`ryzeapi-${name}`, { user: user.name }, options), policy };
}
