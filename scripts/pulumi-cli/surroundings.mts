import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a CLI is looked for, and how the search speaks. Everything of it can be replaced, which is how it is tested. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** Holds the npm packages `pulumi` (the launcher) and `@pulumi/pulumi` (the SDK). */
  nodeModules: string;
  /** Called with each line worth reading once. */
  report: (line: string) => void;
  /** Called every second of a long wait, for a line that is rewritten. Without it, `report` gets a line now and then. */
  progress?: (line: string) => void;
}

/** A CLI that can be used, or the reason why this way gave none. */
export type Attempt = { command: string; version: string } | { reason: string };

export const repositoryNodeModules = fileURLToPath(new URL("../../node_modules", import.meta.url));

export const executable = (name: string) => (process.platform === "win32" ? `${name}.exe` : name);

const home = (env: NodeJS.ProcessEnv) => env["HOME"] ?? homedir();

export const pulumiHome = (env: NodeJS.ProcessEnv) => env["PULUMI_HOME"] ?? join(home(env), ".pulumi");

/** Outside the repository, so that a fresh clone finds what another one built. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const base =
    env["XDG_CACHE_HOME"] ??
    (process.platform === "win32" ? env["LOCALAPPDATA"] : undefined) ??
    join(home(env), process.platform === "darwin" ? "Library/Caches" : ".cache");
  return join(base, "pulumi-ryzeapi", "pulumi-cli");
}
