import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { pulumiCli } from "../../scripts/pulumi-cli/find.mts";
import type { PulumiCli } from "../../scripts/pulumi-cli/find.mts";

// The stand-ins are shell scripts.
describe.skipIf(process.platform === "win32")("finding the Pulumi CLI", () => {
  let root: string;
  let path: string[];
  let lines: string[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "pulumi-cli-"));
    path = [];
    lines = [];
  });
  afterEach(() => rm(root, { recursive: true }));

  const at = (...names: string[]) => join(root, ...names);
  const builtCli = () => at("cache/pulumi-ryzeapi/pulumi-cli/3.259.0/pulumi");

  function find(env: NodeJS.ProcessEnv = {}): Promise<PulumiCli> {
    return pulumiCli({
      env: { PATH: path.join(delimiter), HOME: at("home"), XDG_CACHE_HOME: at("cache"), ...env },
      nodeModules: at("node_modules"),
      report: (line) => lines.push(line),
    });
  }

  async function script(file: string, ...body: string[]): Promise<string> {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, ["#!/bin/sh", ...body, ""].join("\n"));
    await chmod(file, 0o755);
    return file;
  }

  const pulumi = (file: string, version = "3.300.0") => script(file, `echo v${version}`);

  /** The npm package `pulumi` at 3.265.0, whose launcher runs `body`. */
  async function npmPackage(body: string): Promise<void> {
    await mkdir(at("node_modules/pulumi"), { recursive: true });
    await writeFile(at("node_modules/pulumi/package.json"), `{"version":"3.265.0"}`);
    await writeFile(at("node_modules/pulumi/run.js"), body);
  }

  /** A Go that builds as soon as `go-ahead` is there; notes its builds in `go.log`. And the SDK's script for dynamic providers. */
  async function go(version = "1.99.0"): Promise<void> {
    await script(
      at("go/go"),
      `case "$1" in`,
      `env) echo go${version} ;;`,
      `list) echo "go: downloading example.org/m v1" >&2; echo example.org/m ;;`,
      `build) until [ -e ${at("go-ahead")} ]; do /bin/sleep 0.05; done`,
      `  while [ "$1" != -o ]; do shift; done; echo "$2" >>${at("go.log")}; echo "$2" >"$2"; /bin/chmod +x "$2" ;;`,
      `esac`,
    );
    path.push(at("go"));
    await writeFile(at("go-ahead"), "");
    await script(at("node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs"));
  }

  const offline = `console.error("pulumi: fetch failed"); process.exit(1);`;

  describe("what is there", () => {
    test("is taken from PATH first, then from Pulumi's home, the cache and the npm package", async () => {
      await npmPackage(offline);
      path.push(at("bin"));
      const places: [string, string][] = [
        ["path", at("bin/pulumi")],
        ["home", at("home/.pulumi/bin/pulumi")],
        ["cache", builtCli()],
        ["npm", at("home/.pulumi/versions/3.265.0/bin/pulumi")],
      ];
      for (const [, command] of places) await pulumi(command);
      for (const [source, command] of places) {
        const cli = await find();
        expect(cli).toMatchObject({ source, command, directory: dirname(command) });
        expect(lines.at(-1)).toContain(command);
        await rm(command);
      }
    });

    test("is told with its version and an environment that finds Node.js and the language host", async () => {
      path.push(at("bin"));
      await pulumi(at("bin/pulumi"), "3.300.1");
      const cli = await find();
      expect(cli.version).toBe("3.300.1");
      expect(cli.env).toEqual({
        PATH: [dirname(process.execPath), at("bin"), at("bin")].join(delimiter),
        PULUMI_SKIP_UPDATE_CHECK: "true",
      });
    });

    test("is looked for under PULUMI_HOME where that is set", async () => {
      await pulumi(at("home/.pulumi/bin/pulumi"));
      const command = await pulumi(at("elsewhere/bin/pulumi"));
      expect(await find({ PULUMI_HOME: at("elsewhere") })).toMatchObject({ source: "home", command });
    });
  });

  describe("on PATH", () => {
    test("npm's launcher is no CLI, neither in node_modules/.bin nor linked from elsewhere", async () => {
      await pulumi(at("node_modules/.bin/pulumi"));
      const launcher = await pulumi(at("lib/node_modules/pulumi/run.js"));
      await mkdir(at("global"));
      await symlink(launcher, at("global/pulumi"));
      const command = await pulumi(at("bin/pulumi"));
      path.push(at("node_modules/.bin"), at("global"), at("bin"));
      expect(await find()).toMatchObject({ source: "path", command });
      expect(lines).toHaveLength(1);
    });

    test.each([
      ["is too old", "echo v3.253.9", "it is version 3.253.9"],
      ["fails", "exit 3", "it does not run"],
      ["says something else", "echo hello", "it does not tell its version"],
    ])("one that %s is passed over, and said so", async (_, body, reason) => {
      const passedOver = await script(at("old/pulumi"), body);
      const command = await pulumi(at("bin/pulumi"), "3.254.0");
      path.push(at("old"), at("bin"));
      expect(await find()).toMatchObject({ source: "path", command, version: "3.254.0" });
      expect(lines[0]).toContain(`Passed over ${passedOver}: ${reason}`);
      expect(lines[0]).toContain("3.254.0 or later is needed");
    });
  });

  describe("where none is there", () => {
    test("the npm package is asked to download the CLI of its version", async () => {
      await npmPackage(`
        const fs = require("node:fs");
        const bin = process.env.HOME + "/.pulumi/versions/" + process.env.PULUMI_VERSION + "/bin";
        fs.mkdirSync(bin, { recursive: true });
        fs.writeFileSync(bin + "/pulumi", "#!/bin/sh\\necho v3.265.0\\n", { mode: 0o755 });
      `);
      await go();
      expect(await find()).toMatchObject({
        source: "npm",
        version: "3.265.0",
        command: at("home/.pulumi/versions/3.265.0/bin/pulumi"),
      });
    });

    test("and nothing can be downloaded, it is built with Go, with what it needs beside it, and kept", async () => {
      await npmPackage(offline);
      await go();
      expect(await find()).toMatchObject({ source: "built", command: builtCli(), version: "3.259.0" });
      expect(await readdir(dirname(builtCli()))).toEqual([
        "pulumi",
        "pulumi-language-nodejs",
        "pulumi-resource-pulumi-nodejs",
      ]);
      expect(await find()).toMatchObject({ source: "cache", command: builtCli() });
    });

    test("two at once build it once", async () => {
      await go();
      await rm(at("go-ahead"));
      const both = [find(), find()];
      await vi.waitFor(() => {
        expect(lines.join("\n")).toContain("Another process is getting the Pulumi CLI");
      });
      await writeFile(at("go-ahead"), "");
      const sources = (await Promise.all(both)).map((cli) => cli.source);
      expect(sources.sort()).toEqual(["built", "cache"]);
      expect((await readFile(at("go.log"), "utf8")).trim().split("\n")).toHaveLength(2);
    });

    test("a build that was cut off is not taken for a CLI", async () => {
      await go();
      await pulumi(`${dirname(builtCli())}.partial/pulumi`);
      await script(`${dirname(builtCli())}.partial/left-over`);
      expect(await find()).toMatchObject({ source: "built" });
      expect(await readdir(dirname(builtCli()))).not.toContain("left-over");
    });

    test("and none can be got, the error says what was tried and what to install", async () => {
      await npmPackage(offline);
      await go("1.20.1");
      const old = await pulumi(at("old/pulumi"), "3.100.0");
      path.push(at("old"));
      const message = await find().then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
      expect(message).toContain(`${old}: it is version 3.100.0`);
      expect(message).toContain(`no ${at("home/.pulumi/bin/pulumi")}`);
      expect(message).toContain("could not download its CLI 3.265.0 (pulumi: fetch failed)");
      expect(message).toMatch(/Go 1\.20\.1 is older than 1\.25/);
      expect(message).toContain("Install Pulumi 3.254.0 or later (https://www.pulumi.com/docs/install/)");
      expect(message).toMatch(/or Go 1\.25\.\d+ or later \(https:\/\/go\.dev\/dl\/\)/);
    });

    test("and a build fails, the error holds what Go said", async () => {
      await go();
      await script(at("go/go"), `[ "$1" = env ] && echo go1.99.0 && exit`, `echo "no such host" >&2; exit 1`);
      await expect(find()).rejects.toThrow(/building it with Go failed: no such host/);
    });
  });
});
