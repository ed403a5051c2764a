import { subscribe, unsubscribe, type ChannelListener } from "node:diagnostics_channel";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { startEmulator, type Emulator } from "../emulator/emulator.mts";
import { create, emulatorFor } from "../emulator/helpers.mts";
import { environmentFor, ryzeapi } from "./command.mts";
import { CommandInTerminal } from "./terminal.mts";

interface ImportFile {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly inputs: { readonly instance?: string; readonly label?: string; readonly authorization?: Secret };
  }[];
}
interface Secret {
  readonly plaintext: string;
}

async function settingsFor(emulator: Emulator) {
  const cwd = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  return { cwd, env: environmentFor(emulator) };
}

const webhook = (authorization: string) => ({ enabled: true, url: "https://app.example.com", authorization });

function duplicatesIn(names: readonly (string | undefined)[]): unknown[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

test("everything that is imported has a name, a variable and a key of its own, whatever the instances are called", async () => {
  const emulator = await emulatorFor();
  // `a-b` is an instance, and what the webhook `b` of `a` would be called; and so on.
  for (const name of ["a", "a-b", "a_b", "a-b.webhook", "東京", "大阪", "class"])
    await create(emulator, name);
  const webhooks = {
    a: ["b", "b-c", "b-webhook", "b.webhook"],
    "a-b": ["default", "c"],
    a_b: ["default"],
    東京: ["default", "x"],
    大阪: ["default", "x"],
  };
  const given: string[] = [];
  for (const [instance, labels] of Object.entries(webhooks))
    for (const label of labels) {
      given.push(`${instance}/${label}`);
      emulator.patchInstance(instance, { webhooks: { [label]: webhook(`${instance}/${label}`) } });
    }
  const settings = await settingsFor(emulator);
  const outcome = await ryzeapi(["import", "--program", "index.ts"], settings);
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 });

  const program = await readFile(join(settings.cwd, "index.ts"), "utf8");
  const all = (pattern: RegExp) => [...program.matchAll(pattern)].map(([, name]) => name);
  expect(duplicatesIn(all(/^const (\w+) =/gm))).toEqual([]);
  expect(duplicatesIn(all(/requireSecret\("(\w+)"\)/g))).toEqual([]);
  expect(all(/requireSecret\("(\w+)"\)/g)).toHaveLength(given.length);

  const file = await readFile(join(settings.cwd, "ryzeapi-import.json"), "utf8");
  const { resources } = JSON.parse(file) as ImportFile;
  expect(duplicatesIn(resources.map(({ name }) => name))).toEqual([]);
  expect(new Set(all(/new \w+\(("[^"]+")/g))).toEqual(
    new Set(resources.map(({ name }) => JSON.stringify(name))),
  );
  // Every webhook has the secret that is its own.
  const labelled = resources.filter(({ inputs }) => inputs.label !== undefined);
  expect(labelled).toHaveLength(given.filter((place) => !place.endsWith("/default")).length);
  for (const { inputs } of labelled)
    expect(inputs.authorization?.plaintext).toBe(JSON.stringify(`${inputs.instance}/${inputs.label}`));
});

test("what no program can declare as RyzeAPI has it is left out with the reason, and stays as it is", async () => {
  const emulator = await emulatorFor();
  await create(emulator, "orion");
  emulator.patchInstance("orion", {
    webhooks: {
      default: { enabled: true, url: "https://app.example.com", events: ["message.exchange", "poll.vote"] },
      audit: { enabled: true, url: "" },
      billing: { enabled: true, url: "https://billing.example.com" },
    },
  });
  const before = emulator.instance("orion");
  const settings = await settingsFor(emulator);
  const outcome = await ryzeapi(["import", "--program", "index.ts"], settings);
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
  expect(outcome.stderr).toMatch(
    /warning: The webhook of the instance "orion" is not imported: .*webhook\.events\[1\]/,
  );
  expect(outcome.stderr).toMatch(
    /warning: The webhook "audit" of the instance "orion" is not imported: .*webhook\.url/,
  );
  const program = await readFile(join(settings.cwd, "index.ts"), "utf8");
  expect(program).toContain("billing");
  expect(program).not.toMatch(/audit|poll\.vote/);
  expect(emulator.instance("orion")).toEqual(before);
});

async function withProxy(): Promise<Emulator> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  await create(emulator, "orion", {
    proxyEnabled: true,
    proxyHost: "proxy.example.com",
    proxyPort: "1080",
    proxyProtocol: "socks5",
    proxyPassword: "kept-by-the-service",
  });
  return emulator;
}

test("secrets that RyzeAPI never returns are asked for without showing them", async () => {
  const settings = await settingsFor(await withProxy());
  const file = join(settings.cwd, "ryzeapi-import.json");
  // One that was there before must not be readable by others afterwards.
  await writeFile(file, "", { mode: 0o644 });
  const terminal = new CommandInTerminal(["import"], settings);
  await terminal.waitForText("orion.proxy.password");
  terminal.type("typed-in-secret\r");
  expect(await terminal.exitCode).toBe(0);
  expect(terminal.output).not.toContain("typed-in-secret");
  expect(terminal.text).toContain("pulumi import --file ryzeapi-import.json");
  expect(await readFile(file, "utf8")).toContain("typed-in-secret");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each(["typed", "in a file"])(
  "a required secret that nobody knows leaves its block out, %s",
  async (how) => {
    const emulator = await withProxy();
    const s3 = { enabled: true, region: "us-east-1", bucket: "media", accessKey: "AKIA", secretKey: "kept" };
    emulator.patchInstance("orion", { s3 });
    const settings = await settingsFor(emulator);
    let said: string;
    if (how === "typed") {
      const terminal = new CommandInTerminal(["import", "--program", "index.ts"], {
        ...settings,
        columns: 200,
      });
      await terminal.waitForText("orion.proxy.password (RyzeAPI never returns it; empty for none):");
      terminal.type("\r");
      await terminal.waitForText("orion.s3.secretKey (RyzeAPI never returns it; empty leaves s3 out):");
      terminal.type("\r");
      expect(await terminal.exitCode).toBe(0);
      said = terminal.text;
    } else {
      const secrets = JSON.stringify({ "orion.proxy.password": "", "orion.s3.secretKey": "" });
      await writeFile(join(settings.cwd, "secrets.json"), secrets);
      const outcome = await ryzeapi(
        ["import", "--program", "index.ts", "--secrets", "secrets.json"],
        settings,
      );
      expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
      said = outcome.stderr;
    }
    expect(said).toContain(
      'warning: RyzeAPI does not tell s3.secretKey of the instance "orion". An import leaves',
    );
    expect(said).not.toContain("does not tell proxy");
    expect(said).not.toContain("config set");
    for (const file of ["index.ts", "ryzeapi-import.json"]) {
      const text = await readFile(join(settings.cwd, file), "utf8");
      expect(text).toContain("proxy.example.com");
      expect(text).not.toMatch(/s3|bucket/);
    }
  },
);

test.each([
  ["Ctrl-C", "\u0003", 130],
  ["the end of the input", "\u0004", 1],
])("%s while a secret is asked for ends it, and nothing is written", async (_what, keys, code) => {
  const settings = await settingsFor(await withProxy());
  const terminal = new CommandInTerminal(["import"], settings);
  await terminal.waitForText("orion.proxy.password");
  terminal.type(keys);
  expect(await terminal.exitCode).toBe(code);
  await expect(stat(join(settings.cwd, "ryzeapi-import.json"))).rejects.toThrow("ENOENT");
});

/** The most requests that this process was answering at one time: those of the emulator, while the command runs. */
function mostAtOnce(): () => number {
  let now = 0;
  let most = 0;
  const count = (channel: string, change: number) => {
    const listener: ChannelListener = () => {
      now += change;
      most = Math.max(most, now);
    };
    subscribe(channel, listener);
    onTestFinished(() => void unsubscribe(channel, listener));
  };
  count("http.server.request.start", 1);
  count("http.server.response.finish", -1);
  return () => most;
}

test("a large account is read with a bounded number of requests at a time, in the account's order", async () => {
  // What the list tells nothing of is asked for, block by block.
  const emulator = await emulatorFor({ limits: false, latencyMs: 20, readings: { list: "minimal" } });
  const names = Array.from({ length: 200 }, (_, index) => `orion-${index}`);
  await Promise.all(names.map((name) => create(emulator, name)));
  emulator.clearRequests();
  const most = mostAtOnce();
  const settings = await settingsFor(emulator);
  const outcome = await ryzeapi(["import", "--program", "index.ts"], settings);
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
  // Eight instances with seven requests each: six blocks and the labels of the webhooks.
  expect(most()).toBeGreaterThan(7);
  expect(most()).toBeLessThanOrEqual(56);
  expect(emulator.requests()).toHaveLength(1 + 7 * names.length);
  const file = await readFile(join(settings.cwd, "ryzeapi-import.json"), "utf8");
  const { resources } = JSON.parse(file) as ImportFile;
  expect(resources.map(({ name }) => name)).toEqual(emulator.instanceNames());
});

test("a program that is there already is left as it is", async () => {
  const settings = await settingsFor(await withProxy());
  await writeFile(join(settings.cwd, "index.ts"), "// mine\n");
  const outcome = await ryzeapi(["import", "--program", "index.ts"], settings);
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toContain("index.ts exists");
  expect(await readFile(join(settings.cwd, "index.ts"), "utf8")).toBe("// mine\n");
});
