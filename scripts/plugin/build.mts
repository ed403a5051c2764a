/**
 * Builds the plugin `pulumi-resource-ryzeapi` into dist/plugin: a folder that runs wherever Node.js is, without node_modules.
 */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build as bundle, type BuildOptions, type Plugin } from "esbuild";

import { licencesOf } from "./licences.mts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const source = join(repository, "provider", "faces", "plugin");
const target = join(repository, "dist", "plugin");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const options: BuildOptions = {
  absWorkingDir: repository,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
};

/** The HTTP client is half of all code and needed by the first request only: a file of its own, which is loaded then. */
const httpClientApart: Plugin = {
  name: "http-client-apart",
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, () => ({ path: "./undici.js", external: true }));
  },
};

const bundles = await Promise.all([
  bundle({
    ...options,
    entryPoints: [join(source, "main.ts")],
    outfile: join(target, "index.js"),
    plugins: [httpClientApart],
    metafile: true,
  }),
  bundle({ ...options, entryPoints: ["undici"], outfile: join(target, "undici.js"), metafile: true }),
]);

const { version, license } = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as Record<
  string,
  string
>;
const manifest = { name: "pulumi-resource-ryzeapi", version, license, private: true, main: "./index.js" };
await writeFile(join(target, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(
  join(target, "THIRD-PARTY-LICENSES.txt"),
  await licencesOf(
    repository,
    bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs)),
  ),
);
await cp(join(source, "package"), target, { recursive: true });
await cp(join(source, "schema.json"), join(target, "schema.json"));
await cp(join(repository, "LICENSE"), join(target, "LICENSE"));
