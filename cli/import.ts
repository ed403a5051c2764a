import { access, readFile, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { discover, type Discovery } from "../provider/lifecycle/discovery.ts";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import type { ListedInstance } from "../provider/ryzeapi/listing.ts";
import { asError } from "../provider/ryzeapi/errors.ts";
import { accountClient } from "./account.ts";
import { importFile } from "./import-file.ts";
import {
  distinct,
  importedResources,
  withoutUnknown,
  type ImportedResource,
  type SecretRequest,
} from "./imported.ts";
import { programText } from "./program.ts";
import { endProgress, showProgress } from "./progress.ts";
import { askSecret } from "./prompt.ts";
import { shellWord } from "./shell-word.ts";
import { setConfiguration } from "./set-config.ts";
import { configurationOf } from "./stack.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi import [NAME...] [--file FILE] [--program FILE] [--secrets FILE] [--set-config]
                      [--stack STACK]

Writes what takes over instances that exist: an import file for Pulumi, and the program text that goes with it.
Without names, every instance of the account. Nothing is changed at RyzeAPI, and without --set-config nothing in a stack.

  --file FILE      the import file; it holds secrets, readable by you alone (default ryzeapi-import.json)
  --program FILE   a new file for the program text, which holds no secret (default: standard output)
  --secrets FILE   JSON object of the secrets that RyzeAPI never returns, such as {"orion.s3.secretKey": "..."};
                   without it they are asked for in the terminal; where a block needs one that is empty, it is left out
  --set-config     set the secrets that the program reads in the configuration of the stack
  --stack STACK    the stack whose configuration is set, and names the account where RYZEAPI_TOKEN is not set (default:
                   the one that is selected in this folder)`;

/** How many instances are read at the same time. Each of them takes some seven requests at once. */
const READ_AT_ONCE = 8;

/** `ryzeapi import`: reads the account, asks for what it does not tell, and writes the two files. */
export async function importCommand(args: readonly string[]): Promise<void> {
  const { names, options } = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  if (options.program !== undefined) await expectNoFile(options.program);
  const given = options.secrets === undefined ? {} : await readSecrets(options.secrets);
  const configuration = options["set-config"] === true ? await configurationOf(options.stack) : undefined;
  const found = await discoverAll(await accountClient(options.stack), names);
  for (const line of found.flatMap(({ leftOut }) => leftOut)) console.error(`warning: ${line}`);
  const all = distinct(found.flatMap(importedResources));
  const secrets = await gather(all, given);
  const known = all.map((resource) => withoutUnknown(resource, secrets));
  for (const line of known.flatMap(({ leftOut }) => leftOut)) console.error(`warning: ${line}`);
  const resources = known.map(({ resource }) => resource);
  const values = configurationFor(resources, secrets);
  if (configuration !== undefined) await setConfiguration(values, configuration, options.stack);

  await writeForOwner(options.file, importFile(resources, secrets));
  const program = programText(resources, secrets);
  if (options.program === undefined) process.stdout.write(program);
  else await writeFile(options.program, program);
  console.error(nextSteps(options.file, [...values.keys()], configuration !== undefined, options.stack));
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        file: { type: "string", default: "ryzeapi-import.json" },
        program: { type: "string" },
        secrets: { type: "string" },
        "set-config": { type: "boolean" },
        stack: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    return { names: positionals, options: values };
  } catch (error) {
    throw new UsageError(asError(error).message, HELP);
  }
}

async function discoverAll(account: AccountClient, names: readonly string[]): Promise<Discovery[]> {
  const listed =
    names.length === 0
      ? await account.listing.all()
      : await Promise.all(
          names.map(async (name) => {
            const instance = await account.listing.find(name, []);
            if (instance === undefined)
              throw new Error(`there is no instance named "${name}" at ${account.origin}`);
            return instance;
          }),
        );
  if (listed.length === 0) throw new Error(`the account at ${account.origin} has no instances`);
  return await readAll(account, listed).finally(endProgress);
}

async function readAll(account: AccountClient, listed: readonly ListedInstance[]): Promise<Discovery[]> {
  const found: Discovery[] = [];
  let read = 0;
  const unread = listed.entries(); // each reader goes on with the next one that nobody has taken
  const reader = async (): Promise<void> => {
    for (const [index, instance] of unread) {
      found[index] = await discover(account, instance);
      read += 1;
      showProgress(`Reading instances: ${read} of ${listed.length}`);
    }
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, reader));
  return found;
}

async function expectNoFile(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw new UsageError(`${file} exists, and is left as it is: name a new file`, HELP);
}

/** A file that was there before may be readable by others. */
async function writeForOwner(file: string, text: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600 });
}

async function readSecrets(file: string): Promise<Record<string, string>> {
  const result = z.record(z.string(), z.string()).safeParse(parseJson(await readFile(file, "utf8")));
  if (result.success) return result.data;
  throw new UsageError(
    `${file} must be a JSON object of strings, such as {"orion.s3.secretKey": "..."}`,
    HELP,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The values of all secrets, by their path; an empty one means that there is none. */
async function gather(
  resources: readonly ImportedResource[],
  given: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const requests = resources.flatMap((resource) => resource.secrets);
  const unknown = requests.filter(({ value, path }) => value === undefined && !Object.hasOwn(given, path));
  if (unknown.length > 0 && !process.stdin.isTTY) throw new Error(secretsNeeded(unknown));
  const values = new Map<string, string>();
  for (const request of requests) {
    const { path, value } = request;
    values.set(path, value ?? given[path] ?? (await askSecret(question(request))));
  }
  return values;
}

function question({ path, requiredBy }: SecretRequest): string {
  return requiredBy === undefined
    ? `${path} (RyzeAPI never returns it; empty for none): `
    : `${path} (RyzeAPI never returns it; empty leaves ${requiredBy} out): `;
}

function secretsNeeded(unknown: readonly SecretRequest[]): string {
  const names = unknown.map(({ path }) => `  ${path}`).join("\n");
  return (
    `RyzeAPI never returns these secrets, and a program that declares them must know them:\n${names}\n` +
    "Give them as a JSON object with --secrets FILE (an empty string where there is none, or where nobody knows it), " +
    "or run this in a terminal."
  );
}

/** What the program reads, by its key in the stack's configuration. */
function configurationFor(
  resources: readonly ImportedResource[],
  secrets: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const requests = resources.flatMap((resource) => resource.secrets);
  return new Map(
    requests
      .map(({ configKey, path }) => [configKey, secrets.get(path) ?? ""] as const)
      .filter(([, value]) => value !== ""),
  );
}

function nextSteps(file: string, keys: readonly string[], isSet: boolean, stack: string | undefined): string {
  const inStack = stack === undefined ? "" : ` --stack ${shellWord(stack)}`;
  const toSet = isSet ? [] : keys.map((key) => `     pulumi config set --secret ${key}${inStack}`);
  const steps = [
    ["Put the program text into your program."],
    ...(toSet.length === 0 ? [] : [["Set its secrets; each command asks for the value:", ...toSet]]),
    [
      `pulumi import --file ${shellWord(file)} --generate-code=false${inStack} && rm ${shellWord(file)}`,
      "     The file holds secrets in clear. It is removed once all of it is in the state.",
    ],
    ["pulumi preview shows no change."],
  ];
  return [
    "",
    `Wrote ${file}. ${isSet && keys.length > 0 ? "The secrets are in the stack's configuration. " : ""}Next:`,
    ...steps.flatMap(([first = "", ...rest], index) => [`  ${index + 1}. ${first}`, ...rest]),
  ].join("\n");
}
