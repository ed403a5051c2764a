import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import type { Configuration as OfTheProvider } from "../provider/lifecycle/configuration.ts";
import { identityIn, type Identity } from "../provider/lifecycle/identity.ts";
import { INSTANCE } from "../provider/definitions/resources.ts";

const run = promisify(execFile);

/** A deployment of any size, as `pulumi stack export` prints it. */
const LARGEST_OUTPUT_BYTES = 512 * 1024 * 1024;

/** An instance as the dynamic provider registers it, and as a native one would. */
const INSTANCE_TYPES: ReadonlySet<string> = new Set(Object.values(INSTANCE.types));

const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(
        z.looseObject({
          type: z.string(),
          id: z.string().optional(),
          outputs: z.record(z.string(), z.unknown()).optional(),
          /** Read by the program, not managed. */
          external: z.boolean().optional(),
          /** Replaced, and still to be deleted. */
          delete: z.boolean().optional(),
        }),
      )
      .optional(),
  }),
});

const configuration = z.record(
  z.string(),
  z.looseObject({ value: z.string().optional(), secret: z.boolean().optional() }),
);

export type Configuration = z.infer<typeof configuration>;

/** The instances that a stack manages, by name: in several accounts there may be several of one name. */
export type ManagedInstances = ReadonlyMap<string, readonly Identity[]>;

/** Without a name: those of the stack that is selected in this folder. */
export async function managedInstances(stack: string | undefined): Promise<ManagedInstances> {
  const { deployment } = exported.parse(JSON.parse(await pulumi(["stack", "export"], stack)));
  const managed = new Map<string, Identity[]>();
  for (const { type, id, outputs = {}, ...resource } of deployment.resources ?? []) {
    const isManaged = INSTANCE_TYPES.has(type) && resource.external !== true && resource.delete !== true;
    if (isManaged && id !== undefined) managed.set(id, [...(managed.get(id) ?? []), identityIn(outputs)]);
  }
  return managed;
}

/** The value of a stack output that holds an instance's token. */
export async function tokenFromOutput(output: string, stack: string | undefined): Promise<string> {
  const token = (await pulumi(["stack", "output", output, "--show-secrets"], stack)).trim();
  if (token === "") throw new Error(`the stack output "${output}" is empty`);
  return token;
}

/** Of the CLI that is found first, such as `3.259.0`. */
export async function cliVersion(): Promise<string> {
  return (await pulumi(["version"], undefined)).trim().replace(/^v/, "");
}

/** The name of a stack that exists: the one that is given, else the one that is selected in this folder. */
export async function stackName(stack: string | undefined): Promise<string> {
  return (await pulumi(["stack", "--show-name"], stack)).trim();
}

/** The account of a stack's configuration, as far as it is set there. */
export async function configuredAccount(stack: string | undefined): Promise<OfTheProvider> {
  const values = await configurationOf(stack);
  const named = (["token", "endpoint", "limitShare"] as const).flatMap((name) => {
    const value = values[`ryzeapi:${name}`]?.value;
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(named);
}

/** A value goes through standard input, since others on the machine can read arguments. */
export async function setSecret(key: string, value: string, stack: string | undefined): Promise<void> {
  await pulumi(["config", "set", "--secret", "--raw", key], stack, value);
}

/** All that is set for a stack, by the full names of the keys. */
export async function configurationOf(stack: string | undefined): Promise<Configuration> {
  return configuration.parse(JSON.parse(await pulumi(["config", "--show-secrets", "--json"], stack)));
}

async function pulumi(args: readonly string[], stack: string | undefined, input = ""): Promise<string> {
  const command = [...args, ...(stack === undefined ? [] : ["--stack", stack])];
  try {
    const env = { ...process.env, PATH: pathToPulumi(process.env["PATH"] ?? "") };
    const running = run("pulumi", command, { maxBuffer: LARGEST_OUTPUT_BYTES, env });
    running.child.stdin?.on("error", () => undefined).end(input);
    return (await running).stdout;
  } catch (error) {
    throw new Error(`\`pulumi ${command.join(" ")}\` failed: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * npx puts the folders of installed packages first, where `pulumi` may be the npm package of that name: no CLI, but what
 * would download one. It is the last resort.
 */
function pathToPulumi(path: string): string {
  const folders = path.split(delimiter);
  const isOfPackages = (folder: string) => /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder);
  return [
    ...folders.filter((folder) => !isOfPackages(folder)),
    ...folders.filter((folder) => isOfPackages(folder)),
  ].join(delimiter);
}

function reasonOf(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === "ENOENT") return "there is no `pulumi` on PATH";
  const said = stderr?.trim() ?? "";
  return said === "" ? message : said.replace(/^error: /, "");
}
