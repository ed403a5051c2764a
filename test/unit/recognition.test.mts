import { inspect } from "node:util";

import { describe, expect, test, vi } from "vitest";

import { knownIn } from "../../provider/lifecycle/state.ts";
import { RyzeApiError, type CallSite } from "../../provider/ryzeapi/errors.ts";
import { Transport } from "../../provider/ryzeapi/transport.ts";
import { create, failureOf, lifecycleFor } from "../support/lifecycle.mts";
import { CREATE, serviceFor } from "../support/service.mts";

const s3 = { region: "us-east-1", bucket: "media", accessKey: "AKIA" };
const chatwoot = { baseUrl: "https://chatwoot.example.com", accountId: 1 };

describe.each(["Instance", "instance", "not found", "found", "token", "quota", "no chatwoot integration"])(
  "where a secret is %j",
  (word) => {
    const declared = { name: "orion", s3: { ...s3, secretKey: word } };

    test("an instance that is gone is seen to be gone", async () => {
      const { emulator } = await serviceFor();
      const state = await create(lifecycleFor(emulator), declared);
      emulator.patchInstance("orion", { deleted: true });
      expect(await lifecycleFor(emulator).read("orion", state)).toBeUndefined();
      await lifecycleFor(emulator).delete("orion", state);
    });

    test("a bridge that is not there is seen not to be there", async () => {
      const { emulator, secrets, chatwootUrl } = await serviceFor();
      const bridge = { ...chatwoot, baseUrl: chatwootUrl, apiToken: secrets.chatwootToken };
      const state = await create(lifecycleFor(emulator), { ...declared, chatwoot: bridge });
      emulator.patchInstance("orion", { chatwoot: null });
      const found = await lifecycleFor(emulator).read("orion", state);
      expect(found?.state).toMatchObject({ observed: { chatwoot: { enabled: false } } });
    });

    test("a used up quota and a token that is taken are named", async () => {
      const { emulator } = await serviceFor({ quota: 1, readings: { duplicateToken: 400 } });
      await create(lifecycleFor(emulator), { name: "vega", token: "tok-1" });
      const beyond = await failureOf(create(lifecycleFor(emulator), declared));
      expect(beyond.message).toContain("the account's quota is used up");
    });

    test("a token that is taken is named", async () => {
      const { emulator } = await serviceFor({ readings: { duplicateToken: 400 } });
      await create(lifecycleFor(emulator), { name: "vega", token: "tok-1" });
      const taken = await failureOf(create(lifecycleFor(emulator), { ...declared, token: "tok-1" }));
      expect(taken.message).toContain("its `token` is used by another instance");
    });

    test("a token that is refused gives way to the account's", async () => {
      const { emulator } = await serviceFor();
      const state = await create(lifecycleFor(emulator), declared);
      const found = await lifecycleFor(emulator).read("orion", { ...state, token: "revoked" });
      expect(knownIn(found?.state ?? {}).observed).toMatchObject({ s3: { enabled: true } });
    });
  },
);

test("what the service said is in no print of an error", () => {
  const site = { method: "GET", route: "/api/instance/list" };
  const error = refusal(site, 404, "Instance not found: S3CR", ["S3CR"]);
  const other = error.hiding(["Instance"]);
  expect(error.says(/not found: S3CR/) && other.says(/not found: S3CR/)).toBe(true);
  expect(other.message).toContain("answered 404: [secret] not found: [secret].");
  for (const each of [error, other, new Error("outer", { cause: error })]) {
    const prints = [
      inspect(each, { showHidden: true, depth: null }),
      JSON.stringify(each),
      String(each),
      each.stack,
    ];
    expect(prints.join()).not.toContain("S3CR");
  }
});

describe("a 403", () => {
  test.each([
    "The security token included in the request is invalid",
    "InvalidToken: The provided token is malformed or otherwise invalid.",
    "Access Denied",
  ])("of the bucket is the block's own matter: %s", async (message) => {
    const { emulator } = await serviceFor();
    emulator.fault({ kind: "reject-block", block: "s3", status: 403, message });
    const state = await create(lifecycleFor(emulator), { name: "orion", s3: { ...s3, secretKey: "k" } });
    expect(state["warnings"]).toEqual([expect.stringContaining(`s3 is not as declared: ${message}`)]);
    const own = emulator.requests().filter(({ route }) => route === "POST /api/instance/s3/:instance");
    // Nobody can tell such words from those of RyzeAPI about a token, so the account's is tried once.
    expect(own.map(({ token }) => token)).toEqual(["instance", "account"]);
  });

  test.each([
    "Instance token does not match requested instance",
    "Invalid instance token",
    "Invalid account token",
    "Token da instância não corresponde",
    "El token de la instancia no coincide",
  ])("in words about RyzeAPI's own tokens is a refused token: %s", (message) => {
    const site = { method: "POST", route: "/api/instance/s3/:instance", instance: "orion" };
    expect(refusal(site, 403, message).tokenRefused).toBe(true);
  });

  test("of what is only read is about the token, whatever it says, but no page of a proxy's", () => {
    const site = { method: "GET", route: "/api/instance/getS3/:instance", instance: "orion" };
    expect(refusal(site, 403, "Acesso negado").tokenRefused).toBe(true);
    expect(refusal(site, 403, undefined).tokenRefused).toBe(false);
    const gateway = { ...site, gateway: "Chatwoot" };
    expect(refusal(gateway, 403, "Chatwoot denied the request").tokenRefused).toBe(false);
  });
});

test.each([
  "chatwootApiToken must not be blank",
  "Chatwoot refused the API token",
  "the security token is invalid",
])("a creation's 400 about another token does not blame the instance's: %s", async (message) => {
  const { emulator } = await serviceFor();
  emulator.fault({ kind: "status", status: 400, message, route: CREATE });
  const error = await failureOf(create(lifecycleFor(emulator), { name: "orion", token: "tok-1" }));
  expect(error.message).toContain(`POST /api/instance/new answered 400: ${message}.`);
});

test("a message is cleaned of the secrets of one resource, however many there are", async () => {
  const { emulator } = await serviceFor({ limits: false });
  const declared = (name: string) => ({
    name,
    token: `token-of-${name}`,
    s3: { ...s3, secretKey: `key-of-${name}` },
  });
  const names = ["orion", "vega", "lyra", "mira"];
  const states = await Promise.all(names.map((name) => create(lifecycleFor(emulator), declared(name))));
  const lifecycle = lifecycleFor(emulator);
  emulator.fault({ kind: "status", status: 400, message: "Not today", match: /^DELETE/ });
  const send = vi.spyOn(Transport.prototype, "send");
  for (const [index, name] of names.entries()) await failureOf(lifecycle.delete(name, states[index] ?? {}));
  const deletions = send.mock.calls
    .map(([call]) => call)
    .filter(({ endpoint }) => endpoint.method === "DELETE");
  const secrets = deletions.map((call) => [...call.secrets].sort());
  send.mockRestore();
  expect(secrets).toEqual(
    names.map((name) => [emulator.accountToken, `key-of-${name}`, `token-of-${name}`].sort()),
  );
});

test("a listing that several resources wait for fails without the secrets of each", async () => {
  const { emulator } = await serviceFor();
  emulator.fault({ kind: "status", status: 400, message: "tok_orion, tok_vega", match: /list/ });
  const lifecycle = lifecycleFor(emulator);
  const read = (name: string) => failureOf(lifecycle.read(name, { name, token: `tok_${name}` }));
  const [orion, vega] = await Promise.all([read("orion"), read("vega")]);
  expect(orion.message).toContain("[secret], tok_vega");
  expect(vega.message).toContain("tok_orion, [secret]");
});

function refusal(
  site: CallSite,
  answered: number,
  said: string | undefined,
  secrets: readonly string[] = [],
) {
  return new RyzeApiError({ site, answered, said, isEnvelope: said !== undefined, secrets });
}
