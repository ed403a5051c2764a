import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { inject, test } from "vitest";

import { declare, heldOf, type Declared, type Scene } from "./scene.mts";
import { everyBlock } from "../support/instance.mts";
import { OTHER_SECRET, serviceFor } from "../support/service.mts";
import { stackFor } from "../support/stack.mts";

/** The name of the folder, which is the version's. */
const version = process.env["RYZEAPI_FREEZE"] ?? "";

const accountToken = "frozen-account-token";

/** Made up, and the same in every frozen state. */
const secrets = {
  accountToken,
  instanceToken: "frozen-instance-token",
  proxyPassword: "frozen-proxy-password",
  webhookAuthorization: "frozen-webhook-authorization",
  chatwootToken: OTHER_SECRET, // the one that every Chatwoot of the tests accepts
  s3SecretKey: "frozen-s3-secret-key",
};

// A step of a release, and no test: later versions are tried with what this one writes.
test("what this version writes", async () => {
  const { emulator, chatwootUrl } = await serviceFor({ accountToken });
  const declared: Declared = {
    instances: {
      orion: everyBlock(secrets, chatwootUrl),
      vega: {},
      lyra: {
        proxy: { enabled: false },
        webhook: { url: "https://app.example.com/lyra" },
        websocket: {},
        chatwoot: { enabled: false },
        settings: { autoRejectCalls: true },
        s3: { enabled: false },
        onBlockFailure: "fail",
      },
    },
    webhooks: {
      audit: {
        instance: "orion",
        enabled: true,
        url: "https://audit.example.com/whatsapp",
        authorization: secrets.webhookAuthorization,
        byEvents: true,
        events: ["instance.state"],
        mediaBase64: true,
      },
    },
  };
  const program = () => {
    declare(declared);
    return Promise.resolve();
  };
  const stack = await stackFor({ endpoint: emulator.url, token: accountToken, program });
  await stack.up();
  emulator.pair("orion");
  await stack.refresh();
  await stack.command("stack", "change-secrets-provider", "passphrase");

  const held = emulator.instanceNames().flatMap((name) => {
    const instance = emulator.instance(name);
    return instance === undefined ? [] : [[name, heldOf(instance)] as const];
  });
  const scene: Scene = { accountToken, declared, held: Object.fromEntries(held) };
  const folder = new URL(`./${version}/${inject("face")}/`, import.meta.url);
  await mkdir(folder, { recursive: true });
  const schema = new URL("../../provider/faces/plugin/schema.json", import.meta.url);
  await copyFile(schema, new URL("../schema.json", folder));
  const write = (name: string, text: string) => writeFile(fileURLToPath(new URL(name, folder)), text);
  await write("scene.json", `${JSON.stringify(scene, null, 2)}\n`);
  const exported: unknown = JSON.parse(await stack.exported(), ofAnyMachine);
  await write("stack.json", `${JSON.stringify(exported, null, 2)}\n`);
});

/** Where a program lay, and when it ran, is nobody's business. */
function ofAnyMachine(key: string, value: unknown): unknown {
  return ["sourcePosition", "stackTrace", "created", "modified"].includes(key) ? undefined : value;
}
