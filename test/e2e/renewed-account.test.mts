import type { RyzeInstanceArgs } from "pulumi-ryzeapi";
import { expect, inject, test } from "vitest";

import { twoAccounts } from "../lifecycle/accounts.mts";
import { NativeProvider } from "../support/native.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";

const { RyzeInstance, RyzeWebhook } = ryzeapi;

const isNative = inject("face") === "native";

type Way = "ryzeapi:token" | "account.token" | "the token of a provider";

/** A stack of "orion" and a webhook, whose account's token was renewed since. */
async function renewed(way: Way) {
  const w = await twoAccounts();
  let token = w.ours;
  const stack = await stackFor({
    endpoint: w.emulator.url,
    token: way === "ryzeapi:token" ? token : undefined,
    program: () => {
      const account: RyzeInstanceArgs = way === "account.token" ? { account: { token } } : {};
      const provider = () => new NativeProvider("other", { token, endpoint: w.emulator.url });
      const options = way === "the token of a provider" ? { provider: provider() } : {};
      const orion = new RyzeInstance("orion", account, options);
      const webhook = { instance: orion.name, token: orion.token, url: "https://audit.example.com" };
      new RyzeWebhook("audit", { ...webhook, ...account }, options);
      return Promise.resolve();
    },
  });
  await stack.up();
  token = w.renewed();
  if (way === "ryzeapi:token") await stack.configure(way, token, true);
  return { w, stack, token };
}

/** The cells of the table in docs/secrets.md. */
const AT_ONCE: Way[] = isNative ? ["ryzeapi:token"] : [];
const REFUSED: [Way, then: "up" | "--run-program" | "RYZEAPI_TOKEN"][] = [
  ["account.token", "RYZEAPI_TOKEN"],
  ["account.token", "up"],
  [isNative ? "the token of a provider" : "ryzeapi:token", "--run-program"],
];

test.each(AT_ONCE)("%s: everything works at once", async (way) => {
  const { w, stack, token } = await renewed(way);
  await stack.refresh();
  await stack.destroy();
  expect(w.emulator.instanceNames(token)).toEqual([]);
});

test.each(REFUSED)("%s: a refresh works, destroy is refused; then %s", async (way, then) => {
  const { w, stack, token } = await renewed(way);
  await w.untouched(() => stack.refresh());
  await w.untouched(() =>
    expect(stack.destroy()).rejects.toThrow("in the environment variable RYZEAPI_TOKEN"),
  );
  w.expectNoSecrets(stack.output);
  if (then === "up") await w.untouched(() => stack.up());
  if (then === "RYZEAPI_TOKEN") stack.setVariable("RYZEAPI_TOKEN", token);
  await stack.destroy({ runProgram: then === "--run-program" });
  expect(w.emulator.instanceNames(token)).toEqual([]);
});
