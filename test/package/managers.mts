import { run } from "./packed.mts";

/** A package manager as a project is set up for it. */
export interface Manager {
  /** As docs/package.md names it. */
  readonly name: string;
  /** Its package in the npm registry, and its command; npm itself is there already. */
  readonly tool?: { readonly package: string; readonly command: string };
  readonly install: readonly string[];
  /** Files that it needs beside package.json. */
  readonly files?: Readonly<Record<string, string>>;
  /** Set where its projects have no node_modules: the command before every other one. */
  readonly exec?: readonly string[];
}

export const npm: Manager = {
  name: "npm",
  install: ["install", "--prefer-offline", "--no-audit", "--no-fund"],
};

/** Its node_modules holds nothing at the top but what the project itself declares. */
export const pnpm: Manager = {
  name: "pnpm 12",
  tool: { package: "pnpm@12.21.0", command: "pnpm" },
  install: ["install", "--prefer-offline", "--no-frozen-lockfile"],
  files: { "pnpm-workspace.yaml": "allowBuilds: { protobufjs: false }\n" },
};

const yarn = {
  tool: { package: "@yarnpkg/cli-dist@4.18.1", command: "yarn" },
  install: ["install"],
} as const;

export const yarnWithModules: Manager = {
  ...yarn,
  name: "Yarn 4, node-modules",
  files: { ".yarnrc.yml": "nodeLinker: node-modules\n", "yarn.lock": "" },
};

export const yarnPlugAndPlay: Manager = {
  ...yarn,
  name: "Yarn 4, Plug'n'Play",
  files: { "yarn.lock": "" },
  exec: ["exec"],
};

export const bun: Manager = {
  name: "Bun 1",
  tool: { package: "bun@1.4.5", command: "bun" },
  install: ["install"],
};

/** Where the manager's command is; npm keeps what it has once got. */
export async function commandOf({ tool }: Manager): Promise<string> {
  if (tool === undefined) return "npm";
  const { package: got, command } = tool;
  const exec = ["exec", "--yes", "--prefer-offline", `--package=${got}`, "-c", `command -v ${command}`];
  return (await run("npm", exec, process.cwd())).trim();
}

/** Yarn reads no .npmrc, and takes a CI for a place where no lock file is made. */
export async function environmentOf({ tool }: Manager): Promise<Record<string, string>> {
  if (tool !== yarn.tool) return {};
  const registry = await run("npm", ["config", "get", "registry"], process.cwd());
  return {
    YARN_NPM_REGISTRY_SERVER: registry.trim(),
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    YARN_ENABLE_HARDENED_MODE: "false",
    YARN_ENABLE_TELEMETRY: "false",
  };
}
