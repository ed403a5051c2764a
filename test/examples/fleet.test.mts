import { expect, test, vi } from "vitest";

import { CREATE, LIST, serviceFor } from "../support/service.mts";
import { commandsIn, projectFor } from "./project.mts";

vi.setConfig({ testTimeout: 120_000 });

test("many-instances makes an instance per number of the file, each under its customer", async () => {
  const { emulator, secrets, routes } = await serviceFor();
  const { ok, initStack } = await projectFor("many-instances", emulator);
  await initStack("dev");
  const [first, second] = await commandsIn("many-instances");
  await ok(`${first ?? ""} '${secrets.webhookAuthorization}'`);
  await ok(`${second ?? ""} globex`);
  const shown = await ok("pulumi up --skip-preview");
  // A listing for each at most: the engine seldom asks for two instances at the same time.
  expect(routes().filter((route) => route === LIST).length).toBeLessThanOrEqual(3);
  expect(routes().filter((route) => route !== LIST)).toEqual([CREATE, CREATE, CREATE]);
  expect(emulator.instanceNames().sort()).toEqual(["acme-sales", "acme-support", "globex-support"]);
  expect(emulator.instance("acme-sales")).toMatchObject({
    webhooks: {
      default: { url: "https://acme.example.com/whatsapp", authorization: secrets.webhookAuthorization },
    },
    settings: { autoRejectCalls: false },
  });
  expect(emulator.instance("globex-support")).toMatchObject({
    webhooks: { default: { authorization: "globex" } },
    settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
  });
  expect(shown).not.toContain(secrets.webhookAuthorization);
  expect(JSON.parse(await ok("pulumi stack output --json --show-secrets tokens"))).toEqual({
    acme: {
      support: emulator.instance("acme-support")?.token,
      sales: emulator.instance("acme-sales")?.token,
    },
    globex: { support: emulator.instance("globex-support")?.token },
  });
});

test("multi-account makes an instance of the same name in each account", async () => {
  const accounts = ["acc_headquarters", "acc_brazil", "acc_spain"];
  const { emulator } = await serviceFor({ accounts: accounts.map((token) => ({ token })) });
  const { ok, initStack } = await projectFor("multi-account", emulator);
  await initStack("dev");
  const tokens = ["ryzeapi:token=acc_headquarters", "brazilToken=acc_brazil", "spainToken=acc_spain"];
  await ok(`pulumi config set-all ${tokens.map((token) => `--secret ${token}`).join(" ")}`);
  await ok("pulumi up --skip-preview");
  expect(accounts.map((account) => emulator.instanceNames(account))).toEqual([
    ["support"],
    ["support"],
    ["support"],
  ]);
  expect(JSON.parse(await ok("pulumi stack output --json --show-secrets tokens"))).toEqual({
    headquarters: emulator.instance("support", "acc_headquarters")?.token,
    brazil: emulator.instance("support", "acc_brazil")?.token,
    spain: emulator.instance("support", "acc_spain")?.token,
  });
});
