import { createRequire } from "node:module";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { asError } from "../../provider/ryzeapi/errors.ts";
import { isOlder } from "../../provider/is-older.ts";
import { cliVersion } from "../stack.ts";
import type { Finding } from "./finding.ts";

/** Those of package.json and of the README. */
const OLDEST_NODE = "22.0.0";
const OLDEST_CLI = "3.254.0";

/** What is installed here. */
export async function machineFindings(): Promise<Finding[]> {
  return [nodeFinding(), await cliFinding(), sdkFinding(process.cwd())];
}

function nodeFinding(): Finding {
  const { node } = process.versions;
  const found = `Node.js ${node}`;
  return isOlder(node, OLDEST_NODE)
    ? { check: "node", result: "problem", found, todo: "Install Node.js 22 or later: https://nodejs.org" }
    : { check: "node", result: "ok", found };
}

async function cliFinding(): Promise<Finding> {
  const check = "cli";
  try {
    const version = await cliVersion();
    const found = `Pulumi CLI ${version}`;
    return isOlder(version, OLDEST_CLI)
      ? { check, result: "problem", found, todo: `Install ${minor(OLDEST_CLI)} or later: ${INSTALL_CLI}` }
      : { check, result: "ok", found };
  } catch (error) {
    const todo = `Install the Pulumi CLI, and open a new terminal: ${INSTALL_CLI}`;
    return { check, result: "problem", found: asError(error).message, todo };
  }
}

const INSTALL_CLI = "https://www.pulumi.com/docs/install/";

/** Programs in other languages have no packages of Node.js here, and need none. */
function sdkFinding(folder: string): Finding {
  const check = "sdk";
  if (!existsSync(join(folder, "package.json"))) {
    return { check, result: "open", found: "no package.json in this folder, so no program of Node.js" };
  }
  const ours = installed("pulumi-ryzeapi", folder);
  if (ours === undefined) {
    const todo = "In a TypeScript project install it; programs in other languages do not need it";
    return { check, result: "note", found: "pulumi-ryzeapi is not installed in this folder", todo };
  }
  const theirs = installed("@pulumi/pulumi", folder);
  if (theirs === undefined) {
    const todo = "Run `npm install @pulumi/pulumi`";
    return { check, result: "problem", found: "@pulumi/pulumi is not installed in this folder", todo };
  }
  const used = installed("@pulumi/pulumi", ours.folder) ?? theirs;
  const names = `pulumi-ryzeapi ${ours.version}, @pulumi/pulumi ${theirs.version}`;
  const isTwice = used.folder !== theirs.folder;
  const found = isTwice ? `${names}, and a second copy of it, ${used.version}` : names;
  const oldest = /\d.*/.exec(ours.dependencies?.["@pulumi/pulumi"] ?? "")?.[0];
  if (oldest !== undefined && isOlder(theirs.version, oldest)) {
    const todo = `pulumi-ryzeapi needs @pulumi/pulumi ${minor(oldest)} or later: install a newer one in this project`;
    return { check, result: "problem", found, todo };
  }
  if (!isTwice) return { check, result: "ok", found };
  const todo =
    "Two copies do not know each other's outputs. Run `npm dedupe`, or what your package manager has for it";
  return { check, result: "problem", found, todo };
}

interface Installed {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** A package as a module in the folder gets it. */
function installed(name: string, from: string): Installed | undefined {
  try {
    const file = realpathSync(createRequire(join(from, "index.js")).resolve(`${name}/package.json`));
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Omit<Installed, "folder">;
    return { ...manifest, folder: dirname(file) };
  } catch {
    return undefined;
  }
}

function minor(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
