import { expect, test, vi } from "vitest";

import { RYZE_INSTANCE } from "../support/stack.mts";
import { ofType, registered, SECRET, valueOf, type Mocked } from "./mocked.mts";

const RELEASE = "kubernetes:helm.sh/v3:Release";

const CLUSTER: Mocked = {
  configuration: {
    host: "chat.example.com",
    ingressClass: "nginx",
    certificateIssuer: "letsencrypt",
    secretKey: "secret-key",
    postgresqlPassword: "postgresql-password",
    redisPassword: "redis-password",
    chatwootAccountId: "1",
  },
  secrets: ["secretKey", "postgresqlPassword", "redisPassword", "chatwootToken"],
  outputs: {},
};

async function registeredWith(configuration: Record<string, string>) {
  vi.resetModules();
  const mocked = { ...CLUSTER, configuration: { ...CLUSTER.configuration, ...configuration } };
  return await registered(mocked, async () => {
    const program = await import("../../examples/chatwoot-kubernetes/index.ts");
    await valueOf(program.chatwootStatus);
  });
}

test("before Chatwoot has given a token, there are Chatwoot and an instance without a bridge", async () => {
  const resources = await registeredWith({});
  expect(ofType(resources, RELEASE)).toHaveLength(1);
  const [instance] = ofType(resources, RYZE_INSTANCE);
  expect(instance?.name).toBe("orion");
  expect(instance?.inputs["chatwoot"]).toBeUndefined();
});

test("with the token, the instance is bridged to the Chatwoot of the chart, once that is there", async () => {
  const resources = await registeredWith({ chatwootToken: "chatwoot-token" });
  const [instance] = ofType(resources, RYZE_INSTANCE);
  expect(instance?.finished).toContain(RELEASE);
  expect(instance?.inputs["chatwoot"]).toEqual({
    ...SECRET,
    value: {
      baseUrl: "https://chat.example.com",
      accountId: 1,
      apiToken: "chatwoot-token",
      inboxName: "WhatsApp - Orion",
      reopenResolved: true,
    },
  });
});

test("the chart gets its version, its address and its secrets, as secrets", async () => {
  const [release] = ofType(await registeredWith({}), RELEASE);
  expect(release?.inputs).toMatchObject({
    chart: "chatwoot",
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    repositoryOpts: { repo: "https://chatwoot.github.io/charts" },
    skipAwait: true,
  });
  expect(release?.inputs["values"]).toMatchObject({
    ...SECRET,
    value: {
      env: { FRONTEND_URL: "https://chat.example.com", SECRET_KEY_BASE: "secret-key" },
      postgresql: { auth: { postgresPassword: "postgresql-password" } },
      redis: { auth: { password: "redis-password" } },
      ingress: {
        ingressClassName: "nginx",
        hosts: [{ host: "chat.example.com" }],
        tls: [{ hosts: ["chat.example.com"] }],
      },
    },
  });
});
