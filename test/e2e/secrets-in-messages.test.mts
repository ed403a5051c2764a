import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { expectNoSecrets } from "../support/secrets.mts";
import { CREATE, serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor, stackOfOrion } from "../support/stack.mts";

/** The one that the package loads as well: of another copy it would not know a secret when it sees one. */
const pulumi = createRequire(import.meta.url)("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

type Declare = (secret: string) => void;

/** Programs that declare a secret which is refused, and what has to be said of it. */
const refused: [declare: Declare, reason: RegExp][] = [
  [
    (secret) => new ryzeapi.RyzeInstance("orion", { token: `${secret}\n` }),
    /orion' has a problem: token must be a non-empty string of ASCII characters/,
  ],
  [
    (secret) => new ryzeapi.RyzeInstance("orion", { account: { token: `${secret}\n` } }),
    /orion' has a problem: account\.token must be a non-empty string of ASCII characters/,
  ],
  [
    (secret) =>
      new ryzeapi.RyzeWebhook("audit", { instance: "orion", url: pulumi.secret(`a.example.com/${secret}`) }),
    /audit' has a problem: url must be an absolute http:\/\/ or https:\/\/ URL/,
  ],
  [
    (secret) =>
      new ryzeapi.RyzeWebhook("audit", {
        instance: "orion",
        url: "https://audit.example.com",
        authorization: endless(secret),
      }),
    /audit' has a problem: authorization must not be longer than 8000 characters/,
  ],
  [
    (secret) =>
      new ryzeapi.RyzeInstance("orion", {
        chatwoot: { baseUrl: "https://chat.example.com", accountId: 1, apiToken: endless(secret) },
        s3: { region: "r", bucket: "b", accessKey: "a", secretKey: endless(secret) },
      }),
    /(?=.*chatwoot\.apiToken must not be longer than 8000).*s3\.secretKey must not be longer than 8000/s,
  ],
];

/** Longer than what can be compiled into an expression, of which the runtime shows the source when it fails. */
function endless(secret: string): string {
  return secret.padEnd(32_767, "x");
}

test("a secret that is refused is shown nowhere", async () => {
  const { emulator, routes } = await serviceFor();
  const secret = `S3CR-${randomUUID()}`;
  emulator.fault({ kind: "reject-block", block: "s3", message: `cannot take ${endless(secret)}` });
  let declare: Declare = () => undefined;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: emulator.accountToken,
    program: () => {
      declare(secret);
      return Promise.resolve();
    },
  });
  for (const [program, reason] of refused) {
    declare = program;
    await expect(stack.up()).rejects.toThrow(reason);
  }
  await expectNoSecrets({ secret }, stack, emulator);
  expect(routes()).toEqual([]);
});

test("a `ryzeapi:token` with a line break is shown nowhere", async () => {
  const { emulator } = await serviceFor();
  const secret = `S3CR-${randomUUID()}`;
  const stack = await stackFor({
    endpoint: emulator.url,
    token: `${secret}\n`,
    program: () => {
      new ryzeapi.RyzeInstance("orion");
      return Promise.resolve();
    },
  });
  await expect(stack.preview()).rejects.toThrow(/has a problem: (ryzeapi:)?token must be a non-empty string/);
  await expectNoSecrets({ secret }, stack, emulator);
});

test("what is as long as it may be is masked in refusals, and the instance is recorded", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const long = (text: string, length = 8_000) => text.padEnd(length, "x");
  const { proxy, webhook, chatwoot, settings, s3, ...others } = everyBlock(secrets, chatwootUrl);
  const declared = {
    ...others,
    onBlockFailure: "fail",
    token: long("tok_"),
    proxy: { ...proxy, username: long("u"), password: long(secrets.proxyPassword) },
    webhook: { ...webhook, authorization: long(secrets.webhookAuthorization) },
    chatwoot: { ...chatwoot, inboxName: long("i") },
    settings: { ...settings, callRejectMessage: long("Please write.", 65_536) },
    s3: { ...s3, bucket: long("b"), secretKey: long(secrets.s3SecretKey), pathPrefix: long("p") },
  } satisfies RyzeInstanceArgs;
  for (const [block, secret] of [
    ["proxy", declared.proxy.password],
    ["webhook", declared.webhook.authorization],
    ["s3", declared.s3.secretKey],
  ] as const) {
    emulator.fault({ kind: "reject-block", block, message: `cannot take ${secret}, alas` });
  }
  const stack = await stackOfOrion(emulator, () => declared);
  await expect(stack.up()).rejects.toThrow("s3: cannot take [secret], alas (POST");
  expect(await stack.instances()).toMatchObject([{ id: "orion" }]);

  emulator.clearFaults();
  await stack.up();
  expect(routes().filter((route) => route === CREATE)).toHaveLength(1);
  await expectNoSecrets(secrets, stack, emulator);
});
