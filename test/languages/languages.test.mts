import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";

import { beforeAll, describe, inject, test, vi, type TestContext } from "vitest";

import manifest from "../../package.json" with { type: "json" };
import { namesOf } from "../../scripts/reference/names.mts";
import { makeRelease, missingFor, PARTS, VERSION } from "../../scripts/release/make.mts";
import { run } from "../../scripts/release/run.mts";
import { buildGenerators, LANGUAGES } from "../../scripts/release/sdks.mts";
import { startChatwoot } from "../emulator/chatwoot-standin.mts";
import { startEmulator, type Emulator } from "../emulator/emulator.mts";
import { everyField } from "../support/instance.mts";
import { secretMarker } from "../support/secret-marker.mts";
import { expectAbsent, secretMarkers } from "../support/secrets.mts";
import { LIST } from "../support/service.mts";
import { WITHOUT_TYPES } from "../support/stack-environment.mts";
import { linkNodeModules } from "../support/stack.mts";
import { awsStandIn, installComponent } from "./component.mts";
import { Project } from "./project.mts";
import { serveRelease, type Releases } from "./releases.mts";
import { COMPILE, nodejsTarball, programFolder, pythonWheel, unpackNodejsSdk } from "./sdks.mts";
import { PLUGIN_PROGRAM, pulumiWithPlugin } from "./tools.mts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const NAMES = namesOf(manifest);
const reasons = await Promise.all(LANGUAGES.map(missingFor));
const without = Object.fromEntries(LANGUAGES.map((language, index) => [language, reasons[index]]));

let folder = "";
let hosts = "";
let release = "";
let releases: Releases;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  hosts = join(folder, "hosts");
  release = join(folder, "release");
  await linkNodeModules(folder);
  const languages = LANGUAGES.filter((language) => without[language] === undefined);
  if (languages.length > 0) await buildGenerators(hosts);
  await makeRelease(release, { cli: inject("pulumiCli"), hosts }, languages);
  const slug = NAMES.repository.replace("https://github.com/", "");
  const plugin = join(release, PARTS.plugin);
  releases = await serveRelease(slug, `v${VERSION}`, plugin, join(folder, "certificate.pem"));
  return async () => {
    releases.close();
    await rm(folder, { recursive: true, force: true });
  };
});

/** The real CLI on a machine on which nothing of the provider is installed, and a GitHub that has the release. */
function pulumiOfSomebody() {
  const { command, env } = inject("pulumiCli");
  return { command, environment: { ...env, ...releases.environment } };
}

const INSTALLED = `ryzeapi ${VERSION}`;

const ORION = "urn:pulumi:test::languages::ryzeapi:index:Instance::orion";

describe.concurrent("a program with the SDK of the release", () => {
  test.for(LANGUAGES)("for %s is compiled, gets the plugin and runs", async (language, context) => {
    const { expect } = context;
    skipWithout(context, without[language]);
    const service = await startServices(context);
    const { emulator, accounts, secrets } = service;

    const project = await Project.create(join(folder, language), language, pulumiOfSomebody());
    await cp(programFolder(language), project.folder, { recursive: true });
    const command = await COMPILE[language](project.folder, release);
    await project.configure(
      { "ryzeapi:endpoint": emulator.url, endpoint: emulator.url, chatwootUrl: service.chatwootUrl },
      {
        "ryzeapi:token": accounts.first,
        secondAccountToken: accounts.second,
        webhookAuthorization: secrets.webhookAuthorization,
        chatwootToken: secrets.chatwootToken,
      },
    );
    const up = async () => JSON.parse(await project.program(command, "up")) as Report;

    const created = await up();
    expect(await project.plugins()).toEqual([INSTALLED]);
    const orion = emulator.instance("orion", accounts.first);
    const authorization = secrets.webhookAuthorization;
    expect(orion).toMatchObject({
      webhooks: {
        default: {
          url: "https://app.example.com/whatsapp",
          authorization,
          events: ["message.exchange", "call.update"],
        },
        audit: { url: "https://audit.example.com", authorization },
      },
      settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
    });
    expect(emulator.instanceNames(accounts.second)).toEqual(["vega"]);
    expect(created.outputs).toEqual({
      token: { value: orion?.token, secret: true },
      chatwoot: { value: "error", secret: false },
      rejectsCalls: { value: true, secret: false },
      foundStatus: { value: "disconnected", secret: true }, // as is all of an answer with a token in it
      secondStatus: { value: "disconnected", secret: false },
    });
    expect(created.warnings.filter(({ urn }) => urn === ORION)).toEqual([
      { urn: ORION, message: expect.stringContaining("chatwoot is not as declared") as string },
    ]);

    service.acceptChatwootToken();
    emulator.clearRequests();
    const healed = await up();
    expect(service.routes()).toEqual(["POST /api/chatwoot/set/:instance", LIST]);
    expect(healed.outputs["chatwoot"]).toEqual({ value: "active", secret: false });
    expect(healed.warnings.filter(({ urn }) => urn === ORION)).toEqual([]);

    emulator.clearRequests();
    await up();
    expect(service.routes()).toEqual([LIST]); // the look-up of the program
    const kept = { ...accounts, authorization, chatwoot: secrets.chatwootToken, token: orion?.token ?? "" };
    expectAbsent(kept, { "`pulumi stack export`": await project.exported() });

    await project.program(command, "destroy");
    expect(emulator.instanceNames(accounts.first)).toEqual([]);
    expect(emulator.instanceNames(accounts.second)).toEqual([]);
  });

  test("that `pulumi import` writes shows no change", async (context) => {
    const { expect } = context;
    skipWithout(context, without["nodejs"]);
    const { emulator, accounts, secrets, chatwootUrl, acceptChatwootToken } = await startServices(context);
    acceptChatwootToken();
    await createInstance(emulator, accounts.first, everyField("orion", secrets, chatwootUrl));

    const project = await Project.create(join(folder, "import"), "nodejs", pulumiWithPlugin());
    await unpackNodejsSdk(project.folder, release);
    await project.configure({ "ryzeapi:endpoint": emulator.url }, { "ryzeapi:token": accounts.first });
    const imported = ["ryzeapi:index:Instance", "orion", "orion", "--yes", "--out", "index.ts"];
    await project.pulumi(["import", ...imported], { hosts });
    await writeFile(join(project.folder, "package.json"), JSON.stringify({ main: "index.ts" }));
    expect(await readFile(join(project.folder, "index.ts"), "utf8")).toContain(
      'new ryzeapi.Instance("orion"',
    );
    await project.pulumi(["preview", "--expect-no-changes"]);
  });
});

test("a component from source brings bucket, keys and instance into a program in Python", async (context) => {
  const { expect } = context;
  for (const language of ["nodejs", "python"] as const) skipWithout(context, without[language]);
  const { emulator, accounts, secrets, chatwootUrl, acceptChatwootToken } = await startServices(context);
  acceptChatwootToken();

  const { command: cli, environment } = pulumiWithPlugin(await awsStandIn(folder));
  // The component's types are checked when its schema is asked for.
  const later = { command: cli, environment: { ...environment, ...WITHOUT_TYPES } };
  const project = await Project.create(join(folder, "component"), "python", later);
  const generator = { cli: inject("pulumiCli"), hosts };
  const command = await installComponent(project.folder, release, generator);
  await project.configure(
    { "aws:region": "sa-east-1", "ryzeapi:endpoint": emulator.url, chatwootUrl, chatwootAccountId: "1" },
    { "ryzeapi:token": accounts.first, chatwootToken: secrets.chatwootToken },
  );
  const { outputs } = JSON.parse(await project.program(command, "up")) as Report;
  const orion = emulator.instance("orion", accounts.first);
  expect(orion).toMatchObject({
    s3: {
      bucket: "orion-media",
      region: "sa-east-1",
      accessKey: "id-of-ryzeapi-orion-1",
      secretKey: "secret of ryzeapi-orion-1",
      pathPrefix: "orion/",
    },
    chatwoot: { accountId: 1, inboxName: "WhatsApp - Orion" },
  });
  expect(outputs).toEqual({
    token: { value: orion?.token, secret: true },
    mediaBucket: { value: "orion-media", secret: false },
    chatwootStatus: { value: "active", secret: false },
  });
  const kept = { account: accounts.first, chatwoot: secrets.chatwootToken, token: orion?.token ?? "" };
  expectAbsent(kept, { "`pulumi stack export`": await project.exported() });

  await project.program(command, "destroy");
  expect(emulator.instanceNames(accounts.first)).toEqual([]);
});

describe.concurrent("on a machine on which nothing is installed", () => {
  test("a plain `pulumi up` downloads the plugin from the release", async (context) => {
    const { expect } = context;
    skipWithout(context, without["nodejs"]);
    const { emulator, accounts } = await startServices(context);
    const project = await Project.create(join(folder, "plain"), "nodejs", pulumiOfSomebody());
    const files = {
      "package.json": JSON.stringify({
        private: true,
        dependencies: { [NAMES.nodejs]: nodejsTarball(release) },
      }),
      "index.js": `new (require("${NAMES.nodejs}").Instance)("orion");\n`,
    };
    for (const [file, text] of Object.entries(files)) await writeFile(join(project.folder, file), text);
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], project.folder);
    await project.configure({ "ryzeapi:endpoint": emulator.url }, { "ryzeapi:token": accounts.first });
    await project.pulumi(["up", "--yes", "--skip-preview"]);
    expect(emulator.instanceNames(accounts.first)).toEqual(["orion"]);
    expect(await project.plugins()).toContain(INSTALLED);
  });

  test("`pulumi plugin install` takes it from a server with the release's files", async ({ expect }) => {
    const project = await Project.create(join(folder, "server"), "nodejs", pulumiOfSomebody());
    await project.pulumi(["plugin", "install", "resource", "ryzeapi", VERSION, "--server", releases.url]);
    expect(await project.plugins()).toEqual([INSTALLED]);
  });
});

test("the SDK for Python tells the language host where the plugin is", async (context) => {
  skipWithout(context, without["python"]);
  const unpacked = join(folder, "wheel");
  await run("python3", ["-m", "zipfile", "-e", pythonWheel(release), unpacked], folder);
  context.expect(await toldIn(join(unpacked, NAMES.python))).toEqual(TOLD);
});

test("the SDK for Go tells it as well", async (context) => {
  skipWithout(context, without["go"]);
  context.expect(await toldIn(join(release, PARTS.go, basename(NAMES.go)))).toEqual(TOLD);
});

test("the checksums are those of the plugin's archives", async ({ expect }) => {
  const plugin = join(release, PARTS.plugin);
  const archives = (await readdir(plugin)).filter((file) => file.endsWith(".tar.gz"));
  const sums = archives.toSorted().map(async (file) => {
    const sum = createHash("sha256").update(await readFile(join(plugin, file)));
    return `${sum.digest("hex")}  ${file}`;
  });
  const lines = await readFile(join(plugin, `pulumi-resource-ryzeapi-v${VERSION}-checksums.txt`), "utf8");
  expect(lines.trim().split("\n").toSorted()).toEqual((await Promise.all(sums)).toSorted());
});

test("the release has every file under its name", async ({ expect }) => {
  const files = await readdir(release, { recursive: true, withFileTypes: true });
  const own = files
    .filter((file) => file.isFile() && !file.parentPath.includes(PARTS.go))
    .map((file) => join(relative(release, file.parentPath), file.name));
  const plugin = `${PARTS.plugin}/pulumi-resource-ryzeapi-v${VERSION}`;
  expect(own.toSorted()).toEqual(
    [
      `${PARTS.npm}/pulumi-ryzeapi-${VERSION}.tgz`,
      ...(without["nodejs"] === undefined ? [relative(release, nodejsTarball(release))] : []),
      ...["linux", "darwin", "windows"].flatMap((system) =>
        ["amd64", "arm64"].map((processor) => `${plugin}-${system}-${processor}.tar.gz`),
      ),
      `${plugin}-checksums.txt`,
      ...(without["python"] === undefined
        ? [relative(release, pythonWheel(release)), `${PARTS.python}/${NAMES.python}-${VERSION}.tar.gz`]
        : []),
    ].toSorted(),
  );
});

test("`pulumi do` lists, reads and creates, and gives no instance the name of its type", async (context) => {
  const { emulator, accounts } = await startServices(context);
  await createInstance(emulator, accounts.first, { name: "orion" });
  emulator.pair("orion");
  await createInstance(emulator, accounts.first, { name: "vega" });
  emulator.patchInstance("vega", { webhooks: { audit: { url: "https://audit.example.com" } } });
  const project = await Project.create(join(folder, "do"), "nodejs", pulumiWithPlugin());
  const provider = ["--ryzeapi:endpoint", emulator.url, "--ryzeapi:token", accounts.first];
  const pulumiDo = (...args: string[]) =>
    project.pulumi(["do", "--package", PLUGIN_PROGRAM, ...provider, ...args]);
  const listed = async (...args: string[]): Promise<unknown> => JSON.parse(await pulumiDo(...args));
  const { expect } = context;
  const [orion, vega] = ["orion", "vega"].map((name) => ({ id: name, name }));
  expect(await listed("ryzeapi:Instance", "list")).toEqual([orion, vega]);
  expect(await listed("ryzeapi:Instance", "list", "--count", "1")).toEqual([orion]);
  expect(await listed("ryzeapi:Instance", "list", "--status", "connected")).toEqual([orion]);
  expect(await listed("ryzeapi:Webhook", "list", "--instance", "vega")).toEqual([
    { id: "vega/audit", name: "audit" },
  ]);
  await pulumiDo("ryzeapi:Instance", "read", "vega");
  await expect(pulumiDo("ryzeapi:Instance", "read", "nobody")).rejects.toThrow();

  const create = ["--stateless", "ryzeapi:Instance", "create", "--yes"];
  await expect(pulumiDo(...create)).rejects.toThrow(/name is required here/);
  await pulumiDo(...create, "--name", "lyra");
  expect(emulator.instanceNames()).toEqual(["orion", "vega", "lyra"]);
});

/** What a language host reads of an SDK, to have the CLI install the plugin before the program runs. */
const TOLD = { resource: true, name: "ryzeapi", version: VERSION, server: NAMES.pluginDownloadURL };

async function toldIn(sdk: string): Promise<unknown> {
  return JSON.parse(await readFile(join(sdk, "pulumi-plugin.json"), "utf8"));
}

/** What a program prints after an `up`. */
interface Report {
  readonly outputs: Readonly<Record<string, { value: unknown; secret: boolean }>>;
  readonly warnings: readonly { urn?: string; message: string }[];
}

function skipWithout({ skip }: TestContext, reason: string | undefined): void {
  if (reason !== undefined) skip(reason);
}

/** RyzeAPI with two accounts, and a Chatwoot that refuses the scenario's token until it is told otherwise. */
async function startServices({ onTestFinished }: TestContext) {
  const secrets = secretMarkers();
  const accounts = { first: secrets.accountToken, second: secretMarker() };
  const emulator = await startEmulator({ accounts: Object.values(accounts).map((token) => ({ token })) });
  onTestFinished(() => emulator.close());
  const apiTokens: string[] = [];
  const chatwoot = await startChatwoot({ accounts: [{ id: 1, apiTokens }] });
  onTestFinished(() => chatwoot.close());
  return {
    secrets,
    accounts,
    emulator,
    chatwootUrl: chatwoot.url,
    acceptChatwootToken: () => apiTokens.push(secrets.chatwootToken),
    routes: () => emulator.requests().map(({ route }) => route),
  };
}

async function createInstance({ url }: Emulator, token: string, body: object): Promise<void> {
  const headers = { token, "Content-Type": "application/json" };
  const { status } = await fetch(`${url}/api/instance/new`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  if (status !== 201) throw new Error(`The emulator answered the creation with ${status}.`);
}
