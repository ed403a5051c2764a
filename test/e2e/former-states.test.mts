import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, inject, test } from "vitest";

import { declare, restore, type Declared, type Scene } from "../compatibility/scene.mts";
import type { Emulator } from "../emulator/emulator.mts";
import { LIST, serviceFor } from "../support/service.mts";
import { stackFor, temporaryFolder } from "../support/stack.mts";

const FROZEN = new URL("../compatibility/", import.meta.url);

/** `before-0.1.0` is from when a state still repeated what was observed as declared. */
const versions = readdirSync(FROZEN, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

const SETTINGS = "POST /api/instance/settings/:instance";
const WEBHOOK = "POST /api/events/webhook/:instance";

/** Each state has its stack, three instances and a webhook. */
const NO_CHANGE = { same: 5 };

describe.each(versions)("a state that version %s wrote", (version) => {
  test("shows no change, sends nothing, and is updated and destroyed", async () => {
    const { stack, emulator, routes, declared } = await former(version);
    expect((await stack.preview()).changeSummary).toEqual(NO_CHANGE);
    expect((await stack.up()).summary.resourceChanges).toEqual(NO_CHANGE);
    expect(routes()).toEqual([]);

    stack.program = programOf(changed(declared));
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 2, update: 3 });
    expect(
      routes()
        .filter((route) => route !== LIST)
        .sort(),
    ).toEqual([WEBHOOK, SETTINGS, SETTINGS].sort());
    expect(emulator.instance("orion")).toMatchObject({
      state: "connected",
      settings: { ignoreStatus: false, autoReadMessages: true },
      webhooks: { audit: { url: "https://audit.example.com/other" } },
    });
    expect((await stack.preview()).changeSummary).toEqual(NO_CHANGE);

    await stack.destroy();
    expect(emulator.instanceNames()).toEqual([]);
  });

  test("is refreshed without a change, then has none, and is destroyed as it is", async () => {
    const { stack, emulator, bringBack } = await former(version);
    expect((await stack.refresh({ expectNoChanges: true })).summary.resourceChanges).toEqual(NO_CHANGE);
    expectOnlyReads(emulator);
    emulator.clearRequests();
    expect((await stack.up()).summary.resourceChanges).toEqual(NO_CHANGE);
    expect(emulator.requests()).toEqual([]);

    await bringBack();
    await stack.destroy();
    expect(emulator.instanceNames()).toEqual([]);
  });
});

/** The stack of a frozen state, with the program that declared it and the instances that it is about. */
async function former(version: string) {
  const folder = new URL(`${version}/${inject("face")}/`, FROZEN);
  const scene = JSON.parse(readFileSync(new URL("scene.json", folder), "utf8")) as Scene;
  const { accountToken, declared } = scene;
  const { emulator, routes } = await serviceFor({ accountToken });
  await restore(emulator, scene);
  const stack = await stackFor({
    endpoint: emulator.url,
    token: accountToken,
    program: programOf(declared),
  });
  const file = join(await temporaryFolder(), "stack.json");
  await writeFile(file, withEndpoint(readFileSync(new URL("stack.json", folder), "utf8"), emulator.url));
  const bringBack = () => stack.command("stack", "import", "--file", file);
  await bringBack();
  return { stack, emulator, routes, declared, bringBack };
}

/** A refresh asks where the state says, and no port is free for a test for ever. */
function withEndpoint(state: string, url: string): string {
  return state.replaceAll(/(?<=endpoint": ")http:[^"]*/g, url);
}

function programOf(declared: Declared) {
  return () => {
    declare(declared);
    return Promise.resolve();
  };
}

/** Something of two instances and of the webhook. */
function changed({ instances, webhooks }: Declared): Declared {
  const { orion, lyra, vega } = instances;
  return {
    instances: {
      orion: { ...orion, settings: { ...(orion?.settings as object), ignoreStatus: false } },
      vega: vega ?? {},
      lyra: { ...lyra, settings: { autoRejectCalls: false } },
    },
    webhooks: Object.fromEntries(
      Object.entries(webhooks).map(([name, args]) => [
        name,
        { ...args, url: "https://audit.example.com/other" },
      ]),
    ),
  };
}

function expectOnlyReads(emulator: Emulator): void {
  const methods = new Set(emulator.requests().map(({ method }) => method));
  expect([...methods]).toEqual(["GET"]);
}
