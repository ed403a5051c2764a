import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance, RyzeWebhook } from "pulumi-ryzeapi";
import { expect, test } from "vitest";

/** As a program's own tests stand in for the engine. */
await pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
  call: ({ inputs }) => inputs as Record<string, unknown>,
});

const OUTPUTS = {
  instance: [
    ...["name", "token", "proxy", "webhook", "websocket", "chatwoot", "settings", "s3"],
    ...["identity", "observed", "status", "numberJid", "warnings", "tokenDeclared"],
  ],
  webhook: [
    ...["instance", "label", "enabled", "url", "authorization", "byEvents", "events", "mediaBase64"],
    ...["identity", "observed"],
  ],
};

test.each([
  [RyzeInstance.name, new RyzeInstance("orion"), OUTPUTS.instance],
  [RyzeWebhook.name, new RyzeWebhook("audit", { instance: "orion", enabled: false }), OUTPUTS.webhook],
])("every output of %s can be read, declared or not", (_kind, resource, outputs) => {
  const members = new Map(Object.entries(resource));
  expect(outputs.filter((name) => !pulumi.Output.isInstance(members.get(name)))).toEqual([]);
});
