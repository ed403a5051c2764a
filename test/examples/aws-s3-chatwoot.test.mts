import { expect, test } from "vitest";

import { RYZE_INSTANCE } from "../support/stack.mts";
import { ofType, registered, SECRET, valueOf, type Mocked } from "./mocked.mts";

const AWS_AND_RYZEAPI: Mocked = {
  configuration: {
    chatwootUrl: "https://chatwoot.example.com",
    chatwootAccountId: "3",
    chatwootToken: "chatwoot-token",
  },
  secrets: ["chatwootToken"],
  outputs: {
    "aws:s3/bucket:Bucket": (name) => ({ bucket: name, arn: `arn:aws:s3:::${name}`, region: "sa-east-1" }),
    "aws:iam/user:User": (name) => ({ name }),
    "aws:iam/accessKey:AccessKey": (name) => ({ secret: `secret of ${name}` }),
    [RYZE_INSTANCE]: () => ({ observed: { chatwoot: { status: "active" } } }),
  },
};

test("the instance gets bucket, region and a key that may only add objects under its prefix", async () => {
  const resources = await registered(AWS_AND_RYZEAPI, async () => {
    const program = await import("../../examples/aws-s3-chatwoot/index.ts");
    expect(await valueOf(program.chatwootStatus)).toBe("active");
    expect(await valueOf(program.mediaBucket)).toBe("orion-media");
  });

  for (const { inputs } of ofType(resources, "aws:iam/userPolicy:UserPolicy")) {
    expect(JSON.parse(inputs["policy"] as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::orion-media/orion/*"] },
      ],
    });
  }
  const [instance] = ofType(resources, RYZE_INSTANCE);
  expect(instance?.inputs["s3"]).toEqual({
    ...SECRET,
    value: {
      region: "sa-east-1",
      bucket: "orion-media",
      accessKey: "id-of-ryzeapi-orion-1",
      secretKey: "secret of ryzeapi-orion-1",
      pathPrefix: "orion/",
    },
  });
  expect(instance?.inputs["chatwoot"]).toMatchObject({
    ...SECRET,
    value: { baseUrl: "https://chatwoot.example.com", accountId: 3, apiToken: "chatwoot-token" },
  });
});

test("the bucket is private, encrypted, reached over TLS only, and its files expire", async () => {
  const resources = await registered(AWS_AND_RYZEAPI, async () => {
    const { WhatsAppMedia } = await import("../../examples/aws-s3-chatwoot/whatsapp-media.ts");
    await valueOf(new WhatsAppMedia("vega", { keepDays: 30, keyNumber: 1 }).instance.name);
  });
  const inputsOf = (type: string) => ofType(resources, `aws:s3/${type}`).map(({ inputs }) => inputs);
  expect(inputsOf("bucketPublicAccessBlock:BucketPublicAccessBlock")).toEqual([
    {
      bucket: "vega-media",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
  ]);
  const encryption = inputsOf(
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  );
  expect(encryption).toMatchObject([
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
  ]);
  expect(inputsOf("bucketLifecycleConfiguration:BucketLifecycleConfiguration")).toMatchObject([
    { rules: [{ status: "Enabled", expiration: { days: 30 } }] },
  ]);
  const [policy] = inputsOf("bucketPolicy:BucketPolicy");
  expect(JSON.parse(policy?.["policy"] as string)).toMatchObject({
    Statement: [{ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
  });
});

test.each([
  { keyNumber: 1, keys: [1, 2] },
  { keyNumber: 2, keys: [1, 2, 3] },
  { keyNumber: 3, keys: [2, 3, 4] },
])("key $keyNumber is used while its neighbours are there", async ({ keyNumber, keys }) => {
  const resources = await registered(AWS_AND_RYZEAPI, async () => {
    const { WhatsAppMedia } = await import("../../examples/aws-s3-chatwoot/whatsapp-media.ts");
    await valueOf(new WhatsAppMedia("vega", { keepDays: 30, keyNumber }).instance.name);
  });
  const names = ofType(resources, "aws:iam/accessKey:AccessKey").map(({ name }) => name);
  expect(names.sort()).toEqual(keys.map((number) => `ryzeapi-vega-${number}`));
  const users = ofType(resources, "aws:iam/accessKey:AccessKey").map(({ inputs }) => inputs["user"]);
  expect(new Set(users).size).toBe(keys.length);
  const [instance] = ofType(resources, RYZE_INSTANCE);
  expect(instance?.inputs["s3"]).toMatchObject({
    value: { accessKey: `id-of-ryzeapi-vega-${keyNumber}`, secretKey: `secret of ryzeapi-vega-${keyNumber}` },
  });
});

test.each([0, 1.5])("key %s is refused", async (keyNumber) => {
  const { WhatsAppMedia } = await import("../../examples/aws-s3-chatwoot/whatsapp-media.ts");
  expect(() => new WhatsAppMedia("vega", { keepDays: 30, keyNumber })).toThrow(
    'keyNumber of WhatsAppMedia "vega" must be a whole number from 1 on',
  );
});
