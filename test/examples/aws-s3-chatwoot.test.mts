import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { RYZE_INSTANCE } from "../support/stack.mts";

/** How Pulumi marks a secret; one member that is secret makes the whole object so. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const CONFIGURATION = {
  "mocked:chatwootUrl": "https://chatwoot.example.com",
  "mocked:chatwootAccountId": "3",
  "mocked:chatwootToken": "chatwoot-token",
};

/** What AWS and RyzeAPI would say, by the name of the resource. */
const OUTPUTS: Record<string, (name: string) => object> = {
  "aws:s3/bucket:Bucket": (name) => ({ bucket: name, arn: `arn:aws:s3:::${name}`, region: "sa-east-1" }),
  "aws:iam/user:User": (name) => ({ name }),
  "aws:iam/accessKey:AccessKey": (name) => ({ secret: `secret of ${name}` }),
  [RYZE_INSTANCE]: () => ({ observed: { chatwoot: { status: "active" } } }),
};

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** What the program registers, and what becomes of its outputs. */
async function registered(program: () => Promise<unknown>): Promise<Registered[]> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        resources.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: `id-of-${name}`, state: { ...(inputs as object), ...OUTPUTS[type]?.(name) } };
      },
      call: () => ({}),
    },
    "mocked",
  );
  pulumi.runtime.setAllConfig(CONFIGURATION, ["mocked:chatwootToken"]);
  await program();
  return resources;
}

const ofType = (resources: readonly Registered[], type: string) =>
  resources.filter((resource) => resource.type === type);

test("the instance gets bucket, region and a key that may only add objects under its prefix", async () => {
  const resources = await registered(async () => {
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
  const resources = await registered(async () => {
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
  const resources = await registered(async () => {
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

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
