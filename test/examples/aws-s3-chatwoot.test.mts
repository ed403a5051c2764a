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

/** What AWS would say, under the name of the output. */
const OUTPUTS: Record<string, object> = {
  "aws:s3/bucket:Bucket": { bucket: "media-1", arn: "arn:aws:s3:::media-1", region: "sa-east-1" },
  "aws:iam/user:User": { name: "user-1" },
  "aws:iam/accessKey:AccessKey": { secret: "secret-1" },
  [RYZE_INSTANCE]: { observed: { chatwoot: { status: "active" } }, warnings: [] },
};

test("the instance gets bucket, region and a key that may only add objects under its prefix", async () => {
  const registered: Record<string, Record<string, unknown>> = {};
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered[type] = inputs as Record<string, unknown>;
        return { id: `id-of-${name}`, state: { ...(inputs as object), ...OUTPUTS[type] } };
      },
      call: () => ({}),
    },
    "mocked",
  );
  pulumi.runtime.setAllConfig(CONFIGURATION, ["mocked:chatwootToken"]);
  const program = await import("../../examples/aws-s3-chatwoot/index.ts");
  expect(await valueOf(program.chatwootStatus)).toBe("active");
  expect(await valueOf(program.mediaBucket)).toBe("media-1");

  expect(Object.keys(registered).sort()).toEqual(
    [...Object.keys(OUTPUTS), "aws:iam/userPolicy:UserPolicy"].sort(),
  );
  const { user, policy } = registered["aws:iam/userPolicy:UserPolicy"] ?? {};
  expect(user).toBe("user-1");
  expect(JSON.parse(policy as string)).toEqual({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::media-1/orion/*"] }],
  });
  expect(registered["aws:iam/accessKey:AccessKey"]).toEqual({ user: "user-1" });

  const { s3, chatwoot } = registered[RYZE_INSTANCE] ?? {};
  expect(s3).toEqual({
    ...SECRET,
    value: {
      region: "sa-east-1",
      bucket: "media-1",
      accessKey: "id-of-ryzeapi-orion",
      secretKey: "secret-1",
      pathPrefix: "orion/",
    },
  });
  expect(chatwoot).toMatchObject({
    ...SECRET,
    value: { baseUrl: "https://chatwoot.example.com", accountId: 3, apiToken: "chatwoot-token" },
  });
});

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
