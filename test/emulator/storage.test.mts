import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { startEmulator } from "./emulator.mts";
import { chatwootFor, create, emulatorFor, send } from "./helpers.mts";

const secrets = {
  token: "marker-instance-token",
  proxyEnabled: true,
  proxyHost: "proxy.test",
  proxyPassword: "marker-proxy-password",
  webhookEnabled: true,
  webhookURL: "https://app.test",
  webhookAuthorization: "marker-authorization",
  chatwootEnabled: true,
  chatwootAccountId: 1,
  chatwootApiToken: "marker-chatwoot-token",
  s3Enabled: true,
  s3Bucket: "media",
  s3SecretKey: "marker-s3-key",
};

function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, "ryzeapi.db");
}

test("a database file survives a restart, secrets included", async () => {
  const db = databaseFile();
  const chatwoot = await chatwootFor({ accounts: [{ id: 1, apiTokens: ["marker-chatwoot-token"] }] });
  const first = await startEmulator({ db });
  await create(first, "a", { ...secrets, chatwootBaseUrl: chatwoot.url });
  await send(first, "POST /api/events/webhook/a", { label: "b", enabled: true, authorization: "marker-b" });
  const before = first.instance("a");
  await first.close();

  const second = await emulatorFor({ db });
  expect(second.instance("a")).toEqual(before);
  expect(before?.chatwoot?.apiToken).toBe("marker-chatwoot-token");
  const read = await send(second, "GET /api/events/getWebhook/a?label=b", undefined, {
    token: secrets.token,
  });
  expect(read.body).toMatchObject({ webhook: { authorization: "marker-b" } });
});

test("what an account holds is found by its renewed token after a restart", async () => {
  const db = databaseFile();
  const first = await startEmulator({ db, accountToken: "acc_old" });
  await create(first, "a");
  first.renewAccountToken("acc_old", "acc_new");
  const before = first.instance("a");
  await first.close();

  const second = await emulatorFor({ db, accounts: [{ token: "acc_old" }, { token: "acc_new" }] });
  expect(second.instance("a", "acc_old")).toBeUndefined();
  expect(second.instance("a", "acc_new")).toEqual(before);
});

test("no secret and no token stands in the file in clear", async () => {
  const db = databaseFile();
  const chatwoot = await chatwootFor({ accounts: [{ id: 1, apiTokens: ["marker-chatwoot-token"] }] });
  const emulator = await startEmulator({ db, accountToken: "marker-account-token" });
  await create(emulator, "a", { ...secrets, chatwootBaseUrl: chatwoot.url });
  emulator.renewAccountToken("marker-account-token", "marker-renewed-token");
  emulator.patchInstance("a", { token: "marker-rotated-token", s3: { secretKey: "marker-new-key" } });

  const folder = join(db, "..");
  const files = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
  const running = files().join("");
  await emulator.close();
  for (const bytes of [running, files().join("")]) {
    expect(bytes).toContain("proxy.test");
    expect(bytes).not.toContain("marker-");
  }
  const rows = new DatabaseSync(db).prepare("SELECT secret FROM blocks WHERE secret IS NOT NULL").all();
  expect(rows).toHaveLength(4);
  expect(statSync(`${db}.key`).mode & 0o077).toBe(0);
});

test("an authorization that cannot be decrypted any more comes back as it is stored", async () => {
  const db = databaseFile();
  const first = await startEmulator({ db });
  await create(first, "a", secrets);
  await first.close();
  writeFileSync(`${db}.key`, "0".repeat(64));

  const second = await emulatorFor({ db });
  const { body } = await send(second, "GET /api/events/getWebhook/a?label=default");
  expect(body).toMatchObject({ webhook: { authorization: expect.stringMatching(/^gcm:/) as string } });
});

test("a broken key is an error that names the file", async () => {
  const db = databaseFile();
  writeFileSync(`${db}.key`, "short");
  await expect(startEmulator({ db })).rejects.toThrow(`${db}.key holds no AES-256 key`);
});
